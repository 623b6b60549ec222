"""The shape of a table as the pack's sentences give it: columns with values and references, what makes a row unique."""

from __future__ import annotations

import re
from collections.abc import Collection

from torusnb.drafting.offline.columns import (
    IDENTIFIER,
    NOT_COLUMNS,
    SPAN,
    NewField,
    is_refused,
    names_table,
    type_said,
)
from torusnb.drafting.offline.naming import suggested_type
from torusnb.drafting.offline.wording import plural_of, singular_of
from torusnb.models.base import Value

_TERM = r"`[^`\n]+`|\([^)]*\)|\{[^}]*\}"
_KEYED = re.compile(
    r"\b(?:keyed|identified|uniquely identified|unique(?:ness)?|unique (?:index|constraint|key)|primary key)\s+"
    r"(?:by|on|per|across|over|for|is|of)\s+(?:the\s+)?(?:(?:pair|combination|triple|tuple)\s+(?:of\s+)?)?"
    rf"(?P<key>(?:{_TERM})(?:\s*(?:,|\band\b|\+|/)\s*(?:and\s+)?(?:{_TERM}))*)",
    re.IGNORECASE,
)
_ROW_PER = re.compile(
    r"\b(?:one|a single|at most one|unique)\s+(?:row|record|entry)?\s*(?:per|for each)\s+"
    r"(?P<names>[a-z_` ]+?(?:(?:,| and| per)\s+[a-z_`]+)*)(?=[.,;:)]|$)",
    re.IGNORECASE,
)
_NAME = re.compile(r"[a-z][a-z0-9_]*")
_QUOTED = re.compile(r"`:?([a-z][a-z0-9_]*)`")
_VALUE = r"`:?[a-z][a-z0-9_]*`"
_RUN = rf"{_VALUE}(?:\s*(?:,|/|\bor\b|\band\b|\|)\s*(?:or\s+|and\s+)?{_VALUE})+"
_CHOICES = re.compile(rf"\b(?P<noun>[A-Za-z]+)\s*\((?P<values>{_RUN})\)")
"""A noun with its values in brackets: one column with an enumerated type, not a column for each value."""
_NAMED_CHOICES = re.compile(
    r"`(?P<name>[a-z][a-z0-9_]*)`(?:\s+(?:column|field|enum|attribute))?\s*"
    rf"(?:\((?:enum:?\s*)?(?P<inside>{_RUN})\)|(?::|=|\bis\b|\bas\b|\bwith\b|\bin\b|\bof\b|\bone\b|\beither\b|\bvalues?\b|"
    rf"\benum\b|\ballowed\b|\s)+(?P<after>{_RUN}))"
)
_PLAIN_CHOICES = re.compile(
    r"`(?P<name>[a-z][a-z0-9_]*)`\s*\((?P<values>[a-z][a-z0-9_]*(?:(?:,\s*(?:or\s+|and\s+)?|\s*[/|]\s*|\s+or\s+)"
    r"[a-z][a-z0-9_]*)+)\)"
)
"""A column with its values in brackets, in plain words."""
_NO_VALUES = frozenset({
    "string", "text", "integer", "float", "decimal", "boolean", "date", "datetime", "timestamp", "map", "json", "jsonb",
    "array", "enum", "uuid", "id", "binary", "not", "null", "nullable", "optional", "required", "unique", "indexed",
    "default", "fk", "foreign", "key", "primary", "reference", "references",
})  # fmt: skip
"""Words in brackets behind a column that say what it is."""
_ATOMS = re.compile(
    r"`(?P<name>[a-z][a-z0-9_]*)`(?:\s+(?:column|field|enum|attribute))?(?:\s+(?:has|with|takes))?(?:\s+the)?"
    r"\s+values?\s*:?\s*(?=`:[a-z])"
)
_ATOM = re.compile(r"`:([a-z][a-z0-9_]*)`\s*(?:\([^)]*\))?\s*[:–—-]")
_LIST = re.compile(
    r"`(?P<name>[a-z][a-z0-9_]*)`[^`.]{0,40}?`?Ecto\.Enum`?[^`.\[]{0,30}`?\[(?P<values>:[a-z0-9_]+(?:,\s*:[a-z0-9_]+)*)\]"
)
_BARE = re.compile(
    r"(?:^|[:,(]|\band\b|\bwith\b|\bcolumns?\b|\bfields?\b|\bstores?\b|\bholds?\b)\s*(?:(?:an?|the|optional)\s+)?`(?P<name>[a-z][a-z0-9_]*)`"
)
_PER = re.compile(r"\bper[- ]([a-z]+)\b", re.IGNORECASE)
_OPTIONAL = re.compile(
    r"\boptional(?:ly)?\s+(?:an?\s+)?(?P<words>[a-z]+(?: [a-z]+)?)(?=\s*(?:[,.;)]|and\b|or\b|$))", re.I
)
_ACTOR = re.compile(
    r"\b(?:audit (?:fields?|columns?|metadata|information|data)|actor(?:s|(?: |_)(?:references?|ids?))?|"
    r"who (?:last )?(?:changed|made|created|edited|set)\b)",
    re.IGNORECASE,
)
_BY = re.compile(r"`[a-z_]+_by(?:_id)?`")
_WORDS = frozenset({"true", "false", "nil", "null", "values", "value", "default", "timestamps", "id"})
_PEOPLE = ("users", "authors", "accounts")
_DEFAULT = re.compile(r"\bdefaults?(?: to| of| is|:|\s)*\s*`?(?P<value>:?[\w.\[\]{}%\"]+)`?", re.IGNORECASE)


