"""How long what a step gave stands."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from torusnb.session.standing import Standing
from torusnb.trail.store import Trail


@pytest.fixture
def trail(tmp_path: Path) -> Iterator[Trail]:
    with Trail.open(tmp_path / "trail.sqlite") as opened:
        yield opened


class Step:
    """A step that counts how often it was made, and tells how many records it saw."""

    def __init__(self, trail: Trail) -> None:
        self.made = 0
        self._trail = trail

    def __call__(self) -> int:
        self.made += 1
        return self._trail.head()[0]


def test_a_value_stands_until_something_is_recorded(trail: Trail) -> None:
    standing, step = Standing(trail), Step(trail)
    assert [standing.get("a", step), standing.get("a", step), step.made] == [0, 0, 1]
    trail.append("decision", "kept")
    assert [standing.get("a", step), standing.get("a", step), step.made] == [1, 1, 2]


def test_each_step_has_a_value_of_its_own(trail: Trail) -> None:
    standing = Standing(trail)
    assert [standing.get("a", lambda: 1), standing.get("b", lambda: 2), standing.get("a", lambda: 3)] == [1, 2, 1]


def test_what_another_process_records_counts_also_while_the_value_is_made(trail: Trail) -> None:
    standing, step = Standing(trail), Step(trail)
    with Trail.open(trail.path) as other:

        def overtaken() -> int:
            seen = step()
            other.append("decision", "dropped")
            return seen

        assert standing.get("a", overtaken) == 0
        assert standing.get("a", step) == 1
        other.append("decision", "kept")
        assert standing.get("a", step) == 2


def test_a_step_that_records_its_value_is_looked_up_once_more_and_then_stands(trail: Trail) -> None:
    standing, made = Standing(trail), []

    def recording() -> str:
        if trail.latest("context") is None:
            trail.append("context", "x")
        made.append(1)
        return "value"

    assert [standing.get("a", recording) for _ in range(4)] == ["value"] * 4
    assert len(made) == 2
