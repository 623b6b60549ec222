"""Addresses and labels of sources: one page has one name, whichever address led to it."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container
from urllib.parse import SplitResult, urlsplit, urlunsplit

_HEXDOCS = "hexdocs.pm"
_VERSION = re.compile(r"v?\d+\.\d+\.\d+[\w.+-]*")
_TRACKING = re.compile(r"(?:utm_\w+|gclid|fbclid|msclkid|mc_[ce]id)(?:=|\Z)", re.IGNORECASE)
_LONGEST_LABEL = 48


def canonical_address(url: str) -> str:
    """What two addresses of one page have in common.

    The scheme, `www.`, the fragment, a closing slash, `.html`, `index` and what only tells whence a reader came
    (`utm_source`) are left out; both forms of a hexdocs address become `hexdocs.pm/PACKAGE/PAGE`, without the version.
    """
    parts = _split(url.strip())
    if parts is None:
        return url.strip()
    host = (parts.netloc.rpartition("@")[2]).lower().removeprefix("www.").removesuffix(":443").removesuffix(":80")
    path = parts.path
    if host.endswith("." + _HEXDOCS):
        host, path = _HEXDOCS, f"/{host.removesuffix('.' + _HEXDOCS).replace('-', '_')}{path}"
    steps = [step for step in path.split("/") if step]
    if host == _HEXDOCS and len(steps) > 1 and _VERSION.fullmatch(steps[1]):
        del steps[1]
    if steps and re.fullmatch(r"index(\.html?)?", steps[-1]):
        steps.pop()
    if steps:
        steps[-1] = re.sub(r"\.html?$", "", steps[-1])
    page = "/".join((host, *steps))
    query = "&".join(part for part in parts.query.split("&") if part and not _TRACKING.match(part))
    return f"{page}?{query}" if query else page


def pinned_address(url: str, package: str, version: str) -> str:
    """The hexdocs address of a page for one version; any other address, and a pinned one, as it is."""
    parts = _split(url)
    if parts is None or parts.netloc.lower() != _HEXDOCS or not version:
        return url
    steps = [step for step in parts.path.split("/") if step]
    if not steps or steps[0] != package or (len(steps) > 1 and _VERSION.fullmatch(steps[1])):
        return url
    return urlunsplit(parts._replace(path="/" + "/".join((package, version, *steps[1:]))))


def is_web_address(url: str) -> bool:
    """Whether a reader can safely be given the address as a link: http(s), a host, nothing but printable ASCII."""
    if not re.fullmatch(r"[!-~]+", url) or re.search(r"[<>\"`|\\\[\](){}]", url):
        return False
    parts = _split(url)
    return parts is not None and parts.scheme in {"http", "https"} and bool(parts.netloc)


def make_label(*words: str) -> str:
    """A short readable label of some words (`quarry-online-migrations`): a-z, 0-9 and dashes, never empty.

    A word that the label already begins with is not said twice.
    """
    slugs = [re.sub(r"[^a-z0-9]+", "-", _spread(word).lower()).strip("-") for word in words]
    steps: list[str] = []
    for slug in slugs:
        fresh = [step for step in slug.split("-") if step and (len(steps) == 0 or step not in steps)]
        steps.extend(fresh)
    label = "-".join(steps)
    if len(label) > _LONGEST_LABEL:
        label = label[:_LONGEST_LABEL].rpartition("-")[0] or label[:_LONGEST_LABEL]
    return label or "source"


def unique_key(label: str, url: str, taken: Container[str]) -> str:
    """`src:` and the label; where that is taken, with six hex digits of the address, so that it stays the same."""
    key = f"src:{label}"
    if key not in taken:
        return key
    return f"{key}-{hashlib.sha256(canonical_address(url).encode()).hexdigest()[:6]}"


def _spread(word: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", word)


def _split(url: str) -> SplitResult | None:
    try:
        return urlsplit(url)
    except ValueError:
        return None