class Shape(Value, frozen=True):
    """What a text says of a table.

    Attributes:
        fields: Its columns, each once, those of the key first.
        unique: The columns that make a row unique; empty where the text does not say.
    """

    fields: tuple[NewField, ...] = ()
    unique: tuple[str, ...] = ()


def read_shape(text: str, key: str, tables: Collection[str]) -> Shape:
    """The columns that a text gives a table; `key` is its evidence, `tables` are those of the checkout.

    A column is only what the text names, lists the values of, or refers to (`per section`, `audit fields`): words
    that name no column give none. A type that neither the text nor the name tells stays empty.
    """
    text = SPAN.sub(lambda span: span[1] if span[1] in tables else span[0], text)
    chosen, rest = _chosen(text, key)
    unique = _unique(text, tables)
    found: dict[str, NewField] = {name: _column(name, text, key, tables) for name in unique}
    found |= {field.name: field for field in chosen}
    for name in _named(_KEYED.sub(" ", rest), tables):
        found.setdefault(name, _column(name, text, key, tables))
    for field in (*_owners(rest, key, tables), *_optional(rest, key), *_actor(text, key, tables)):
        found.setdefault(field.name, field)
    return Shape(tuple(found.values()), unique)


def merge_shapes(shapes: Collection[Shape]) -> Shape:
    """Several texts on one table as one; what an earlier text says of a column stands, and its key comes first."""
    unique = next((shape.unique for shape in shapes if shape.unique), ())
    found: dict[str, NewField] = {}
    for field in (field for shape in shapes for field in shape.fields):
        kept = found.get(field.name)
        if kept is None or (not kept.values and field.values) or (not kept.type and field.type):
            found[field.name] = field
    ordered = sorted(
        found.values(), key=lambda field: unique.index(field.name) if field.name in unique else len(unique)
    )
    return Shape(tuple(ordered), unique)


