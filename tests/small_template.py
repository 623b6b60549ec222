"""A template of a few sections, one of each kind, for the tests of review and export."""

from __future__ import annotations

import pytest

from torusnb.models.design import Template, TemplateSection


@pytest.fixture
def template() -> Template:
    """One section with limits, one that names the commit, one with sub-sections, one that is optional, references."""
    return Template(
        name="small",
        title_suffix="Design",
        sections=(
            TemplateSection(id="1", title="Executive Summary", required=True, least_sentences=3, most_sentences=4),
            TemplateSection(id="2", title="Requirements", required=True),
            TemplateSection(id="3", title="Context Summary", aliases=("Repository Context",), form="context"),
            TemplateSection(id="4", title="Proposed Design", required=True),
            TemplateSection(id="4.1", title="Component Roles", guidance="In prose, without diagrams."),
            TemplateSection(id="4.2", title="Message Flow"),
            TemplateSection(id="5", title="Caching Strategy", guidance="Keys and times to live."),
            TemplateSection(id="6", title="References", form="references"),
        ),
    )
