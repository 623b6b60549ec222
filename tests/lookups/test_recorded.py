"""Lookups that are answered from a record."""

from __future__ import annotations

from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.lookups.conftest import RESEARCH, make_context
from torusnb.drafting.evidence import add_evidence
from torusnb.errors import TrailError
from torusnb.lookups.lookups import CheckoutLookups
from torusnb.lookups.recorded import RecordedLookups
from torusnb.lookups.tools import TOOLS
from torusnb.models.base import parse_json, render_json
from torusnb.models.design import Evidence, EvidencePack, Template
from torusnb.models.messages import Json, LookedUp, LookupAnswer, LookupTool
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Citation, Research, Source
from torusnb.research.references import render_list
from torusnb.research.report import render_research


class Counting:
    """Answers each question with its number."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Json]] = []

    def tools(self) -> tuple[LookupTool, ...]:
        return TOOLS[:1]

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        self.asked.append((name, arguments))
        return LookupAnswer(f"# answer {len(self.asked)}")


def _over(
    record: dict[str, LookedUp], inner: Counting | CheckoutLookups | None, identity: str = "one"
) -> RecordedLookups:
    def keep(value: LookedUp) -> None:
        record[value.key] = parse_json(render_json(value), LookedUp)

    return RecordedLookups(inner, record.get, keep, identity=identity)


def test_a_question_is_asked_once_whatever_the_order_of_its_arguments() -> None:
    inner, record = Counting(), dict[str, LookedUp]()
    lookups = _over(record, inner)
    first = lookups.answer("find", {"query": "a", "under": "b"})
    assert lookups.answer("find", {"under": "b", "query": "a"}) == first
    assert len(inner.asked) == len(record) == 1


@pytest.mark.parametrize(
    ("name", "arguments", "identity"),
    [("text", {"query": "a"}, "one"), ("find", {"query": "b"}, "one"), ("find", {"query": "a"}, "two")],
)
def test_another_tool_argument_or_checkout_is_another_question(name: str, arguments: Json, identity: str) -> None:
    inner, record = Counting(), dict[str, LookedUp]()
    _over(record, inner).answer("find", {"query": "a"})
    _over(record, inner, identity).answer(name, arguments)
    assert len(inner.asked) == 2


def test_a_replay_answers_byte_for_byte_and_asks_nobody(shared: CheckoutLookups) -> None:
    record: dict[str, LookedUp] = {}
    asked = ("show", {"what": "Mini.Grades"})
    first = _over(record, shared).answer(*asked)
    assert render_json(_over(record, None).answer(*asked)) == render_json(first)


def test_a_replay_that_misses_an_answer_says_which() -> None:
    with pytest.raises(TrailError, match=r'holds no answer to the lookup "find" \{"query":"a"\}'):
        _over({}, None).answer("find", {"query": "a"})


def test_what_no_text_can_hold_is_recorded_too() -> None:
    record: dict[str, LookedUp] = {}
    answer = _over(record, Counting()).answer("\ud800", {"query": "\udfff"})
    assert _over(record, None).answer("\ud800", {"query": "\udfff"}) == answer


def test_a_replay_knows_the_tools_without_a_checkout() -> None:
    assert _over({}, None).tools() == TOOLS
    assert _over({}, Counting()).tools() == TOOLS[:1]


def test_a_source_that_was_looked_up_joins_the_sources_of_the_pack(sample_root: Path) -> None:
    source = Source("src:shelves", "Shelves", "https://hexdocs.pm/shelves/1.0.0/readme.html", "deps")
    spec = SpecPack("shelves", "docs/features/shelves", "Shelves")
    pack = EvidencePack(spec, make_context(sample_root), RESEARCH, Template("t", "FDD", ()), (), {})
    grown = add_evidence(
        pack, [Evidence("src:shelves", "source", "Shelves hold rows.", cites=source.key, source=source)]
    )
    assert grown.research.sources == (*pack.research.sources, source)
    assert grown.evidence["src:shelves"].text == "Shelves hold rows."
    assert add_evidence(grown, grown.evidence.values()) == grown


def grown_by(research: Research, root: Path, *items: Evidence) -> EvidencePack:
    spec = SpecPack("shelves", "docs/features/shelves", "Shelves")
    return add_evidence(EvidencePack(spec, make_context(root), research, Template("t", "FDD", ()), (), {}), items)


SHELVES = Source(
    "src:shelves", "Shelves", "https://hexdocs.pm/shelves/1.0.0/readme.html", "deps", "shelves", "1.0.0",
    accessed="2026-01-02", sha256="ab" * 32,
)  # fmt: skip
HOLDS = Citation("src:shelves", "", "Shelves hold rows.", "verified", "Looked up.", snapshot="ab" * 32)


def test_what_was_looked_up_is_listed_with_its_date_and_verdict(sample_root: Path) -> None:
    item = Evidence("src:shelves", "source", "Shelves hold rows.", source=SHELVES, citations=(HOLDS,))
    grown = grown_by(Research(), sample_root, item)
    assert render_list(grown.research.sources, grown.research.citations) == (
        "[shelves] Shelves · https://hexdocs.pm/shelves/1.0.0/readme.html · Accessed 2026-01-02\n"
    )
    assert "## Documentation looked up while drafting" in render_research(grown, ())
    assert add_evidence(grown, grown.evidence.values()) == grown


def test_another_passage_of_a_source_that_research_has_joins_its_citations(sample_root: Path) -> None:
    known = Research(sources=(SHELVES,), citations=(replace(HOLDS, question="Q-1", quote="Rows are sorted."),))
    item = Evidence("src:shelves", "source", "Shelves hold rows.", citations=(HOLDS, HOLDS))
    grown = grown_by(known, sample_root, item)
    assert grown.research.citations == (*known.citations, HOLDS)
    assert add_evidence(grown, (item,)) == grown


def test_a_pointer_whose_page_was_looked_up_becomes_a_captured_source(sample_root: Path) -> None:
    pointer = Citation("src:shelves", "Q-1", "", "not-fetched", "The catalogue lists it.")
    bare = replace(SHELVES, provider="catalogue", sha256="", accessed="")
    known = Research(sources=(bare,), citations=(pointer,))
    item = Evidence("src:shelves", "source", "Shelves hold rows.", source=SHELVES, citations=(HOLDS,))
    research = grown_by(known, sample_root, item).research
    assert research.sources == (SHELVES,)
    assert [(c.question, c.verdict) for c in research.citations] == [("Q-1", "unchecked"), ("", "verified")]
    assert "no words of it were found for this question" in research.citations[0].reason


def test_a_citation_of_a_source_that_nobody_names_is_left_out(sample_root: Path) -> None:
    item = Evidence("src:shelves", "source", "Shelves hold rows.", citations=(HOLDS,))
    assert grown_by(Research(), sample_root, item).research.citations == ()