def _chosen(text: str, key: str) -> tuple[tuple[NewField, ...], str]:
    """The columns whose values are listed, and the text without them."""
    found: dict[str, NewField] = {}
    rest = text

    def add(name: str, values: list[str], whole: str) -> None:
        nonlocal rest
        if name not in _WORDS and len(values) > 1:
            found.setdefault(name, NewField(name, "Ecto.Enum", key, tuple(values), default=default_said(name, text)))
            rest = rest.replace(whole, " ")

    for match in _LIST.finditer(text):
        add(match["name"], _NAME.findall(match["values"]), match.group(0))
    for match in _ATOMS.finditer(text):
        tail = text[match.end() :]
        add(match["name"], list(dict.fromkeys(_ATOM.findall(tail))), match.group(0) + tail)
    for match in _NAMED_CHOICES.finditer(rest):
        add(match["name"], _QUOTED.findall(match["inside"] or match["after"]), match.group(0))
    for match in _PLAIN_CHOICES.finditer(rest):
        values = [value for value in _NAME.findall(match["values"]) if value not in {"or", "and"}]
        if not _NO_VALUES & set(values):
            add(match["name"], values, match.group(0))
    for match in _CHOICES.finditer(rest):
        noun = singular_of(match["noun"].lower())
        if noun not in {"column", "field", "attribute", "key", "table", "id"}:
            add(noun, _QUOTED.findall(match["values"]), match.group(0))
    return tuple(found.values()), rest


def _unique(text: str, tables: Collection[str]) -> tuple[str, ...]:
    keyed = _KEYED.search(text)
    if keyed is not None:
        inner = re.sub(r"`[A-Z][^`]*`", " ", keyed["key"])
        return tuple(dict.fromkeys(name for name in _NAME.findall(inner) if name not in {"and", "or"}))
    per = _ROW_PER.search(text)
    if per is None:
        return ()
    said = [word.strip("` ") for word in re.split(r",|\band\b|\bper\b", per["names"]) if word.strip("` ")]
    names = [word if "_" in word else f"{word}_id" for word in (word.split(" ")[-1] for word in said)]
    known = all("_" in word or plural_of(word) in tables for word in said)
    return tuple(names) if known else ()


def _named(text: str, tables: Collection[str]) -> list[str]:
    """The names in code spans that stand where a column can stand."""
    names = [match["name"] for match in _BARE.finditer(text)]
    for span in SPAN.findall(text):
        inner = span[span.index("(") :] if "(" in span else span
        names += IDENTIFIER.findall(inner) if "/" not in span or "%{" in span else []
    kept = (name for name in names if name not in _WORDS and name not in NOT_COLUMNS)
    kept = (name for name in kept if not (names_table(name, tables) or is_refused(name, text)))
    return list(dict.fromkeys(name for name in kept if not name.endswith(("_live", "_component"))))


def _column(name: str, text: str, key: str, tables: Collection[str]) -> NewField:
    target = plural_of(name.removesuffix("_id")) if name.endswith("_id") else ""
    references = target if target in tables else ""
    kind = type_said(name, text) or (":id" if references else suggested_type(name))
    optional = re.search(
        rf"(?:optional|nullable)\s+`{re.escape(name)}`|`{re.escape(name)}`\s*\((?:optional|nullable)", text
    )
    return NewField(name, kind, key, (), references, optional is not None, default_said(name, text))


def default_said(name: str, text: str) -> str:
    """The default that the text gives right after a column's name, as it writes it; empty for none."""
    after = re.search(rf"`{re.escape(name)}`", text)
    if after is None:
        return ""
    found = _DEFAULT.search(re.split(r"(?<=[^`])[.;]\s", text[after.end() : after.end() + 140])[0])
    return found["value"].rstrip(".") if found else ""


def _owners(text: str, key: str, tables: Collection[str]) -> list[NewField]:
    """`per publisher` is a reference, where the checkout has such a table."""
    words = [singular_of(word.lower()) for word in _PER.findall(text)]
    return [NewField(f"{word}_id", ":id", key, (), plural_of(word)) for word in words if plural_of(word) in tables]


def _optional(text: str, key: str) -> list[NewField]:
    found = []
    for match in _OPTIONAL.finditer(text):
        name = "_".join(match["words"].lower().split())
        if name not in _WORDS:
            found.append(NewField(name, suggested_type(name), key, optional=True))
    return found


def _actor(text: str, key: str, tables: Collection[str]) -> list[NewField]:
    """Who made the change, where the text asks for it and names no column of its own for it."""
    if not _ACTOR.search(text) or _BY.search(text):
        return []
    people = [table for table in _PEOPLE if table in tables]
    return [NewField("updated_by_id", ":id", key, (), " or ".join(people))]
