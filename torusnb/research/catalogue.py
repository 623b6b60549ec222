"""The catalogue of primary sources: what there is to cite, and what each settles, in torusnb's own words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from torusnb.errors import TemplateError
from torusnb.models.sources import Source
from torusnb.research.addresses import canonical_address, is_web_address
from torusnb.resources import data_path
from torusnb.spec.flaws import refuse_yaml

_NEEDED = ("key", "title", "url", "topics", "settles")
_ALLOWED = frozenset((*_NEEDED, "primary", "package"))


def load_catalogue(path: Path | None = None) -> tuple[Source, ...]:
    """The entries of a catalogue file, sorted by key; by default torusnb's own.

    Raises:
        TemplateError: The file cannot be read, or an entry does not hold together.
    """
    chosen = path if path is not None else data_path("catalogue.yml")
    try:
        text = chosen.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise TemplateError("the catalogue cannot be read as UTF-8 text; check the file", path=chosen) from error
    return parse_catalogue(text, str(chosen))


def parse_catalogue(text: str, path: str) -> tuple[Source, ...]:
    """The entries of a catalogue's text, sorted by key.

    Raises:
        TemplateError: Not a list of entries, a field missing, unknown or of the wrong type, a key or address given
            twice, or an address that is no web address; with the entry's line.
    """
    made: dict[str, Source] = {}
    pages: dict[str, str] = {}
    for fields, line in _entries(text, path):
        source = _make_source(fields, path, line)
        page = canonical_address(source.url) + _fragment(source.url)
        if source.key in made:
            raise TemplateError(f"the key `{source.label}` is given twice; rename one", path=path, line=line)
        if page in pages:
            raise TemplateError(
                f"`{source.label}` has the address of `{pages[page]}`; keep one", path=path, line=line, url=source.url
            )
        made[source.key], pages[page] = source, source.label
    return tuple(made[key] for key in sorted(made))


def _fragment(url: str) -> str:
    """Two entries may share a page when they point to different parts of it."""
    return url.partition("#")[2]


def _entries(text: str, path: str) -> Iterator[tuple[dict[str, object], int]]:
    loader = yaml.CSafeLoader(text)  # ten times as fast, and read by every kernel of a run
    try:
        root = loader.get_single_node()
        if not isinstance(root, yaml.SequenceNode):
            raise TemplateError("the catalogue must be a list of entries, each with `key:`", path=path)
        for node in root.value:
            line = node.start_mark.line + 1
            if not isinstance(node, yaml.MappingNode):
                raise TemplateError("a catalogue entry must have fields such as `key: …`", path=path, line=line)
            yield {str(name): value for name, value in loader.construct_mapping(node, deep=True).items()}, line
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise refuse_yaml("The catalogue", text, path, error) from error
    finally:
        loader.dispose()


def _make_source(fields: dict[str, object], path: str, line: int) -> Source:
    def refuse(text: str) -> TemplateError:
        return TemplateError(text, path=path, line=line)

    missing = [name for name in _NEEDED if not fields.get(name)]
    if missing:
        raise refuse(f"a catalogue entry lacks {', '.join(f'`{name}`' for name in missing)}; add it")
    unknown = sorted(fields.keys() - _ALLOWED)
    if unknown:
        raise refuse(
            f"a catalogue entry has the unknown field `{unknown[0]}`; fields are {', '.join(sorted(_ALLOWED))}"
        )
    key, title, url, settles, package = (fields.get(name, "") for name in ("key", "title", "url", "settles", "package"))
    topics, primary = fields["topics"], fields.get("primary", True)
    if not isinstance(key, str) or not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key):
        raise refuse(f"the key {key!r} must be lower-case words joined by dashes")
    if not isinstance(url, str) or not is_web_address(url):
        raise refuse(f"the address of `{key}` must begin with http:// or https:// and hold no blanks or brackets")
    texts = (title, settles, package)
    if not all(isinstance(value, str) for value in texts) or not isinstance(primary, bool):
        raise refuse(f"in `{key}`, title, settles and package must be text and primary true or false")
    if not isinstance(topics, list) or not all(isinstance(topic, str) for topic in topics):
        raise refuse(f"the topics of `{key}` must be a list of words")
    return Source(
        key=f"src:{key}",
        title=" ".join(str(title).split()),
        url=url,
        provider="catalogue",
        package=str(package),
        primary=primary,
        topics=tuple(topics),
        settles=" ".join(str(settles).split()),
    )
