"""The walk with the drafter claude: a session over the miniature Torus, the real SDK, and an endpoint on loopback."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.messages.loopback import MessagesServer, Reply
from tests.session.claude_script import ADDED, ADDING, LOOKED_UP, LOOKING_UP, Json, obliging, section_asked
from tests.session.opening import Opener
from torusnb.cli import main
from torusnb.drafting.claude.prompts import load_prompts
from torusnb.drafting.evidence import add_evidence
from torusnb.errors import ModelError, ParameterError
from torusnb.fetch import open_client
from torusnb.models.base import Place
from torusnb.models.design import Evidence, SectionDraft
from torusnb.models.messages import LookedUp, ModelRequest, RecordedReply
from torusnb.session import Session
from torusnb.session.drafting import find_namesakes
from torusnb.session.modelling import open_desk
from torusnb.trail.bundle import save_bundle
from torusnb.trail.replay import render_design

KEY = "sk-ant-api03-of-nobody-0123456789-abcdefghij"


@pytest.fixture(autouse=True)
def keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """A key of the endpoint and one of Anthropic, which is never sent to it."""
    monkeypatch.setenv("TORUSNB_ENDPOINT_KEY", KEY)
    monkeypatch.setenv("ANTHROPIC_API_KEY", f"{KEY}-other")


@pytest.fixture
def server() -> Iterator[MessagesServer]:
    with MessagesServer(obliging) as running:
        yield running


def online(opener: Opener, server: MessagesServer, **other: str | bool) -> Session:
    """A session that asks the server for its drafts, and no page of anybody."""
    client = open_client(offline=True)
    return opener(client=client, drafter="claude", offline=False, endpoint=server.url, model="a-model", **other)


def again(opener: Opener, server: MessagesServer) -> Session:
    """The same session without any connection."""
    return opener(drafter="claude", offline=True, endpoint=server.url, model="a-model")


def authors(session: Session) -> dict[str, str]:
    return {draft.section: draft.author for draft in session.draft().sections if draft.section != "17"}


def recorded(session: Session) -> bytes:
    """Every byte of the folder that the session writes to."""
    return b"".join(path.read_bytes() for path in sorted(session.outputs.folder.rglob("*")) if path.is_file())


def test_the_design_holds_what_the_model_wrote_and_looked_up(opener: Opener, server: MessagesServer) -> None:
    session = online(opener, server)
    export = session.export()
    assert session.outputs.fdd.read_text(encoding="utf-8") == export.text
    assert ADDED in export.text
    assert re.search(rf"{LOOKED_UP} \(`[\w./]+\.\w+:\d+", export.text)
    assert "| rule `one place` | new | The value is kept in one place. (FR-001) |" in export.text
    assert set(authors(session).values()) == {"claude"}
    event = session.trail.latest("draft")
    assert event is not None
    assert event.summary.endswith(f"by claude, prompts {load_prompts().digest[:12]}")
    assert [finding for finding in session.review(export).findings if finding.severity == "error"] == []
    assert all(call.body["stream"] for call in server.calls)
    assert [section_asked(request) for request in server.requests].count(LOOKING_UP) == 2


def test_a_file_that_was_looked_up_is_cited_by_an_end_that_no_other_file_has(
    opener: Opener, server: MessagesServer, sample_torus: Path
) -> None:
    for number, name in enumerate(("north", "south")):
        path = sample_torus / f"lib/mini/{name}/kiosk.ex"
        path.parent.mkdir()
        path.write_text(f"defmodule Mini.Far{number} do\n  def far, do: {number}\nend\n")
    session = online(opener, server)
    line = Evidence("code:lib/mini/north/kiosk.ex:2", "code", "def far, do: 0", Place("lib/mini/north/kiosk.ex", 2))
    both = ("lib/mini/north/kiosk.ex", "lib/mini/south/kiosk.ex")
    assert not set(both) & set(session.capture().namesakes)
    assert find_namesakes(session, (line,)) == both
    assert session.draft().namesakes == find_namesakes(session, session.draft().evidence)
    grown = add_evidence(session.evidence(), (line,), find_namesakes(session, (line,)))
    text = render_design(grown, (SectionDraft("8", f"Far. [@{line.key}]"),))
    assert "`north/kiosk.ex:2`" in text


def test_every_request_and_look_up_is_on_record_and_no_key_is(opener: Opener, server: MessagesServer) -> None:
    session = online(opener, server)
    session.export()
    replies = [session.trail.parse(event, RecordedReply) for event in session.trail.events("model")]
    assert sum(each.reply is not None for each in replies) == len(server.requests)
    assert {call.headers["x-api-key"] for call in server.calls} == {KEY}
    looked = [session.trail.parse(event, LookedUp) for event in session.trail.events("lookup")]
    assert '"show"' in {each.tool for each in looked}
    assert set(session.draft().evidence) <= {item for each in looked for item in each.answer.evidence}
    assert len(session.draft().evidence) > 0
    session.close()
    assert KEY.encode() not in recorded(session)


def test_an_offline_session_over_the_same_trail_drafts_the_same_and_asks_nobody(
    opener: Opener, server: MessagesServer
) -> None:
    first = online(opener, server)
    export = first.export()
    asked = len(server.requests)
    replies = len(list(first.trail.events("model")))
    first.outputs.fdd.unlink()
    second = again(opener, server)
    assert second.export().text == export.text
    assert second.outputs.fdd.read_text(encoding="utf-8") == export.text
    assert len(server.requests) == asked
    assert len(list(second.trail.events("model"))) == replies


def test_the_shared_trail_replays_byte_for_byte_and_says_what_it_took_from_the_record(
    opener: Opener, server: MessagesServer, tmp_path: Path
) -> None:
    session = online(opener, server)
    export = session.export()
    asked = len(server.requests)
    session.close()
    save_bundle(session.outputs.folder, tmp_path / "shared.zip")
    told = CliRunner().invoke(
        main, ["trail", "replay", str(tmp_path / "shared.zip"), "--to", str(tmp_path / "replayed")]
    )
    assert told.exit_code == 0, told.output
    assert "taken from the record: a model wrote it, and a replay asks nobody" in told.output
    assert " key" not in told.output
    assert "byte for byte the same" in told.output
    assert (tmp_path / "replayed" / "fdd.md").read_text(encoding="utf-8") == export.text
    assert len(server.requests) == asked


def test_after_a_failure_the_next_run_asks_only_for_the_rest(opener: Opener) -> None:
    broken = [True]

    def script(request: Json) -> str | Reply:
        if broken[0] and section_asked(request) == ADDING:
            return Reply(status=401, error_type="authentication_error", message="no")
        return obliging(request)

    with MessagesServer(script) as server:
        first = online(opener, server)
        with pytest.raises(ModelError) as caught:
            first.export()
        assert caught.value.reason == "unauthorized"
        assert not first.outputs.fdd.exists()
        first.close()
        before, broken[0] = len(server.requests), False
        second = online(opener, server)
        assert ADDED in second.export().text
        rest = server.requests[before:]
    assert section_asked(rest[0]) == ADDING
    assert rest[0] == server.requests[before - 1]
    whole = [*server.requests[: before - 1], *rest]
    assert len({str(request) for request in whole}) == len(whole)


def test_a_refusal_leaves_a_section_to_the_offline_draft_and_is_told(opener: Opener) -> None:
    def script(request: Json) -> str | Reply:
        return Reply(stop_reason="refusal") if section_asked(request) == "12" else obliging(request)

    with MessagesServer(script) as server:
        session = online(opener, server)
        session.export()
        assert authors(session)["12"] == "offline"
        assert any("Section 12 is the offline draft" in said for said in session.draft().left)
        asked = len(server.requests)
        session.draft(retry=True)
        assert len(server.requests) == asked
        server.script = obliging
        assert not any("is the offline draft" in said for said in session.draft(again=True).left)
        rest = [section_asked(request) for request in server.requests[asked:]]
        assert rest[0] == "12"
        assert not {"", "4.1", "5.1", "6.1", "7", "11"} & {*rest}  # what was written before it stands
        assert authors(session)["12"] == "claude"


def test_what_a_draft_costs_is_told_once_before_its_first_request(
    opener: Opener, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.yml"
    prices.write_text("prices:\n  - models: [a-model]\n    input: 0.01\n    output: 0.02\n", encoding="utf-8")
    refusing = MessagesServer(lambda _: Reply(status=401, error_type="authentication_error", message="no"))
    with refusing as server, pytest.raises(ModelError):
        online(opener, server, prices=str(prices)).draft()
    lines = capsys.readouterr().err.splitlines()
    told = [line for line in lines if line.startswith("preflight")]
    assert len(told) == 1
    assert re.search(
        r"about \d\.\d\d US dollars .*, \d\.\d\d at least and \d+\.\d\d at most, .*31 requests at", told[0]
    )
    assert told[0].endswith("0.00 of the budget of 10.00 US dollars for this pack is spent")
    assert [line.split(" | ")[0] for line in lines if line.startswith("| ")][1:] == [
        "| first replies",
        "| look-ups",
        "| repairs",
        "| revisions",
        "| together",
    ]


def test_the_budget_holds_over_all_runs_of_a_pack(
    opener: Opener, server: MessagesServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    prices = tmp_path / "prices.yml"
    prices.write_text("prices:\n  - models: [a-model]\n    input: 1.0\n    output: 2.0\n", encoding="utf-8")

    def run(budget: float) -> str:
        client = open_client(offline=True)
        given = {"drafter": "claude", "offline": False, "endpoint": server.url, "model": "a-model"}
        session = opener(client=client, prices=str(prices), budget=budget, **given)
        try:
            session.draft()
            return "whole"
        except ModelError as error:
            return error.reason
        finally:
            session.close()

    assert run(0.4) == "over-budget"
    asked = len(server.requests)
    assert asked > 1
    capsys.readouterr()
    assert run(0.4) == "over-budget"
    assert len(server.requests) == asked
    said = capsys.readouterr().err
    assert re.search(
        r"^0\.\d\d of the budget of 0\.40 US dollars for this pack is spent; what is on rec", said, re.MULTILINE
    )
    assert run(50.0) == "whole"
    assert len(server.requests) > asked


def test_a_model_without_a_price_and_a_draft_on_record_are_begun_without_a_word_on_cost(
    opener: Opener, server: MessagesServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    online(opener, server).draft()
    assert "preflight" not in capsys.readouterr().err
    prices = tmp_path / "prices.yml"
    prices.write_text("prices:\n  - models: [a-model]\n    input: 0.01\n    output: 0.02\n", encoding="utf-8")
    asked = len(server.requests)
    (tmp_path / "prompts").mkdir()
    again = "# Repair\n\nMend the block in every place that stands above.\n"
    (tmp_path / "prompts" / "approach_repair.md").write_text(again, encoding="utf-8")
    online(opener, server, prices=str(prices), prompts=str(tmp_path / "prompts")).draft()
    assert len(server.requests) == asked
    said = capsys.readouterr().err
    assert "preflight" not in said
    assert "0.00 of the budget of 10.00 US dollars for this pack is spent" in said


def test_offline_without_a_recorded_reply_is_told_at_once_also_over_an_earlier_trail(opener: Opener) -> None:
    opener(out="earlier").close()
    with pytest.raises(ParameterError, match="holds no model's reply"):
        opener(out="earlier", drafter="claude")


@pytest.mark.parametrize("interactive", [True, False])
def test_a_reply_streams_into_a_notebook_and_not_into_a_batch_run(
    opener: Opener, server: MessagesServer, interactive: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    session = online(opener, server, interactive=interactive)
    desk = open_desk(session, session.model)
    assert desk.model is not None
    asked = {"role": "user", "content": [{"type": "text", "text": "Read [@FR-001] and [@f1:1]."}]}
    request = ModelRequest(purpose="a test", model="a-model", max_tokens=900, messages=(asked,))
    reply = desk.model.reply(request, desk.on_text)
    assert (reply.text in capsys.readouterr().err) is interactive
