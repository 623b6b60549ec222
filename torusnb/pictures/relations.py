"""Entity relations: the schemas among the waypoints and those they belong to, with the fields of the former."""

from __future__ import annotations

from torusnb.models.knowledge import Context
from torusnb.models.modules import Module, Schema
from torusnb.pictures.layered import Box, lay_out
from torusnb.pictures.svg import Drawing, clip, colour_of

_MOST, _MOST_FIELDS, _LONGEST = 18, 8, 40
_PLAIN = frozenset({"inserted_at", "updated_at", "id"})


def draw_relations(context: Context, most: int = _MOST) -> Drawing:
    """The tables around the feature, an arrow from each to those it belongs to; dashed: no waypoint itself."""
    schemas = {name: (module, module.schema) for name, module in context.code.modules.items() if module.schema}
    own = [waypoint.module for waypoint in context.waypoints if waypoint.module in schemas][:most]
    shown = dict.fromkeys(own)
    for name in own:
        for target in _owners(schemas[name][1]):
            if target in schemas and len(shown) < most:
                shown.setdefault(target)
    if not shown:
        return Drawing("No waypoint is a schema, so there are no relations to draw.", 0, 0, ())
    edges = [(name, target) for name in shown for target in _owners(schemas[name][1]) if target in shown]
    depth = _depths(list(shown), edges)
    deepest = max(depth.values())
    # What owns stands left of what belongs to it, as most people draw it.
    boxes = [_box(*schemas[name], deepest - depth[name], name in own) for name in shown]
    layout = lay_out(boxes, edges)
    title = f"Entity relations of {len(shown)} schemas; arrows lead to what a row belongs to; dashed: no waypoint"
    told = tuple(_tell(*schemas[name], [end for start, end in edges if start == name]) for name in shown)
    return Drawing(title, layout.width, layout.height, layout.parts, told)


def _owners(schema: Schema) -> list[str]:
    return list(dict.fromkeys(a.module for a in schema.associations if a.kind == "belongs_to"))


def _depths(names: list[str], edges: list[tuple[str, str]]) -> dict[str, int]:
    """How many belongs-to steps lead to each schema at most; a circle is cut where it would close."""
    below: dict[str, list[str]] = {name: [start for start, end in edges if end == name != start] for name in names}
    found: dict[str, int] = {}

    def depth(name: str, above: tuple[str, ...]) -> int:
        if name not in found:
            steps = [1 + depth(start, (*above, name)) for start in below[name] if start not in above]
            found[name] = max(steps, default=0)
        return found[name]

    for name in names:
        depth(name, (name,))
    return found


def _box(module: Module, schema: Schema, column: int, waypoint: bool) -> Box:
    lines = [clip(schema.table or module.name.rpartition(".")[2], _LONGEST)]
    if waypoint:
        fields = [field for field in schema.fields if field.name not in _PLAIN]
        lines += [clip(f"{field.name}  {field.type}", _LONGEST) for field in fields[:_MOST_FIELDS]]
        if len(fields) > _MOST_FIELDS:
            lines.append(f"and {len(fields) - _MOST_FIELDS} more")
    hint = f"{module.name} · {module.path}:{schema.line}"
    return Box(module.name, column, tuple(lines), colour_of("schema"), dashed=not waypoint, hint=hint)


def _tell(module: Module, schema: Schema, owners: list[str]) -> str:
    name = f"{schema.table or 'embedded'} ({module.name})"
    return f"{name} belongs to {', '.join(owners)}" if owners else name
