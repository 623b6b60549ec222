"""What the checkout does not have at all is told once, in the request for the approach."""

from __future__ import annotations

import msgspec
import pytest

from tests.drafting.claude_desk import LOOKED_UP, GardenLookups, good, scripted, told
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.drafters import Desk
from torusnb.models.design import EvidencePack
from torusnb.models.messages import LookupAnswer, LookupTool

_TEST = "test/garden/beds_test.exs"
_EMPTY = f"# {_TEST} is empty in this checkout, and so are all 9 *.exs files in test/: nothing can be read there"


class _Showing(GardenLookups):
    """Look-ups that offer `show`, as the real ones do."""

    def tools(self) -> tuple[LookupTool, ...]:
        return (LookupTool("show", "Lines.", {"type": "object", "properties": {}}),)


def _pack(*paths: str) -> EvidencePack:
    pack = evidence()
    code = msgspec.structs.replace(pack.context.code, other_files=(*pack.context.code.other_files, *paths))
    context = msgspec.structs.replace(pack.context, code=code, tests={"lib/garden/beds.ex": (_TEST,)})
    return msgspec.structs.replace(pack, context=context)


def _approach(pack: EvidencePack, lookups: GardenLookups) -> str:
    model = scripted(good)
    ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(pack)
    return told(next(request for request in model.requests if request.purpose == "approach"))


def test_a_checkout_without_the_browser_s_code_and_with_empty_tests_says_so() -> None:
    said = _approach(_pack("mix.exs"), _Showing(LookupAnswer(_EMPTY)))
    assert "what this checkout does not have" in said
    assert "It has no `assets/`" in said
    assert _EMPTY.removeprefix("# ") in said


@pytest.mark.parametrize("path", ["assets/js/app.ts"])
def test_what_is_there_is_not_told(path: str) -> None:
    there = LookupAnswer(f"{LOOKED_UP.key} | test", (LOOKED_UP,))
    assert "what this checkout does not have" not in _approach(_pack("mix.exs", path), _Showing(there))
