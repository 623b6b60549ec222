"""What a practice is cited by: captured words only where they say its advice."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import CONTEXT, PACK
from torusnb.drafting.bases import Bases, find_bases
from torusnb.drafting.evidence import build_evidence
from torusnb.models.design import FocusArea, Practice
from torusnb.models.sources import Citation, Research, Source
from torusnb.spec.template import load_template

ADVICE = "Water seedlings from below with a tray, so that their leaves never rot. Move them outside later."
SAYS = "A tray lets seedlings take water from below, and their leaves do not rot."
NEAR = "Seedlings of every kind are sold in a tray."
OWN = Source("src:trays", "Trays", "https://hexdocs.pm/soil/1.0.0/trays.html", "deps", "soil", "1.0.0")
OTHER = msgspec.structs.replace(OWN, key="src:leaves", title="Leaves", url="https://hexdocs.pm/soil/1.0.0/leaves.html")


def practice(advice: str = ADVICE, source: str = "src:trays") -> Practice:
    return Practice("grow-1", "grow", "Keep leaves dry", ("always",), "", advice, (), source, ("7",))


def captured(source: Source) -> Source:
    return msgspec.structs.replace(source, accessed="2031-05-04", sha256="ab")


def quoted(source: Source, quote: str = SAYS, **changes: Any) -> Citation:
    known = Citation(source.key, "Q-1", quote, "verified", "Chosen.", release="soil@1.0.0")
    return msgspec.structs.replace(known, **changes)


def bases(
    sources: tuple[Source, ...], *citations: Citation, advice: str = ADVICE, blocked: tuple[str, ...] = ()
) -> Bases:
    playbook = (FocusArea("grow", "Growing", "What grows?", (practice(advice),)),)
    return find_bases(playbook, Research(sources=sources, citations=citations, blocked=blocked))


def test_a_verified_quote_that_says_the_advice_is_what_it_is_cited_by() -> None:
    found = bases((captured(OWN),), quoted(OWN))
    assert (found.cites, found.entries) == ({"grow-1": "src:trays"}, ())


def test_another_source_of_the_package_that_says_it_stands_in_for_one_never_captured() -> None:
    assert bases((OWN, captured(OTHER)), quoted(OTHER)).cites == {"grow-1": "src:leaves"}


def test_its_own_source_comes_before_another_that_says_more() -> None:
    more = quoted(OTHER, f"{SAYS[:-1]} when they never stand in it.")
    assert bases((captured(OWN), captured(OTHER)), more, quoted(OWN)).cites == {"grow-1": "src:trays"}


@pytest.mark.parametrize(
    "citation",
    [
        quoted(OTHER, NEAR),
        quoted(OTHER, verdict="near-match"),
        quoted(OTHER, question="Q-2"),
        quoted(msgspec.structs.replace(OTHER, key="src:elsewhere")),
    ],
    ids=["beside the advice", "not verified", "of a blocked question", "of another package"],
)
def test_what_does_not_say_it_leaves_the_entry_of_the_catalogue(citation: Citation) -> None:
    elsewhere = msgspec.structs.replace(captured(OTHER), key="src:elsewhere", package="stone")
    found = bases((OWN, captured(OTHER), elsewhere), citation, blocked=("Q-2",))
    assert (found.cites, found.entries) == ({"grow-1": "src:trays"}, ())


@pytest.mark.parametrize(
    ("advice", "quote"),
    [(ADVICE, NEAR), (f"{ADVICE} Give at most 1,250 drops.", SAYS)],
    ids=["beside the advice", "without its figure"],
)
def test_a_captured_source_that_does_not_say_it_leaves_the_advice_by_itself(advice: str, quote: str) -> None:
    found = bases((captured(OWN),), quoted(OWN, quote), advice=advice)
    (entry,) = found.entries
    assert found.cites == {"grow-1": "src:practice-grow-1"} == {"grow-1": entry.key}
    assert (entry.accessed, entry.sha256, entry.url, entry.primary) == ("", "", OWN.url, True)
    assert entry.title == "Keep leaves dry (see Trays)"


def test_a_figure_counts_however_its_thousands_are_written() -> None:
    said = quoted(OWN, f"{SAYS[:-1]} up to 1250 drops.")
    assert bases((captured(OWN),), said, advice=f"{ADVICE} Give at most 1,250 drops.").entries == ()


def test_the_catalogues_own_note_may_say_it() -> None:
    noted = msgspec.structs.replace(captured(OWN), settles=SAYS)
    assert bases((noted,)).cites == {"grow-1": "src:trays"}


def test_the_evidence_holds_what_practices_are_cited_by() -> None:
    area = FocusArea("grow", "Growing", "What grows?", (practice(),))
    read = Research(sources=(captured(OWN),), citations=(quoted(OWN, NEAR),))
    pack = build_evidence(PACK, CONTEXT, read, load_template(), (area,))
    assert pack.evidence["practice:grow-1"].cites == "src:practice-grow-1"
    assert pack.research.source("src:practice-grow-1") is not None
    unread = build_evidence(PACK, CONTEXT, Research(sources=(OWN,)), load_template(), (area,))
    assert unread.evidence["practice:grow-1"].cites == "src:trays"
    assert unread.research.sources == (OWN,)
