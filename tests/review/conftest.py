from __future__ import annotations

import pytest

from tests.small_template import template
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, Commit, FileOutline, LockedPackage
from torusnb.models.modules import Call, Child, Function, Module, Reference
from torusnb.models.requirements import AcceptanceCriterion, Requirement, SpecPack

__all__ = ["template"]


@pytest.fixture
def pack() -> SpecPack:
    here = Place("prd.md", 1)
    return SpecPack(
        slug="gate_board",
        directory="docs/gate_board",
        title="Gate Board",
        requirements=(
            Requirement(id="FR-001", text="Wardens see gates.", place=here),
            Requirement(id="FR-002", text="Wardens open gates.", place=here),
        ),
        criteria=(
            AcceptanceCriterion(id="AC-001", text="Given a gate", place=here),
            AcceptanceCriterion(id="AC-002", text="Given a warden", place=here),
            AcceptanceCriterion(id="AC-003", text="Given a key", place=here),
            AcceptanceCriterion(id="AC-003b", text="Given a lost key", place=here),
            AcceptanceCriterion(id="AC-9", text="Numbered by torusnb", place=here, derived=True),
        ),
    )


def module(name: str, path: str, *functions: tuple[str, int], uses: tuple[str, ...] = ()) -> Module:
    return Module(
        name=name,
        path=path,
        line=1,
        end_line=50,
        functions=tuple(Function(name=n, arity=a, kind="def", line=2, end_line=3) for n, a in functions),
        references=tuple(Reference(kind="use", module=used, line=2) for used in uses),
        calls=(Call(module="Town.Kinds", name="id_for_gate", arity=0, line=9),) if name == "Town.Gates" else (),
        children=(Child(module="Bus", text="{Bus, name: Town.Bus}", line=7),) if name == "Town.Gates" else (),
    )


@pytest.fixture
def code() -> CodeMap:
    modules = (
        module("Town.Gates", "lib/town/gates.ex", ("open_gate", 2), ("list_gates", 1), uses=("Ecto.Query",)),
        module("Town.Gates.Gate", "lib/town/gates/gate.ex", ("changeset", 2)),
        module("Town.Kinds", "lib/town/kinds.ex"),
        module("Town.Repo", "lib/town/repo.ex", uses=("Ecto.Repo",)),
        module("TownWeb.Router", "lib/town_web/router.ex"),
        module("TownWeb.GatesLive", "lib/town_web/live/gates_live.ex", ("mount", 3), uses=("TownWeb",)),
    )
    return CodeMap(
        app="town",
        commit=Commit("abc"),
        files=tuple(FileOutline(path=m.path, sha256="", lines=50, modules=(m,)) for m in modules),
        packages=(LockedPackage("phoenix_live_view", "1.0.0", 1), LockedPackage("oban", "2.0.0", 2)),
        other_files=("assets/src/gates.ts", "test/town/gates_test.exs"),
    )
