"""Primary sources: who makes a thing says what holds for it, and a blog that repeats it is not what to cite.

What counts as primary is not a list that somebody keeps: it follows from the locked packages' own metadata and from the
catalogue.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import urlsplit

from torusnb.models.sources import Source

_MOST_BYTES = 600_000
_URL = re.compile(r"https?://[^\s\"'<>)\]}#]+")
_METADATA_LINKS = re.compile(r"\{<<\"links\">>,(.*?)\]\}\.", re.DOTALL)
_MIX_LINKS = re.compile(r"\blinks:\s*%\{(.*?)\}", re.DOTALL)
_MIX_ADDRESS = re.compile(
    r"(?:\b(?:source_url|homepage_url|canonical):|@\w*(?:url|repo|repository|homepage|github|scm)\w*)\s*\(?\s*"
    r"\"(https?://[^\"]+)\""
)
_SHARED = {
    "github.com": 2,
    "gitlab.com": 2,
    "bitbucket.org": 2,
    "codeberg.org": 2,
    "hexdocs.pm": 1,
    "hex.pm": 2,
    "sr.ht": 2,
    "git.sr.ht": 2,
    "raw.githubusercontent.com": 2,
}
"""Hosts that many share, and how many steps of a path tell one from another."""

_NEVER = frozenset(
    re.findall(
        r"[\w.-]+",
        """
    medium.com dev.to twitter.com x.com youtube.com youtu.be elixirforum.com discord.gg discord.com slack.com
    opencollective.com patreon.com reddit.com stackoverflow.com groups.google.com erlangforums.com linkedin.com
    hashnode.dev substack.com elixir-slackin.herokuapp.com bsky.app mastodon.social
    """,
    )
)
"""Hosts where anybody writes, whoever links to them."""


def load_package_links(root: Path, packages: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Package to the addresses that its own metadata under `deps/` name, sorted; without those that are not there.

    Reads `hex_metadata.config` and `mix.exs`; links that leave the checkout are not followed.
    """
    found: dict[str, tuple[str, ...]] = {}
    deps = root / "deps"
    if deps.is_symlink():
        return found
    for package in sorted(set(packages)):
        folder = deps / package
        if not re.fullmatch(r"\w+", package) or folder.is_symlink():
            continue
        links = {
            *parse_metadata_links(_read(folder / "hex_metadata.config")),
            *parse_mix_links(_read(folder / "mix.exs")),
        }
        if links:
            found[package] = tuple(sorted(links))
    return found


def parse_metadata_links(text: str) -> tuple[str, ...]:
    """The addresses under `links` in a `hex_metadata.config`."""
    return tuple(url for held in _METADATA_LINKS.findall(text) for url in _URL.findall(held))


def parse_mix_links(text: str) -> tuple[str, ...]:
    """The addresses of a `mix.exs`: its `links`, `source_url`, `homepage_url`, and attributes such as `@source_url`."""
    held = [url for links in _MIX_LINKS.findall(text) for url in _URL.findall(links)]
    return (*held, *_MIX_ADDRESS.findall(text))


def primary_hosts(
    links: dict[str, tuple[str, ...]], catalogue: Iterable[Source], packages: Iterable[str] = ()
) -> frozenset[str]:
    """The beginnings of addresses that count as primary: `getquarry.dev`, `github.com/quarry-bg/quarry`.

    Of a host that many share only the part that belongs to the package; hosts where anybody writes never count.

    Args:
        links: What `load_package_links` gave.
        catalogue: Its primary entries count.
        packages: The locked packages; their documentation on hexdocs counts.
    """
    wanted = [url for package in sorted(links) for url in links[package]]
    wanted += [source.url for source in catalogue if source.primary]
    hosts = {begin for url in wanted if (begin := _begin(url))}
    hosts |= {f"hexdocs.pm/{package}" for package in packages}
    return frozenset(hosts | {f"hexdocs.pm/{package}" for package in links})


def is_primary(url: str, hosts: frozenset[str]) -> bool:
    """Whether an address lies with those who make the thing."""
    host, steps = _place(url)
    return any("/".join((host, *steps[:depth])) in hosts for depth in range(3))


def _begin(url: str) -> str:
    host, steps = _place(url)
    if not host or host in _NEVER or any(host.endswith(f".{shared}") for shared in _NEVER):
        return ""
    depth = _SHARED.get(host, 0)
    return "/".join((host, *steps[:depth])) if len(steps) >= depth else ""


def _place(url: str) -> tuple[str, list[str]]:
    """Host and path of an address; both forms of a hexdocs address are one."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", []
    host = (parts.hostname or "").removeprefix("www.")
    steps = [step.removesuffix(".git").lower() for step in parts.path.split("/") if step]
    if host.endswith(".hexdocs.pm"):
        return "hexdocs.pm", [host.removesuffix(".hexdocs.pm").replace("-", "_"), *steps]
    return (host, steps) if parts.scheme in {"http", "https"} else ("", [])


def _read(path: Path) -> str:
    try:
        if path.is_symlink() or not path.is_file() or path.stat().st_size > _MOST_BYTES:
            return ""
        return path.read_bytes().decode("utf-8", "replace")
    except OSError:
        return ""
