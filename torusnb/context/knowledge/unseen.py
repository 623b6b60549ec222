"""What cannot be known since the checkout does not show it: silence of the files is told as such, not as an answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Unknown, Waypoint

_TEST = ("_test.exs", "_test.ex")


def why_tests_are_unseen(code_map: CodeMap, absent: Iterable[str] = ()) -> str:
    """Why the listing of the files says nothing on which module has a test; empty where it does.

    Args:
        code_map: The checkout.
        absent: Tracked paths that a sparse checkout leaves out.
    """
    left_out = any(_holds_tests(path) for path in absent)
    seen = any(path.endswith(_TEST) for path in code_map.other_files)
    if left_out:
        return "The checkout is sparse and leaves test files out" + ("" if seen else ", so none is laid out")
    return "" if seen else "No test file is in the checkout's listing"


def _holds_tests(path: str) -> bool:
    return path.endswith(_TEST) or "/test/" in f"/{path}"


def tests_unseen(reason: str, waypoints: Sequence[Waypoint]) -> Unknown | None:
    """The unknown that tests are; None where they are seen or nothing would need them."""
    if not reason or not waypoints:
        return None
    name = f"`{waypoints[0].module or waypoints[0].path}`"
    return Unknown(
        id="",
        topic="tests",
        text=f"{reason}: whether {name} and the other waypoints have tests beside them is not known.",
        assumption="Tests lie under `test/` by the same path as the code; each change brings its own.",
        risk="a test that exists already would be written twice, or one that a change breaks be overlooked.",
        question=f"Which tests cover {name} today?",
        default="Lay out `test/` and capture again; until then plan the tests as if there were none.",
        impact="low",
        owner="engineering",
        evidence=(waypoints[0].key,),
    )
