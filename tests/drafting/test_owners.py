"""For whom a thing is kept: a table with another key is no home for it."""

from __future__ import annotations

import pytest

from tests.drafting.garden_feature import at
from torusnb.drafting.offline.owners import find_owner, keeps_for_another, key_of
from torusnb.models.codebase import CodeMap, Commit, FileOutline
from torusnb.models.database import Index, Migration
from torusnb.models.modules import Module, Schema
from torusnb.models.requirements import Requirement, SpecPack, Statement

DASHBOARD = Module("Garden.Dash", "lib/garden/dash.ex", 1, 30, kinds=("schema",), schema=Schema("dashes", 5))


def pack(text: str, *non_goals: str) -> SpecPack:
    asked = (Requirement("FR-1", text, at(5)),)
    refused = tuple(Statement(said, at(20 + n)) for n, said in enumerate(non_goals))
    return SpecPack("limits", "docs/limits", "Limits", requirements=asked, non_goals=refused)


def keyed(*columns: str) -> CodeMap:
    migration = Migration(
        "1", "Garden.AddDashes", "priv/1_dashes.exs", 1, indexes=(Index("dashes", columns, 3, unique=True),)
    )
    files = (
        FileOutline(DASHBOARD.path, "0", 30, (DASHBOARD,)),
        FileOutline("priv/1_dashes.exs", "0", 9, migration=migration),
    )
    return CodeMap("garden", Commit("abc123"), files=files)


@pytest.mark.parametrize(
    ("text", "nouns", "refused"),
    [
        ("Saving limits keeps them at section level and not per instructor.", ("section",), ("instructor",)),
        ("Limits are kept for each project.", ("project",), ()),
        ("Limits are section-scoped and shared by all instructors.", ("section",), ("instructor",)),
        ("Limits are stored per user, never per section.", ("user",), ("section",)),
    ],
)
def test_the_packs_words_tell_for_whom(text: str, nouns: tuple[str, ...], refused: tuple[str, ...]) -> None:
    owner = find_owner(pack(text), ("FR-1",))
    assert owner is not None
    assert (owner.nouns, owner.refused) == (nouns, refused)


def test_a_pack_that_does_not_tell_has_no_owner() -> None:
    assert find_owner(pack("Limits are saved."), ("FR-1",)) is None
    assert find_owner(pack("Limits are saved.", "Limits per instructor."), ("FR-1",)) is None


def test_a_non_goal_refuses_an_owner() -> None:
    owner = find_owner(pack("Limits are saved at section level.", "Limits per instructor."), ("FR-1",))
    assert owner is not None
    assert owner.refused == ("instructor",)


@pytest.mark.parametrize(
    ("columns", "text", "unfit"),
    [
        (("enrollment_id",), "Kept per section and not per instructor.", True),
        ((":enrollment_id",), "Kept for each project.", True),
        (("section_id",), "Kept per section and not per instructor.", False),
        (("user_id", "section_id"), "Kept per student.", False),
        (("name",), "Kept per section.", False),
    ],
)
def test_a_table_whose_key_is_another_owners_is_unfit(columns: tuple[str, ...], text: str, unfit: bool) -> None:
    code = keyed(*columns)
    assert keeps_for_another(find_owner(pack(text), ("FR-1",)), DASHBOARD, code) is unfit


def test_nothing_is_unfit_where_the_pack_does_not_tell() -> None:
    assert not keeps_for_another(None, DASHBOARD, keyed("enrollment_id"))


def test_the_key_points_to_the_owners_table_where_there_is_one() -> None:
    owner = find_owner(pack("Kept per section and for each project."), ("FR-1",))
    assert owner is not None
    assert key_of(owner, {"sections"}) == (("section_id", "sections"), ("project_id", ""))
