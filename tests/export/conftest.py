from __future__ import annotations

import pytest

from tests.small_template import template
from torusnb.models.base import Place
from torusnb.models.design import Evidence
from torusnb.models.sources import Source

__all__ = ["template"]


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
