"""What may be decided: nothing is recorded that no later run would act on."""

from __future__ import annotations

import pytest

from tests.session.opening import Opener
from torusnb.errors import InputError
from torusnb.session import Decision, tables
from torusnb.session.deciding import VERDICTS


@pytest.mark.parametrize(
    ("decision", "said"),
    [
        (Decision("trapp", "x", "drop"), "`trapp` is nothing to decide on; the subjects are `waypoint`, `trap`,"),
        (Decision("trap", "x", "frob"), "`frob` is no verdict on a trap; the verdicts are `keep`, `drop`"),
        (Decision("assumption", "A-1", "add"), "`add` is no verdict on an assumption; the verdicts are `edit`,"),
        (Decision("trap", "nonsense", "drop"), "there is no trap `nonsense` here"),
        (Decision("waypoint", "lib/nowhere.ex", "add"), "there is no waypoint `lib/nowhere.ex` here"),
        (Decision("assumption", "A-999", "drop"), "there is no assumption `A-999` here; the keys are `A-1`, "),
        (Decision("section", "99", "accept", "A text."), "there is no section `99` here"),
        (
            Decision("source", "src:ecto-repoo", "drop"),
            "there is no source `src:ecto-repoo` here; did you mean `src:ecto-r",
        ),
        (Decision("change", "code:lib/nowhere.ex:1", "accept"), "there is no change `code:lib/nowhere.ex:1` here"),
    ],
    ids=lambda value: value.subject + value.verdict if isinstance(value, Decision) else "",
)
def test_what_nothing_would_act_on_is_refused_before_it_is_recorded(
    opener: Opener, decision: Decision, said: str
) -> None:
    session = opener()
    with pytest.raises(InputError) as caught:
        session.decide(decision)
    assert said in str(caught.value)
    assert [event.step for event in session.trail.events() if event.step in ("decision", "query", "research")] == []


def test_what_is_there_can_be_decided_on(opener: Opener) -> None:
    session = opener()
    context = session.capture()
    keys = {
        "waypoint": context.waypoints[0].path,
        "trap": context.traps[0].key,
        "assumption": context.knowledge.unknown[0].id,
        "source": "src:ecto-repo",
        "section": "8",
    }
    for subject, key in keys.items():
        for verdict in VERDICTS[subject]:
            if (subject, verdict) != ("source", "add"):
                session.decide(Decision(subject, key, verdict, "A text."))
    session.decide(Decision("source", "https://example.org/never-found", "drop"))


def test_what_was_dropped_can_be_taken_back_by_its_key(opener: Opener) -> None:
    session = opener()
    key = session.capture().traps[0].key
    session.decide(Decision("trap", key, "drop"))
    later = opener()
    assert key not in {trap.key for trap in later.capture().traps}
    later.decide(Decision("trap", key, "keep"))
    assert key in {trap.key for trap in opener().capture().traps}


def test_the_table_of_traps_shows_the_keys_to_decide_by(opener: Opener) -> None:
    context = opener().capture()
    assert list(tables.traps(context)["key"]) == [trap.key for trap in context.traps] != []
