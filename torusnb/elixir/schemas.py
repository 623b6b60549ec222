"""Ecto schemas: fields, associations, embeds, timestamps."""

from __future__ import annotations

from tree_sitter import Node

from torusnb.elixir.draft import SchemaDraft
from torusnb.elixir.names import Aliases, module_name
from torusnb.elixir.syntax import KEYWORDS, LIST, TUPLE, Text, arguments, do_block, line_of
from torusnb.models.database import Field
from torusnb.models.modules import Association

ASSOCIATIONS = frozenset((b"belongs_to", b"embeds_many", b"embeds_one", b"has_many", b"has_one", b"many_to_many"))


ENTRIES = ASSOCIATIONS | {b"field", b"timestamps"}


def read_schema(call: Node, text: Text, embedded: bool) -> SchemaDraft | None:
    """The beginning of `schema "table" do` or `embedded_schema do`; None for a call that is neither."""
    if do_block(call) is None:
        return None
    given = arguments(call)
    if embedded:
        return SchemaDraft("", line_of(call))
    return SchemaDraft(text.literal(given[0]) or text.one_line(given[0]), line_of(call)) if given else None


def add_primary_key(schema: SchemaDraft, written: Node | None, text: Text) -> None:
    """Add the field of `@primary_key {:code, :string, …}`; `id` is there in any schema and is not told apart."""
    parts = written.named_children if written is not None and written.kind_id == TUPLE else []
    name = text.literal(parts[0]) if len(parts) > 1 else None
    if name is not None and name != "id":
        schema.fields.append(Field(name, text.one_line(parts[1]), line_of(parts[0]), null=False))


def read_entry(schema: SchemaDraft, name: bytes, call: Node, text: Text, aliases: Aliases, current: str) -> None:
    """Add what a line of a schema block declares."""
    given = arguments(call)
    line = line_of(call)
    if name == b"timestamps":
        schema.fields.extend(timestamp_fields(given, text, line, ":naive_datetime"))
    elif not given:
        return
    elif name == b"field":
        schema.fields.append(_field(given, text, line))
    elif name in ASSOCIATIONS:
        target = given[1] if len(given) > 1 and given[1].kind_id not in (KEYWORDS, LIST) else None
        module = module_name(target, text, aliases, current) if target is not None else ""
        options = text.options(given)
        through = options.get("join_through", options.get("through"))
        schema.associations.append(
            Association(
                kind=name.decode(),
                name=text.literal(given[0]) or text.one_line(given[0]),
                module=module,
                line=line,
                through=_through(through, text, aliases, current) if through is not None else "",
                column=_column(name, text.literal(given[0]) or text.one_line(given[0]), options, text),
            )
        )


def _field(given: list[Node], text: Text, line: int) -> Field:
    options = text.options(given)
    return Field(
        text.literal(given[0]) or text.one_line(given[0]),
        _type(given, text),
        line,
        default=text.one_line(options["default"], 120) if "default" in options else "",
        virtual="virtual" in options and text.raw(options["virtual"]) == b"true",
        source=text.literal(options["source"]) or "" if "source" in options else "",
    )


def _column(kind: bytes, name: str, options: dict[str, Node], text: Text) -> str:
    """The column that an association or embed keeps in its own table."""
    if kind.startswith(b"embeds"):
        return text.literal(options["source"]) or name if "source" in options else name
    if kind != b"belongs_to":
        return ""
    key = text.literal(options["foreign_key"]) if "foreign_key" in options else None
    source = text.literal(options["source"]) if "source" in options else None
    return source or key or f"{name}_id"


def _through(node: Node, text: Text, aliases: Aliases, current: str) -> str:
    return text.literal(node) or module_name(node, text, aliases, current) or text.one_line(node)


def _type(given: list[Node], text: Text) -> str:
    if len(given) < 2 or given[1].kind_id == KEYWORDS:
        return ":string"
    written = text.one_line(given[1])
    values = text.options(given).get("values")
    return f"{written}, values: {text.one_line(values)}" if values is not None else written


def timestamp_fields(given: list[Node], text: Text, line: int, default: str) -> list[Field]:
    """The fields that `timestamps()` stands for, renamed or switched off by its options."""
    options = text.options(given)
    kind = options.get("type")
    written = text.one_line(kind) if kind is not None else default
    fields = []
    for name in ("inserted_at", "updated_at"):
        chosen = options.get(name)
        if chosen is None:
            fields.append(Field(name, written, line))
        elif text.raw(chosen) != b"false":
            fields.append(Field(text.literal(chosen) or name, written, line))
    return fields
