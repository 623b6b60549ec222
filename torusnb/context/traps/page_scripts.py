"""Values written into a page's script without being escaped for it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.context.traps.scene import Finding, NearFile, Rule, Scene, module_of
from torusnb.context.traps.templates import Template, find_pairs, find_templates
from torusnb.models.base import Place

_RAW = re.compile(r"^(?:Phoenix\.HTML\.)?raw\b\s*|\|>\s*(?:Phoenix\.HTML\.)?raw(?:\(\))?$")
_SAFE = re.compile(r"html_safe|javascript_safe|escape|sanitiz|csrf|gettext|_url\b|_path\b|inspect|~s", re.IGNORECASE)
_ASSIGN = re.compile(r"@(\w+)")
_ENCODED = re.compile(r"\b(?:Jason|Poison|JSON)\.encode")


def find_open_scripts(scene: Scene) -> Iterator[Finding]:
    """`<%= raw … %>` of an assign inside `<script>`, in the templates near the feature; one finding for each."""
    for file, template in find_templates(scene):
        if "<script" not in template.text or "raw" not in template.text:
            continue
        found = list(_written(template))
        if found:
            yield _finding(file, template, found)


def _written(template: Template) -> Iterator[tuple[int, str]]:
    """Line and expression of each assign that a script is given through `raw`."""
    for start, end in find_pairs(template.text, "<script", "</script"):
        code = template.text[start:end]
        for opens, closes in find_pairs(code, "<%=", "%>"):
            value = _value(code[opens + len("<%=") : closes].strip())
            if value and not _SAFE.search(value):
                yield template.line_at(start + opens), value


def _value(written: str) -> str:
    """The expression that `raw` puts out, or empty where there is no `raw` or no assign."""
    value, count = _RAW.subn("", written)
    if not count or not _ASSIGN.search(value):
        return ""
    value = " ".join(value.split())
    return value[1:-1].strip() if value.startswith("(") and value.endswith(")") else value


def _finding(file: NearFile, template: Template, found: list[tuple[int, str]]) -> Finding:
    shown = " and ".join(f"`{value}`" for value in dict.fromkeys(value for _, value in found[:3]))
    more = f" and {len(found) - 3} more" if len(found) > 3 else ""
    encoded = any(_ENCODED.search(value) for _, value in found)
    how = ", encoded without `escape: :html_safe`" if encoded else ""
    name = template.path.rpartition("/")[2]
    return Finding(
        template.path,
        found[0][0],
        f"The template `{name}` writes {shown}{more} into a `<script>` with `raw`{how}.",
        "A value with `</script>` in it ends the script, and what follows runs in the reader's session",
        (
            *(assign for _, value in found for assign in _ASSIGN.findall(value)),
            name.partition(".")[0],
        ),
        module=module_of(file),
        severity="high",
        also=tuple(Place(template.path, line) for line, _ in found[1:4]),
        weight=0.9 if encoded else 0.7,
        narrow=True,
        beside=file.path,
        about=template.path,
    )


RULES = (
    Rule(
        "open-script",
        "A value in a page's script that nothing escapes",
        "web",
        "A template near the feature (a module's own `~H`, or a file beside its controller, view or LiveView) writes "
        "an assign into `<script>` through `raw`, as JSON without `escape: :html_safe` or as it is. Told where a "
        "requirement speaks of the assign.",
        "Hand it over in a `data-` attribute, or encode it with `escape: :html_safe`, and test it with `</script>`.",
        find_open_scripts,
    ),
)
