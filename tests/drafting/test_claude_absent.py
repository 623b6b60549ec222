"""What the checkout does not have at all is told once, in the request for the approach."""

from __future__ import annotations

import msgspec

from tests.drafting.claude_desk import GardenLookups, good, scripted, told
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.drafters import Desk
from torusnb.models.design import EvidencePack
from torusnb.models.messages import LACKS, Json, LookupAnswer, LookupTool

_TEST = "test/garden/beds_test.exs"
_EMPTY = f"# {_TEST} is empty in this checkout, and so are all 9 *.exs files in test/: nothing can be read there"


class _Showing(GardenLookups):
    """Look-ups that offer `show`, and answer of a path what they are given for its beginning, else a line."""

    def __init__(self, **answers: str) -> None:
        super().__init__()
        self._answers = answers

    def tools(self) -> tuple[LookupTool, ...]:
        return (LookupTool("show", "Lines.", {"type": "object", "properties": {}}),)

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        shown = super().answer(name, arguments)
        said = next((text for start, text in self._answers.items() if str(arguments["what"]).startswith(start)), "")
        return LookupAnswer(said) if said else shown


def _pack() -> EvidencePack:
    pack = evidence()
    context = msgspec.structs.replace(pack.context, tests={"lib/garden/beds.ex": (_TEST,)})
    return msgspec.structs.replace(pack, context=context)


def _approach(pack: EvidencePack, lookups: GardenLookups) -> str:
    model = scripted(good)
    ClaudeDrafter(Desk(model=model, lookups=lookups)).draft_all(pack)
    return told(next(request for request in model.requests if request.purpose == "approach"))


def test_a_checkout_without_the_browser_s_code_and_with_empty_tests_says_so() -> None:
    said = _approach(_pack(), _Showing(assets=f"# assets/ cannot be shown: {LACKS} assets/ at all", test=_EMPTY))
    assert "what this checkout does not have" in said
    assert "It has no `assets/`" in said
    assert _EMPTY.removeprefix("# ") in said


def test_what_is_there_is_not_told_whatever_part_of_the_map_the_evidence_holds() -> None:
    assert "what this checkout does not have" not in _approach(_pack(), _Showing())
