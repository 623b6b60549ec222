"""What the held documentation says of the library functions on which decisions stand."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.claude_desk import APPROACH, NOTHING_MORE, GardenLookups, approach, good, scripted, sent
from tests.drafting.garden_feature import evidence
from torusnb.drafting.claude.documented import MOST_DOCUMENTED, Asked, list_asked
from torusnb.drafting.claude.drafter import ClaudeDrafter
from torusnb.drafting.claude.ledger import Entry, Ledger, render_table
from torusnb.drafting.claude.reached import PURPOSE
from torusnb.drafting.drafters import Desk
from torusnb.drafting.evidence import add_evidence
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, FileOutline
from torusnb.models.design import Drafting, Evidence
from torusnb.models.messages import DOCUMENTED_HERE, Json, LookupAnswer, LookupTool, ModelRequest
from torusnb.models.modules import Call, Module, Reference
from torusnb.models.sources import Citation, Source

STORE = Source(
    "src:tide-store",
    "Tide.Store (tide 2.1.0)",
    "https://example.org/Tide.Store.html",
    "deps",
    package="tide",
    version="2.1.0",
    accessed="2026-01-02",
    sha256="ab",
)
SAID = {
    "put_once": "A second row with the same key is ignored, and no error is told.",
    "Store.sweep": "What is swept is gone at once, and no callback runs.",
}
ONCE: Json = {
    "kind": "rule",
    "name": "Doubled click",
    "standing": "new",
    "decision": "The row is written with put_once, so a second click changes nothing.",
    "keys": ["FR-002"],
}


class TideLookups(GardenLookups):
    """Documentation of a few names; one passage of one source each."""

    held = SAID

    def tools(self) -> tuple[LookupTool, ...]:
        return (LookupTool("docs", "Told.", {"type": "object", "properties": {}}),)

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        self.asked.append((name, arguments))
        known = [each for each in arguments["name"].split("; ") if each in self.held]
        lines = [f"{DOCUMENTED_HERE}{'; '.join(known)}"] if known else ["# nothing is shown"]
        if len(known) != 1 or arguments["words"] == arguments["name"]:
            return LookupAnswer("\n".join(lines), ())
        quote = self.held[known[0]]
        cited = Citation(STORE.key, "", quote, "verified", "Looked up while drafting.", snapshot="ab")
        item = Evidence(STORE.key, "source", quote, cites=STORE.key, source=STORE, citations=(cited,))
        return LookupAnswer("\n".join([*lines, f"{STORE.key} | {quote}"]), (item,))


def draft(*added: Json, lookups: GardenLookups | None = None, answer: str = NOTHING_MORE) -> tuple[Drafting, Any]:
    """A draft whose approach decides some names, and the requests for it."""

    def script(request: ModelRequest) -> str:
        if request.purpose == PURPOSE:
            return answer
        return approach(ledger=[*APPROACH["ledger"], *added]) if request.purpose == "approach" else good(request)

    model = scripted(script)
    desk = Desk(model=model, lookups=lookups or TideLookups())
    return ClaudeDrafter(desk).draft_all(evidence()), model.requests


def reach_of(requests: list[ModelRequest]) -> str:
    """What the model is told of the reach."""
    [found] = [request for request in requests if request.purpose == PURPOSE]
    return sent(found)


def entry(decision: str, *keys: str) -> Entry:
    return Entry("rule", "A rule", "new", decision, keys or ("FR-001",))


def names_of(*entries: Entry, seen: dict[str, Evidence] | None = None) -> list[tuple[str, ...]]:
    return [each.names for each in list_asked(Ledger(entries), "", evidence().context.code, seen or {})]


GATE = Entry("function", "Garden.Gate.open/1", "changed", "Written by put_once.", ("FR-001",))


def _code(module: Module) -> CodeMap:
    file = FileOutline(module.path, "0", module.end_line, (module,))
    return msgspec.structs.replace(evidence().context.code, files=(file,))


def asked_of(*entries: Entry, code: CodeMap | None = None, approach: str = "") -> tuple[Asked, ...]:
    return list_asked(Ledger(entries), approach, code or evidence().context.code, {})


def test_the_passage_of_a_function_that_a_decision_names_is_shown_with_its_key() -> None:
    _, requests = draft(ONCE)
    told = reach_of(requests)
    assert f"{STORE.key} | {SAID['put_once']}" in told
    assert "documentation: docs" in told


def test_every_later_section_sees_the_passage_and_a_decision_may_carry_its_key() -> None:
    amended = {**ONCE, "keys": ["FR-002", STORE.key], "because": "The documentation says so."}
    drafting, requests = draft(ONCE, answer=f"```ledger\n{msgspec.json.encode([amended]).decode()}\n```")
    assert not [said for said in drafting.left if "evidence that does not exist" in said]
    later = [request for request in requests if request.purpose.startswith("section ")]
    assert later
    assert all(SAID["put_once"] in sent(request) for request in later)
    assert any(f"@{STORE.key}" in section.text for section in drafting.sections)


def test_the_source_joins_the_research_with_its_quotes_and_their_verdicts() -> None:
    sweep = {**ONCE, "name": "Sweeping", "decision": "Old rows go by Store.sweep at night."}
    drafting, _ = draft(ONCE, sweep)
    research = add_evidence(evidence(), drafting.evidence).research
    assert research.source(STORE.key) == STORE
    quoted = {(citation.quote, citation.verdict) for citation in research.citations if citation.source == STORE.key}
    assert quoted == {(said, "verified") for said in SAID.values()}


def test_further_words_of_a_source_that_the_pack_holds_join_its_quotes() -> None:
    pack = evidence()
    held = Evidence(STORE.key, "source", "An older quote.", cites=STORE.key)
    research = msgspec.structs.replace(pack.research, sources=(*pack.research.sources, STORE))
    pack = msgspec.structs.replace(pack, evidence={**pack.evidence, STORE.key: held}, research=research)

    def script(request: ModelRequest) -> str:
        if request.purpose == PURPOSE:
            return NOTHING_MORE
        return approach(ledger=[*APPROACH["ledger"], ONCE]) if request.purpose == "approach" else good(request)

    drafting = ClaudeDrafter(Desk(model=scripted(script), lookups=TideLookups())).draft_all(pack)
    whole = add_evidence(pack, drafting.evidence)
    assert whole.evidence[STORE.key] == held
    assert SAID["put_once"] in [citation.quote for citation in whole.research.citations]


@pytest.mark.parametrize("decision", ["The bed keeps its order.", "The row is written with put_twice."])
def test_without_a_documented_name_nothing_is_shown(decision: str) -> None:
    _, requests = draft({**ONCE, "decision": decision})
    assert "documentation: docs" not in reach_of(requests)


def test_without_held_documentation_nothing_is_shown() -> None:
    class Empty(TideLookups):
        held: dict[str, str] = {}  # noqa: RUF012

    lookups = Empty()
    _, requests = draft(ONCE, lookups=lookups)
    assert "documentation: docs" not in reach_of(requests)
    assert all(arguments["words"] == arguments["name"] for _, arguments in lookups.asked)


def test_a_passage_is_shown_once_and_no_more_than_there_is_room_for() -> None:
    class Many(TideLookups):
        held = {f"put_{number}": f"Row {number} is kept until it is asked for." for number in range(30)} | {
            "put_same": "Row 0 is kept until it is asked for."
        }

    entries = [
        {**ONCE, "name": f"Rule {number}", "decision": f"It is written by {name}."}
        for number, name in enumerate(["put_0", "put_same", *(f"put_{each}" for each in range(1, 20))])
    ]
    _, requests = draft(*entries, lookups=Many())
    told = reach_of(requests)
    assert told.count(f"{STORE.key} | Row 0 is kept") == 1
    assert told.count(f"{STORE.key} | Row") == MOST_DOCUMENTED


@pytest.mark.parametrize(
    ("decision", "names"),
    [
        ("Written by put_once.", ["put_once"]),
        ("Calls `Store.sweep/2` first.", ["Store.sweep/2"]),
        ("Calls sweep(rows) first.", ["sweep"]),
        ("Sweeps the rows first.", []),
        ("Garden.Beds.update_bed/2 stays.", []),
    ],
)
def test_a_function_counts_that_is_named_as_one_and_is_not_the_projects_own(decision: str, names: list[str]) -> None:
    alone = [each for each in asked_of(entry(decision)) if each.alone]
    assert [each.names[0] for each in alone] == names


def test_what_the_lines_call_on_which_a_decision_rests_is_asked_after_what_is_named() -> None:
    key = "code:lib/garden/beds.ex:33"
    line = Evidence(key, "code", "bed |> Tide.Store.sweep() |> put_once()", Place("lib/garden/beds.ex", 33))
    found = names_of(entry("The rows go.", key), entry("Written by put_twice."), seen={key: line})
    assert found[0] == ("put_twice",)
    assert {"Tide.Store.sweep", "put_once"} <= {name for each in found[1:] for name in each}


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("A span by :tide.span/3 surrounds it.", ":tide.span/3"),
        ("A span by `tide:span/3` surrounds it.", "tide:span/3"),
        ("A span by tide.span/3 surrounds it.", "tide.span/3"),
        ("Focus moves by phx-mounted.", "phx-mounted"),
        ("Inserted with on_conflict: :nothing.", ":on_conflict"),
        ("A LiveComponent holds it.", "LiveComponent"),
    ],
)
def test_modules_options_and_bindings_are_asked_too(said: str, name: str) -> None:
    assert name in {each for names in names_of(entry(said)) for each in names}


def test_the_row_of_a_decision_keeps_the_key_of_a_passage() -> None:
    row = render_table([entry("It is so.", "code:a.ex:1", "code:b.ex:2", "code:c.ex:3", STORE.key, "FR-001")])
    assert f"[@FR-001; @code:a.ex:1; @{STORE.key}]" in row


def test_a_long_chain_of_modules_is_read_once() -> None:
    chain = "A." * 30_000
    ledger = Ledger((Entry("rule", "chain", "new", f"{chain}a", ("FR-001",)),))
    asked = list_asked(ledger, f"{chain}a", evidence().context.code, {})
    assert {name for each in asked for name in each.names} == {f"{chain}a"}


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("schema", "Ecto.Changeset.put_once"),
        ("live_view", "Phoenix.LiveView.put_once"),
        ("controller", "Phoenix.Controller.put_once"),
        ("plug", "Plug.Conn.put_once"),
        ("migration", "Ecto.Migration.put_once"),
        ("worker", "Oban.Worker.put_once"),
    ],
)
def test_a_bare_name_is_looked_for_first_where_a_module_of_that_kind_has_it_from(kind: str, form: str) -> None:
    code = _code(Module("Garden.Gate", "lib/garden/gate.ex", 1, 40, kinds=(kind,)))
    for rests in (
        entry("Written by put_once.", "code:lib/garden/gate.ex:9"),
        GATE,
    ):
        [asked] = [each for each in asked_of(rests, code=code) if each.alone]
        assert asked.names[0] == form
        assert asked.names[-1] == "put_once"


def test_what_the_module_imports_goes_before_what_its_kind_has_at_hand() -> None:
    references = (Reference("import", "Tide.Helm", 2), Reference("alias", "Tide.Sail", 3))
    code = _code(Module("Garden.Gate", "lib/garden/gate.ex", 1, 40, kinds=("plug",), references=references))
    [asked] = [
        each for each in asked_of(entry("By put_once(:a).", "code:lib/garden/gate.ex:9"), code=code) if each.alone
    ]
    assert asked.names[:2] == ("Tide.Helm.put_once", "Plug.Conn.put_once")


def test_an_atom_may_be_the_name_of_a_plug() -> None:
    code = _code(Module("Garden.Gate", "lib/garden/gate.ex", 1, 40, kinds=("router",)))
    asked = asked_of(entry("Without `:guard_form`.", "code:lib/garden/gate.ex:9"), code=code)[0]
    assert asked.names[0] == ":guard_form"
    assert "Plug.Conn.guard_form" in asked.names


def test_a_rejected_option_and_trade_offs_ask_nothing() -> None:
    approach = "\n".join(
        [
            "The request: Rows go by put_a.",
            "",
            "Option Slow: By put_b.",
            "- It costs put_c.",
            "",
            "Option Quick: By put_d.",
            "- It costs put_e.",
            "",
            "Chosen: Quick. Faster than put_f.",
        ]
    )
    assert {each.names[0] for each in asked_of(approach=approach)} == {"put_a", "put_d", "put_f"}


def test_the_decided_name_lends_its_words() -> None:
    named = Entry("telemetry", "garden.beds.start and garden.beds.stop", "new", "Sent by tide.span/3.", ("FR-001",))
    assert asked_of(named)[0].words == "Sent by tide.span/3. start and stop"


@pytest.mark.parametrize(
    "said",
    ["The row that is given as a map of fields with their values.", "For example, a row that fails is ignored."],
)
def test_a_passage_that_tells_no_behaviour_is_not_shown_and_gives_no_evidence(said: str) -> None:
    class Plain(TideLookups):
        held = {"put_once": said}  # noqa: RUF012

    drafting, requests = draft(ONCE, lookups=Plain())
    assert "documentation: docs" not in reach_of(requests)
    assert STORE.key not in {item.key for item in drafting.evidence}


def test_what_a_line_calls_is_asked_as_something_nobody_named() -> None:
    class Sweeping(TideLookups):
        held = {"Store.sweep": SAID["Store.sweep"]}  # noqa: RUF012

    lookups = Sweeping()
    calls = (Call("Tide.Store", "sweep", 1, 33),)
    module = msgspec.structs.replace(evidence().context.code.modules["Garden.Beds"], calls=calls)
    names = list_asked(Ledger((entry("Rows go.", "code:lib/garden/beds.ex:33"),)), "", _code(module), {})
    assert [each.alone for each in names] == [False]
    draft({**ONCE, "decision": "Store.sweep(rows) runs."}, lookups=lookups)
    assert "Store.sweep" in {arguments["name"] for _, arguments in lookups.asked if arguments["words"] != "Store.sweep"}
