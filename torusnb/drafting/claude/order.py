"""In which order sections are written: later ones see what earlier ones decided."""

from __future__ import annotations

import re

from torusnb.models.design import Template, TemplateSection

Wave = tuple[TemplateSection, ...]
"""Sections that do not wait for each other."""


def plan_waves(template: Template) -> tuple[Wave, ...]:
    """The sections to write in waves: each knows the waves before it.

    What stands before the design comes first (what is asked, what is there), then the parts of the design, of which the
    components alone; then interfaces and data (the two sections behind the design), then everything behind them, then
    the design's own lead, and the first section of the document, its summary, last. References are not written: the
    export lists them.
    """
    written = tuple(section for section in template.sections if section.form != "references")
    tops = [section for section in written if section.level == 1]
    if not tops:
        return (written,) if written else ()
    position = _position(tops)
    design, before, after = tops[position], tops[:position], tops[position + 1 :]
    parts = _below(design, written)
    near = [section for top in after[:2] for section in (*_below(top, written), top)]
    far = [section for top in after[2:] for section in (*_below(top, written), top)]
    early = [section for top in before[1:] for section in (*_below(top, written), top)]
    first = [section for top in before[:1] for section in (*_below(top, written), top)]
    waves = (early, parts[:1], parts[1:], near, far, [design], first)
    return tuple(tuple(wave) for wave in waves if wave)


def design_section(template: Template) -> str:
    """The id of the section that tells the design, empty for none.

    It is home to the decided names that have no home of their own (`find_homes`).
    """
    tops = [section for section in template.sections if section.level == 1 and section.form != "references"]
    return tops[_position(tops)].id if tops else ""


def _position(tops: list[TemplateSection]) -> int:
    """Where the design stands: by its title, then by another name for it, then fourth as in torusnb's template."""
    titled = [i for i, top in enumerate(tops) if "design" in _words(top.title)]
    named = [i for i, top in enumerate(tops) if any("design" in _words(alias) for alias in top.aliases)]
    return (titled or named or [min(3, len(tops) - 1)])[0]


def _below(top: TemplateSection, written: tuple[TemplateSection, ...]) -> list[TemplateSection]:
    return [section for section in written if section.id.startswith(f"{top.id}.")]


def _words(title: str) -> list[str]:
    return re.findall(r"\w+", title.lower())
