"""Requests that do not wait for each other go out as one message batch."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.messages.fakes import FakeClock, Record, make_request, open_on
from tests.messages.loopback import Json, MessagesServer, Reply
from torusnb.errors import ModelError
from torusnb.messages import Budget
from torusnb.messages.patience import Patience
from torusnb.messages.recording import RecordingModel
from torusnb.models.messages import ModelRequest, RecordedReply

REQUESTS = tuple(make_request(word, purpose=word) for word in ("one", "two", "three"))


def _asked(request: Json) -> str:
    return str(request["messages"][0]["content"])


def _only(word: str, reply: Reply) -> object:
    return lambda request: reply if _asked(request) == word else _asked(request).upper()


def _recording(server: MessagesServer, clock: FakeClock, record: Record, **fields: object) -> RecordingModel:
    inner = open_on(server, clock, batches=True, **fields)
    return RecordingModel(inner, record.find, record.keep, record.put)


def test_replies_come_in_the_order_of_the_requests_at_half_the_price(clock: FakeClock) -> None:
    with MessagesServer(lambda request: _asked(request).upper(), polls=3) as server:
        replies = open_on(server, clock, batches=True).reply_all(REQUESTS)
        single = open_on(server, clock).reply(REQUESTS[0])
    assert [reply.text for reply in replies] == ["ONE", "TWO", "THREE"]
    assert replies[0].cost is not None
    assert single.cost is not None
    assert replies[0].cost == pytest.approx(single.cost / 2)
    assert clock.slept == [5.0, 10.0, 20.0]
    assert server.paths().count("/v1/messages/batches") == 1
    assert "stream" not in server.requests[0]


def test_a_request_that_stands_twice_is_sent_once(clock: FakeClock) -> None:
    with MessagesServer(lambda request: _asked(request).upper()) as server:
        replies = open_on(server, clock, batches=True).reply_all([*REQUESTS, REQUESTS[0]])
    assert [reply.text for reply in replies] == ["ONE", "TWO", "THREE", "ONE"]
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(batch="expired"), "batch-expired"),
        (Reply(batch="canceled"), "batch-canceled"),
        (Reply(batch="errored", error_type="invalid_request_error", message="prompt is too long"), "too-long"),
        (Reply(batch="errored", error_type="overloaded_error"), "overloaded"),
        (Reply(batch="of-another-kind"), "malformed"),
        (Reply("TW", stop_reason="max_tokens"), "cut-short"),
        (Reply("", stop_reason="refusal"), "refused"),
    ],
)
def test_a_failed_request_is_told_apart_and_the_others_stay_on_record(
    clock: FakeClock, record: Record, reply: Reply, reason: str
) -> None:
    with MessagesServer(_only("two", reply)) as server:  # type: ignore[arg-type]
        with pytest.raises(ModelError) as caught:
            _recording(server, clock, record).reply_all(REQUESTS)
        assert caught.value.reason == reason
        assert [each.purpose for each in record.kept if each.reply is not None] == ["one", "three"]
        assert [each.purpose for each in record.with_prefix("failed-")] == ["two"]
        server.script = lambda request: _asked(request).upper()
        model = _recording(server, clock, record)
        if reason in ("cut-short", "refused"):
            with pytest.raises(ModelError) as caught:
                model.reply_all(REQUESTS)
            assert caught.value.reason == reason
            assert len(server.batches) == 1
            model.afresh().reply(REQUESTS[1])
        again = model.reply_all(REQUESTS)
    assert [each.text for each in again] == ["ONE", "TWO", "THREE"]
    assert [each.recorded for each in again] == [True, True, True]
    assert [len(batch) for batch in server.batches.values()][1:] == ([] if reason in ("cut-short", "refused") else [1])


def test_without_a_record_the_first_failure_is_raised(clock: FakeClock) -> None:
    with (
        MessagesServer(_only("two", Reply(batch="expired"))) as server,  # type: ignore[arg-type]
        pytest.raises(ModelError, match="expired"),
    ):
        open_on(server, clock, batches=True).reply_all(REQUESTS)


def test_a_batch_that_takes_too_long_is_picked_up_later(clock: FakeClock, record: Record) -> None:
    with MessagesServer(lambda request: _asked(request).upper(), polls=6) as server:
        with pytest.raises(ModelError, match="picked up") as caught:
            _recording(server, clock, record, patience=Patience(batch=20.0)).reply_all(REQUESTS)
        assert caught.value.reason == "batch-pending"
        assert [each.batch for each in record.with_prefix("batch-")][-3:] == ["msgbatch_001"] * 3
        replies = _recording(server, clock, record).reply_all(REQUESTS)
        assert list(server.batches) == ["msgbatch_001"]
    assert [reply.text for reply in replies] == ["ONE", "TWO", "THREE"]
    assert all((record.find(f"batch-{each.fingerprint}") or record.kept[0]).batch == "" for each in REQUESTS)


@pytest.mark.parametrize("word", ["one", "three"])
def test_what_failed_in_a_batch_that_was_picked_up_is_not_sent_again_at_once(
    clock: FakeClock, record: Record, word: str
) -> None:
    failing = Reply("cut", stop_reason="max_tokens")
    with MessagesServer(_only(word, failing), polls=6) as server:  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="picked up"):
            _recording(server, clock, record, patience=Patience(batch=20.0)).reply_all(REQUESTS)
        with pytest.raises(ModelError) as caught:
            _recording(server, clock, record).reply_all(REQUESTS)
        assert list(server.batches) == ["msgbatch_001"]
    assert caught.value.reason == "cut-short"


@pytest.mark.parametrize("word", ["one", "three"])
def test_what_expired_in_a_batch_that_was_picked_up_is_sent_anew(clock: FakeClock, record: Record, word: str) -> None:
    with MessagesServer(_only(word, Reply(batch="expired")), polls=6) as server:  # type: ignore[arg-type]
        with pytest.raises(ModelError, match="picked up"):
            _recording(server, clock, record, patience=Patience(batch=20.0)).reply_all(REQUESTS)
        with pytest.raises(ModelError, match="expired"):
            _recording(server, clock, record).reply_all(REQUESTS)
        assert [len(held) for held in server.batches.values()] == [3, 1]


def test_an_interruption_while_waiting_loses_no_batch(record: Record) -> None:
    class Interrupted(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    with MessagesServer(lambda request: _asked(request).upper()) as server:
        with pytest.raises(KeyboardInterrupt):
            _recording(server, Interrupted(), record).reply_all(REQUESTS)
        replies = _recording(server, FakeClock(), record).reply_all(REQUESTS)
        assert len(server.batches) == 1
    assert len(replies) == 3


def test_a_batch_that_is_gone_is_sent_anew(clock: FakeClock, record: Record) -> None:
    with MessagesServer(lambda request: _asked(request).upper(), polls=6) as server:
        with pytest.raises(ModelError):
            _recording(server, clock, record, patience=Patience(batch=1.0)).reply_all(REQUESTS)
        held = server.batches.pop("msgbatch_001")
        server.batches["msgbatch_000"] = []
        assert len(_recording(server, clock, record).reply_all(REQUESTS)) == 3
        assert server.batches["msgbatch_002"] == held


def test_a_result_that_is_missing_is_a_failure(clock: FakeClock, record: Record) -> None:
    with MessagesServer(lambda request: _asked(request).upper()) as server:
        model = open_on(server, clock, batches=True)
        batch = model.submit(REQUESTS)
        server.batches[batch].pop()
        outcomes: list[tuple[ModelRequest, object]] = []
        model.collect(batch, REQUESTS, lambda request, outcome: outcomes.append((request, outcome)))
    last = outcomes[-1][1]
    assert isinstance(last, ModelError)
    assert last.reason == "batch-gone"
    assert [request.purpose for request, _ in outcomes] == ["one", "two", "three"]


def test_results_at_another_host_are_not_fetched(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Yes.", polls=0) as server:
        model = open_on(server, clock, batches=True)
        batch = model.submit(REQUESTS)
        server.url = "http://localhost:9"
        with pytest.raises(ModelError, match="another host"):
            model.collect(batch, REQUESTS, lambda *_: None)


def test_a_batch_that_could_pass_the_budget_is_not_sent(clock: FakeClock) -> None:
    def total(requests: Sequence[ModelRequest]) -> float:
        return sum(0.5 * each.max_tokens * 20 / 1e6 for each in requests)

    with MessagesServer(lambda _: "Yes.") as server:
        budget = Budget(dollars=total(REQUESTS[:2]))
        with pytest.raises(ModelError) as caught:
            open_on(server, clock, batches=True, budget=budget).reply_all(REQUESTS)
        assert server.batches == {}
    assert caught.value.reason == "over-budget"


def test_nothing_to_send_is_no_batch(clock: FakeClock, record: Record) -> None:
    with MessagesServer(lambda _: "Yes.") as server:
        assert open_on(server, clock, batches=True).reply_all([]) == ()
        assert _recording(server, clock, record).reply_all([]) == ()
    assert server.calls == []


class _Dying(Record):
    """A record of a process that is killed right after a batch was accepted, before its id is kept."""

    def keep(self, record: RecordedReply) -> None:
        if record.batch:
            raise KeyboardInterrupt
        super().keep(record)


def _killed(server: MessagesServer, requests: Sequence[ModelRequest] = REQUESTS) -> Record:
    """What is on record after that."""
    dying = _Dying()
    with pytest.raises(KeyboardInterrupt):
        _recording(server, FakeClock(), dying).reply_all(requests)
    return Record(kept=dying.kept, parts=dying.parts)


def test_a_batch_that_was_accepted_before_its_id_was_kept_is_found_and_not_paid_twice(clock: FakeClock) -> None:
    with MessagesServer(lambda request: _asked(request).upper()) as server:
        record = _killed(server)
        replies = _recording(server, clock, record).reply_all(REQUESTS)
        assert list(server.batches) == ["msgbatch_001"]
    assert [reply.text for reply in replies] == ["ONE", "TWO", "THREE"]
    assert all(each.intent == "" for each in map(record.find, _keys()) if each is not None)


def _keys() -> list[str]:
    return [f"batch-{each.fingerprint}" for each in REQUESTS]


def test_batches_of_others_are_not_taken_for_it(clock: FakeClock) -> None:
    others = [make_request(str(number)) for number in range(3)]
    with MessagesServer(lambda request: _asked(request).upper()) as server:
        other = open_on(server, clock, batches=True)
        other.submit(others)
        record = _killed(server)
        other.submit(others)
        other.submit(others[:2])
        said: list[str] = []
        replies = _recording(server, clock, record, say=said.append).reply_all(REQUESTS)
        assert len(server.batches) == 4
    assert [reply.text for reply in replies] == ["ONE", "TWO", "THREE"]
    assert [line.split()[1] for line in said if "may be the one" in line] == ["msgbatch_002"]


def test_an_intent_behind_which_nothing_was_sent_sends_it_now(clock: FakeClock) -> None:
    with MessagesServer(lambda request: _asked(request).upper()) as server:
        record = _killed(server)
        server.batches.clear()
        assert len(_recording(server, clock, record).reply_all(REQUESTS)) == 3
        assert len(server.batches) == 1


def test_a_batch_that_may_have_been_accepted_is_not_sent_again_at_once(clock: FakeClock, record: Record) -> None:
    with MessagesServer(lambda request: _asked(request).upper(), lost=1) as server:
        with pytest.raises(ModelError):
            _recording(server, clock, record).reply_all(REQUESTS)
        assert list(server.batches) == ["msgbatch_001"]
        assert len(_recording(server, clock, record).reply_all(REQUESTS)) == 3
        assert list(server.batches) == ["msgbatch_001"]


def test_a_batch_that_was_refused_leaves_no_intent(clock: FakeClock, record: Record) -> None:
    with MessagesServer(lambda _: "Yes.") as server, pytest.raises(ModelError, match="budget"):
        _recording(server, clock, record, budget=Budget(dollars=0.0001)).reply_all(REQUESTS)
    assert [each.intent for each in record.with_prefix("batch-")][-3:] == ["", "", ""]
