"""In which order sections are written: later ones see what earlier ones decided."""

from __future__ import annotations

import re

from torusnb.models.design import Template, TemplateSection

Wave = tuple[TemplateSection, ...]
"""Sections that do not wait for each other."""


def plan_waves(template: Template) -> tuple[Wave, ...]:
    """The sections to write in waves: each knows the waves before it.

    The parts of the design come first, the components alone; then interfaces and data (the two sections behind the design),
    then everything behind them, then what stands before the design, then the design's own lead, and the first section of
    the document, its summary, last. References are not written: the export lists them.
    """
    written = tuple(section for section in template.sections if section.form != "references")
    tops = [section for section in written if section.level == 1]
    if not tops:
        return (written,) if written else ()
    position = next((i for i, top in enumerate(tops) if _is_design(top)), min(3, len(tops) - 1))
    design, before, after = tops[position], tops[:position], tops[position + 1 :]
    parts = _below(design, written)
    near = [section for top in after[:2] for section in (*_below(top, written), top)]
    far = [section for top in after[2:] for section in (*_below(top, written), top)]
    early = [section for top in before[1:] for section in (*_below(top, written), top)]
    first = [section for top in before[:1] for section in (*_below(top, written), top)]
    waves = (parts[:1], parts[1:], near, far, early, [design], first)
    return tuple(tuple(wave) for wave in waves if wave)


def design_section(template: Template) -> str:
    """The id of the section that tells the design, whose text ends with the table of decisions; empty for none."""
    waves = plan_waves(template)
    return next((section.id for wave in waves for section in wave if section.level == 1 and _is_design(section)), "")


def _below(top: TemplateSection, written: tuple[TemplateSection, ...]) -> list[TemplateSection]:
    return [section for section in written if section.id.startswith(f"{top.id}.")]


def _is_design(section: TemplateSection) -> bool:
    return any("design" in re.findall(r"\w+", title.lower()) for title in (section.title, *section.aliases))
