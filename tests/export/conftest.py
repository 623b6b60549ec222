from __future__ import annotations

import pytest

from torusnb.models.base import Place
from torusnb.models.design import Evidence, Template, TemplateSection
from torusnb.models.sources import Source


@pytest.fixture
def template() -> Template:
    return Template(
        name="small",
        title_suffix="Design",
        sections=(
            TemplateSection(id="1", title="Executive Summary", required=True),
            TemplateSection(id="2", title="Requirements", required=True),
            TemplateSection(id="3", title="Context Summary", required=True, aliases=("Repository Context",)),
            TemplateSection(id="4", title="Proposed Design", required=True),
            TemplateSection(id="4.1", title="Component Roles"),
            TemplateSection(id="4.2", title="Message Flow"),
            TemplateSection(id="5", title="Caching Strategy"),
            TemplateSection(id="6", title="References", form="references"),
        ),
    )


@pytest.fixture
def evidence() -> dict[str, Evidence]:
    items = (
        Evidence(key="FR-001", kind="requirement", text="Wardens see open gates.", place=Place("docs/gate/prd.md", 12)),
        Evidence(key="AC-001", kind="criterion", text="Given a gate", place=Place("docs/gate/prd.md", 20)),
        Evidence(key="prd:42", kind="prd", text="A line.", place=Place("docs/gate/prd.md", 42)),
        Evidence(key="req:7", kind="req", text="A line.", place=Place("docs/gate/requirements.yml", 7)),
        Evidence(key="code:lib/gate.ex:12", kind="code", text="def open(gate)", place=Place("lib/gate.ex", 12)),
        Evidence(key="guide:docs/x.md:34", kind="guide", text="Gates open.", place=Place("docs/x.md", 34)),
        Evidence(key="src:ecto-multi", kind="source", text="groups operations"),
        Evidence(key="practice:data-1", kind="practice", text="One transaction.", cites="src:ecto-multi"),
        Evidence(key="practice:lost", kind="practice", text="No source.", cites="src:gone"),
        Evidence(key="A-1", kind="assumption", text="Gates are few."),
    )
    return {item.key: item for item in items}


@pytest.fixture
def sources() -> tuple[Source, ...]:
    return (
        Source(
            key="src:zeta",
            title="Zeta guide",
            url="https://zeta.example.org/guide",
            provider="deps",
            accessed="2026-03-04",
            sha256="ab",
        ),
        Source(
            key="src:ecto-multi",
            title="Ecto.Multi",
            url="https://hexdocs.pm/ecto/Ecto.Multi.html",
            provider="catalogue",
        ),
        Source(key="src:unused", title="Unused", url="https://unused.example.org", provider="catalogue"),
    )
