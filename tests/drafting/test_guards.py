"""Section 12 tells all that stands before a route: function plugs, nested pipelines, each hook of the live session."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.claude_desk import sent
from tests.drafting.garden_feature import BED, BEDS, CONTEXT, LIVE, MIGRATION, PACK, evidence, outline
from tests.drafting.test_hosting import drafted
from torusnb.drafting.claude.deciding import tell_before_routes
from torusnb.drafting.claude.prompts import load_prompts
from torusnb.drafting.claude.requests import Composer
from torusnb.models.codebase import FileOutline, Route
from torusnb.models.modules import Module, Use

HOOKS = ("{GardenWeb.Session, :known_gardener}", "GardenWeb.Locale", "GardenWeb.Beds.FirstAssigns")
ROUTER = Module("GardenWeb.Router", "lib/garden_web/router.ex", 1, 60, kinds=("router",))


def before(*guards: tuple[str, str], hooks: tuple[str, ...] = HOOKS, own: tuple[Use, ...] = ()) -> str:
    """The line of section 12 on the route to the beds, whose pipeline is `:gardeners`."""
    uses = tuple(Use(kind, name, line) for line, (kind, name) in enumerate(guards, 5))
    router = msgspec.structs.replace(ROUTER, guards=uses)
    route = Route(
        "LIVE",
        "/plots/:plot_id/beds",
        LIVE.name,
        "",
        ROUTER.path,
        20,
        ("gardeners",),
        live_session="beds",
        on_mount=hooks,
    )
    page = msgspec.structs.replace(LIVE, guards=own)
    files = (
        *(outline(module) for module in (BEDS, BED, page)),
        FileOutline(ROUTER.path, "0", 60, (router,), routes=(route,)),
        MIGRATION,
    )
    code = msgspec.structs.replace(CONTEXT.code, files=files)
    text = drafted(evidence(PACK, msgspec.structs.replace(CONTEXT, code=code)))["12"]
    return next(line for line in text.splitlines() if line.startswith("- Before `/plots"))


def test_a_model_is_shown_what_stands_before_a_route_before_it_decides() -> None:
    line = before(("pipeline", "gardeners"), ("plug", ":require_gardener"))
    offline = {"5": "- `GET /plots` is there. [@prd:40]", "12": f"**Roles**\n\n{line}\n- Others.", "13": line}
    ((_, told),) = tell_before_routes(offline)
    assert told == line
    composer = Composer(evidence(), load_prompts(), "m", native=True)
    assert ":require_gardener" in sent(composer.approach((), tell_before_routes(offline)))
    without = composer.approach((), tell_before_routes({"12": "- Others."}))
    assert without == composer.approach(())


def test_the_projects_function_plugs_of_a_pipeline_are_told() -> None:
    line = before(("pipeline", "gardeners"), ("plug", ":require_gardener"), ("plug", "GardenWeb.Plugs.Plot"))
    assert "`:gardeners` (`:require_gardener` and `GardenWeb.Plugs.Plot`)" in line


def test_the_frameworks_own_function_plugs_are_left_out() -> None:
    line = before(("pipeline", "gardeners"), ("plug", ":fetch_session"), ("plug", ":enroll_guest, as: :visitor"))
    assert "`:gardeners` (`:enroll_guest, as: :visitor`)" in line


@pytest.mark.parametrize("inner", [":fences", ":gardeners"])
def test_a_pipeline_that_plugs_another_has_its_plugs(inner: str) -> None:
    line = before(
        ("pipeline", "fences"), ("plug", ":ensure_member"), ("plug", inner),
        ("pipeline", "gardeners"), ("plug", ":fences"), ("plug", ":count_visit"),
    )  # fmt: skip
    assert "`:gardeners` (`:ensure_member` and `:count_visit`)" in line


def test_of_many_plugs_those_that_check_by_their_name_stay() -> None:
    plugs = [("plug", f":paint_{number}") for number in range(8)]
    line = before(("pipeline", "gardeners"), *plugs, ("plug", ":require_gardener"))
    assert "`:require_gardener`" in line
    assert "and 3 more)" in line


def test_every_hook_of_the_live_session_is_told_in_its_order() -> None:
    checked = ("{GardenWeb.Session, :ensure_member}", *HOOKS)
    told = ", ".join(f"`{hook}`" for hook in checked[:-1])
    assert f"`on_mount` of {told} and `{checked[-1]}`" in before(hooks=checked)


def test_the_hooks_of_the_page_follow_those_of_its_live_session_each_once() -> None:
    own = (Use("on_mount", HOOKS[0], 8), Use("on_mount", "GardenWeb.Frost", 9))
    line = before(own=own)
    assert line.count(HOOKS[0]) == 1
    assert line.index(HOOKS[-1]) < line.index("GardenWeb.Frost")
