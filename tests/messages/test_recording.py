"""What was answered once is never asked again, and a replay asks nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.messages.fakes import FakeClock, Record, make_request, open_on
from tests.messages.loopback import MessagesServer, Reply
from tests.messages.scripted import ScriptedModel
from torusnb.errors import ModelError, TrailError
from torusnb.messages.budget import sum_spent
from torusnb.messages.failures import RequestError
from torusnb.messages.parts import join_request
from torusnb.messages.recording import RecordingModel
from torusnb.models.base import parse_json, render_json
from torusnb.models.messages import Json, Model, ModelRequest, RecordedReply
from torusnb.trail.store import Trail

PREFIX: Json = {"type": "text", "text": "evidence " * 45_000, "cache_control": {"type": "ephemeral"}}


def _on(record: Record, inner: Model | None, *, native: bool = True) -> RecordingModel:
    return RecordingModel(inner, record.find, record.keep, record.put, native)


def test_a_reply_is_recorded_with_all_that_it_took(record: Record, clock: FakeClock) -> None:
    usage = {"cache_read_input_tokens": 900, "input_tokens": 50, "output_tokens": 7}
    with MessagesServer(lambda _: Reply("Good morning.", usage=usage)) as server:
        reply = _on(record, open_on(server, clock)).reply(make_request())
    sent, kept = record.kept
    assert (sent.key, sent.reply) == (f"sent-{make_request().fingerprint}", None)
    assert sent.request == kept.request
    assert kept.key == make_request().fingerprint
    assert kept.reply == reply
    assert reply.usage.cache_read == 900
    assert reply.cost is not None
    assert kept.summary == "a greeting: 950 tokens in (900 from the cache), 7 out, 0.0005 US dollars"
    assert parse_json(render_json(kept), RecordedReply) == kept


def test_a_recorded_reply_is_not_asked_for_again(record: Record) -> None:
    model = ScriptedModel(lambda _: "Good morning to you.")
    first = _on(record, model).reply(make_request())
    heard: list[str] = []
    second = _on(record, model).reply(make_request(purpose="the same, for another purpose"), heard.append)
    assert len(model.requests) == 1
    assert (first.recorded, second.recorded) == (False, True)
    assert second.content == first.content
    assert heard == ["Good morning to you."]


@pytest.mark.parametrize(
    "other",
    [
        make_request("Say good night."),
        make_request(model="claude-sonnet-5-5"),
        make_request(max_tokens=1001),
        make_request(system=({"type": "text", "text": "Be brief."},)),
        make_request(tools=({"name": "find"},)),
        make_request(options={"tool_choice": {"type": "none"}}),
    ],
)
def test_another_request_is_asked(record: Record, other: ModelRequest) -> None:
    model = ScriptedModel(lambda _: "Good morning.")
    _on(record, model).reply(make_request())
    _on(record, model).reply(other)
    assert len(model.requests) == 2


def test_a_replay_asks_nobody_and_a_miss_is_loud(record: Record) -> None:
    _on(record, ScriptedModel(lambda _: "Good morning.")).reply(make_request())
    replay = _on(record, None)
    assert replay.reply(make_request()).text == "Good morning."
    with pytest.raises(ModelError, match="a farewell") as caught:
        replay.reply(make_request("Say goodbye.", purpose="a farewell"))
    assert caught.value.reason == "not-recorded"
    assert [kept.key.partition("-")[0] for kept in record.kept] == ["sent", make_request().fingerprint]


def test_what_is_sent_is_on_record_before_it_leaves(record: Record) -> None:
    def interrupted(_: ModelRequest) -> str:
        assert [kept.summary for kept in record.kept] == ["a greeting: sent to claude-opus-5-5"]
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        _on(record, ScriptedModel(interrupted)).reply(make_request())
    assert [kept.key.split("-")[0] for kept in record.kept] == ["sent", "failed"]


def test_a_replay_fails_as_the_recorded_run_did(record: Record) -> None:
    def refuse(_: ModelRequest) -> str:
        raise ModelError("no", reason="over-budget")

    with pytest.raises(ModelError):
        _on(record, ScriptedModel(refuse)).reply(make_request())
    with pytest.raises(ModelError) as caught:
        _on(record, None).reply(make_request())
    assert caught.value.reason == "over-budget"


def test_a_count_is_recorded_so_that_a_replay_decides_alike(record: Record) -> None:
    counted = _on(record, ScriptedModel(lambda _: "")).count_tokens(make_request())
    assert _on(record, None).count_tokens(make_request()) == counted
    with pytest.raises(ModelError, match="record"):
        _on(record, None).count_tokens(make_request("other"))
    assert record.kept[0].summary == f"a greeting: {counted} tokens in"


def test_a_count_does_not_answer_a_request(record: Record) -> None:
    model = ScriptedModel(lambda _: "Good morning.")
    recording = _on(record, model)
    recording.count_tokens(make_request())
    assert recording.reply(make_request()).text == "Good morning."


def test_a_replay_is_as_native_as_the_recorded_model(record: Record) -> None:
    _on(record, ScriptedModel(lambda _: "Hello.", native=False)).reply(make_request())
    assert record.kept[0].native is False
    assert _on(record, None, native=record.kept[0].native).native is False
    assert _on(record, ScriptedModel(lambda _: "", native=True), native=False).native is True


def test_a_failure_is_recorded_and_never_answers(record: Record, clock: FakeClock) -> None:
    cut = Reply("Good mor", stop_reason="max_tokens")
    with MessagesServer(lambda _: "Good morning.", retry=[cut]) as server:
        model = _on(record, open_on(server, clock))
        with pytest.raises(ModelError) as caught:
            model.reply(make_request())
        _, failed = record.kept
        assert model.afresh().reply(make_request()).text == "Good morning."
    assert failed.reason == caught.value.reason == "cut-short"
    assert failed.message == caught.value.message
    assert failed.request is not None
    assert failed.usage.output > 0
    assert failed.cost is not None
    assert failed.reply is None
    assert "no reply (cut-short)" in failed.summary


def test_thirty_requests_over_one_prefix_keep_it_once(record: Record) -> None:
    model = _on(record, ScriptedModel(lambda _: "A section."))
    tools = tuple({"name": f"tool_{n}", "description": "Looks something up. " * 30} for n in range(8))
    for number in range(30):
        content = [PREFIX, {"type": "text", "text": f"Write section {number}."}]
        messages = ({"role": "user", "content": content},)
        model.reply(make_request(system=({**PREFIX, "text": "role " * 2000},), messages=messages, tools=tools))
    size = sum(len(data) for data in record.parts.values()) + sum(len(render_json(each)) for each in record.kept)
    assert len(record.parts) == 3
    assert record.puts == 3
    assert size < 1.2 * len(str(PREFIX)) + 30 * 1500


@pytest.mark.parametrize(
    "request_",
    [
        make_request(),
        make_request("long " * 200, options={"stop_sequences": ["END"]}),
        make_request(system=(PREFIX, {"type": "text", "text": "short"}), tools=({"name": "find"},)),
        make_request(
            messages=(
                {"role": "user", "content": [PREFIX, {"type": "text", "text": "short"}]},
                {"role": "assistant", "content": [{"type": "tool_use", "id": "1", "name": "find", "input": {}}]},
                {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "1", "content": "x" * 999}]},
            )
        ),
    ],
)
def test_a_request_can_be_read_back_as_it_was_sent(record: Record, request_: ModelRequest) -> None:
    _on(record, ScriptedModel(lambda _: "Yes.")).reply(request_)
    kept = parse_json(render_json(record.kept[0]), RecordedReply)
    assert join_request(kept, record.parts.get).fingerprint == request_.fingerprint


def test_a_moving_cache_mark_does_not_keep_a_block_twice(record: Record) -> None:
    model = _on(record, ScriptedModel(lambda _: "Yes."))
    unmarked = {name: value for name, value in PREFIX.items() if name != "cache_control"}
    for block in (PREFIX, unmarked):
        model.reply(make_request(messages=({"role": "user", "content": [block]},)))
    assert len(record.parts) == 1


def test_a_missing_or_changed_part_is_told(record: Record) -> None:
    _on(record, ScriptedModel(lambda _: "Yes.")).reply(make_request("long " * 200))
    with pytest.raises(TrailError, match="missing"):
        join_request(record.kept[0], lambda _: None)
    with pytest.raises(TrailError, match="changed"):
        join_request(record.kept[0], lambda _: b"{}")


def test_an_interrupted_run_repeats_no_finished_request(record: Record, clock: FakeClock) -> None:
    requests = [make_request(f"section {number}") for number in range(5)]
    down = Reply(status=401)

    def script(request: Json) -> Reply | str:
        return down if "section 3" in str(request["messages"]) and len(server.requests) <= 4 else "A section."

    with MessagesServer(script) as server:
        with pytest.raises(ModelError):
            _on(record, open_on(server, clock)).reply_all(requests)
        assert len(server.requests) == 4
        replies = _on(record, open_on(server, clock)).reply_all(requests)
        assert len(server.requests) == 6
    assert [reply.recorded for reply in replies] == [True, True, True, False, False]


def test_the_reply_is_on_record_before_it_is_returned(record: Record) -> None:
    class FullError(Exception):
        pass

    def keep(_: RecordedReply) -> None:
        raise FullError

    model = RecordingModel(ScriptedModel(lambda _: "Good morning."), record.find, keep, record.put)
    with pytest.raises(FullError):
        model.reply(make_request())


def test_a_trail_holds_the_record(tmp_path: Path) -> None:
    def recording(trail: Trail, inner: Model | None) -> RecordingModel:
        return RecordingModel(
            inner,
            lambda key: trail.value(RecordedReply, "reply", key),
            lambda kept: trail.append("reply", kept.summary, key=kept.key, value=kept),
            trail.put_snapshot,
        )

    request = make_request(system=(PREFIX,))
    with Trail.open(tmp_path / "trail.sqlite") as trail:
        said = recording(trail, ScriptedModel(lambda _: "Good morning.")).reply(request)
    with Trail.open(tmp_path / "trail.sqlite") as trail:
        assert recording(trail, None).reply(request).content == said.content
        kept = trail.value(RecordedReply, "reply", request.fingerprint)
        assert kept is not None
        assert join_request(kept, trail.snapshot) == request
        assert trail.verify() == 2


@pytest.mark.parametrize(
    ("failure", "asked"), [("refused", 1), ("cut-short", 1), ("window-full", 1), ("empty", 2), ("over-budget", 2)]
)
def test_what_would_fail_alike_is_not_paid_for_twice(record: Record, failure: str, asked: int) -> None:
    model = ScriptedModel(lambda _: RequestError(failure, cost=0.25))
    for _ in range(2):
        with pytest.raises(ModelError) as caught:
            _on(record, model).reply(make_request())
        assert caught.value.reason == failure
    assert len(model.requests) == asked
    assert sum_spent(record.kept) == pytest.approx(0.25 * asked)
    model.script = lambda _: "Good morning."
    assert _on(record, model).afresh().reply(make_request()).text == "Good morning."
    assert _on(record, None).reply(make_request()).recorded
