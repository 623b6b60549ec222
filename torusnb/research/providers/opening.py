"""Choosing providers by name: those that travel with torusnb, and those of outside packages."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from torusnb.errors import ParameterError, TorusnbError
from torusnb.models.messages import Model
from torusnb.models.sources import Source
from torusnb.research.providers.protocol import Fetcher, Provider

GROUP = "torusnb.providers"
"""The entry point group for outside packages."""


@dataclass(frozen=True)
class Opening:
    """What a provider is made of.

    Attributes:
        root: The checkout.
        catalogue: The primary sources that `load_catalogue` gave.
        fetcher: Fetches pages; None offline.
        hex_home: Where Hex keeps documentation that was fetched earlier; None when it is not to be read.
        model: Who may be asked to search the web; None without a key, and offline.
        model_name: The model's id.
    """

    root: Path
    catalogue: tuple[Source, ...] = ()
    fetcher: Fetcher | None = None
    hex_home: Path | None = None
    model: Model | None = None
    model_name: str = ""


Factory = Callable[[Opening], Provider]
"""Makes a provider. It must not ask anybody anything yet."""


def _deps(opening: Opening) -> Provider:
    from torusnb.research.providers.deps import open_deps

    return open_deps(opening.root, opening.hex_home)


def _catalogue(opening: Opening) -> Provider:
    from torusnb.research.providers.catalogue import open_catalogue

    return open_catalogue(opening.root, opening.catalogue)


def _hexdocs(opening: Opening) -> Provider:
    from torusnb.research.providers.hexdocs import open_hexdocs

    return open_hexdocs(opening)


def _claude(opening: Opening) -> Provider:
    from torusnb.research.providers.claude import open_claude

    return open_claude(opening)


def _ddgs(opening: Opening) -> Provider:
    from torusnb.research.providers.ddgs import open_ddgs

    return open_ddgs(opening)


PROVIDERS: dict[str, Factory] = {
    "catalogue": _catalogue,
    "claude": _claude,
    "ddgs": _ddgs,
    "deps": _deps,
    "hexdocs": _hexdocs,
}
"""Provider name to what makes it; the module is imported when it is chosen."""


def open_providers(
    names: Sequence[str],
    root: Path,
    catalogue: tuple[Source, ...],
    *,
    offline: bool = True,
    fetcher: Fetcher | None = None,
    hex_home: Path | None = None,
    model: Model | None = None,
    model_name: str = "",
) -> tuple[Provider, ...]:
    """The providers of those names, in that order, each once.

    Args:
        names: Names from `PROVIDERS`, or of an outside package's provider.
        root: The checkout.
        catalogue: The primary sources that `load_catalogue` gave.
        offline: Refuse every provider that sends something out.
        fetcher: Fetches pages for providers that need them.
        hex_home: Where Hex keeps documentation; see `find_hex_home`.
        model: Who may be asked to search the web.
        model_name: The model's id.

    Raises:
        ParameterError: A name that no provider has or that two have, an outside package that is broken, or a provider
            that sends something out although torusnb works offline.
    """
    outside = _outside_entries(names)
    opening = Opening(root, catalogue, None if offline else fetcher, hex_home, None if offline else model, model_name)
    opened = []
    for name in dict.fromkeys(names):
        provider = _load(name, outside[name], opening) if name in outside else PROVIDERS[name](opening)
        if offline and provider.outbound:
            raise ParameterError(
                f"the research provider {name!r} sends queries out, and torusnb works offline; set `offline` to false, "
                "or take it out of the parameter `providers`",
                key="providers",
            )
        opened.append(provider)
    return tuple(opened)


def find_hex_home(environment: Mapping[str, str] | None = None) -> Path | None:
    """`$HEX_HOME`, or `~/.hex`, as Hex itself looks for it; None when there is no such folder."""
    given = (os.environ if environment is None else environment).get("HEX_HOME", "")
    try:
        home = Path(given) if given else Path.home() / ".hex"
        return home if home.is_dir() else None
    except (OSError, RuntimeError):
        return None


def _outside_entries(names: Sequence[str]) -> dict[str, EntryPoint]:
    """Name to the entry point of an outside package, for the names that are asked for."""
    found: dict[str, EntryPoint] = {}
    entries = sorted(entry_points(group=GROUP), key=lambda entry: (entry.name, _package(entry)))
    for entry in entries:
        if entry.name not in names:
            continue
        if entry.name in PROVIDERS or entry.name in found:
            other = _package(found[entry.name]) if entry.name in found else "torusnb"
            raise ParameterError(
                f"the research provider {entry.name!r} comes from {other} and from {_package(entry)}; uninstall one",
                key="providers",
            )
        found[entry.name] = entry
    for name in names:
        if name not in PROVIDERS and name not in found:
            known = ", ".join(sorted({*PROVIDERS, *(entry.name for entry in entries)}))
            raise ParameterError(
                f"there is no research provider {name!r}; choose among {known} in the parameter `providers`",
                key="providers",
            )
    return found


def _load(name: str, entry: EntryPoint, opening: Opening) -> Provider:
    def refuse(problem: str) -> ParameterError:
        text = f"the research provider {name!r} of the package {_package(entry)} cannot be used: {problem}"
        return ParameterError(f"{text}; mend or uninstall that package", key="providers")

    try:
        provider = entry.load()(opening)
    except TorusnbError:
        raise
    except Exception as error:
        raise refuse(f"{type(error).__name__}: {error}".strip(": ")) from error
    if not callable(getattr(provider, "search", None)) or not callable(getattr(provider, "identify", None)):
        raise refuse("it lacks `search` or `identify`")
    if not isinstance(getattr(provider, "outbound", None), bool):
        raise refuse("it does not say with `outbound` whether it sends queries out")
    if getattr(provider, "name", None) != name:
        raise refuse(f"it calls itself {getattr(provider, 'name', None)!r}")
    checked: Provider = provider
    return checked


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist is not None else entry.module.partition(".")[0]
