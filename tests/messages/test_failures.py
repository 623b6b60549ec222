"""Everything that goes wrong is one kind of error, with its reason and what to do."""

from __future__ import annotations

import re
import socket
from pathlib import Path

import httpx2
import pytest

from tests.messages.fakes import FakeClock, make_request, open_on
from tests.messages.loopback import MessagesServer, Reply
from torusnb.errors import ModelError
from torusnb.messages import Budget, open_model
from torusnb.messages.failures import RequestError, failure_of_error
from torusnb.messages.patience import Patience, try_patiently
from torusnb.messages.reasons import REASONS, render_reasons
from torusnb.messages.sending import guarded
from torusnb.messages.wire import Key
from torusnb.models.base import render_json

DOCUMENT = Path(__file__).parents[2] / "docs" / "models.md"


def _failure(server: MessagesServer, clock: FakeClock, **fields: object) -> RequestError:
    with pytest.raises(RequestError) as caught:
        open_on(server, clock, **fields).reply(make_request())
    return caught.value


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=400, error_type="invalid_request_error", message="messages: field required"), "bad-request"),
        (Reply(status=400, message="prompt is too long: 1200000 tokens > 1000000 maximum"), "too-long"),
        (Reply(status=400, message="Your credit balance is too low"), "no-credit"),
        (Reply(status=401, error_type="authentication_error", message="invalid x-api-key"), "unauthorized"),
        (Reply(status=402, error_type="billing_error"), "no-credit"),
        (Reply(status=403, error_type="permission_error"), "forbidden"),
        (Reply(status=404, error_type="not_found_error", message="model: claude-oops"), "unknown-model"),
        (Reply(status=413, error_type="request_too_large"), "too-large"),
        (Reply(status=418), "bad-request"),
        (Reply(status=302, headers={"location": "/login"}), "not-the-api"),
        (Reply(fault="html"), "not-the-api"),
        (Reply("I cannot.", stop_reason="refusal"), "refused"),
        (Reply("Good mor", stop_reason="max_tokens"), "cut-short"),
        (Reply("Good mor", stop_reason="model_context_window_exceeded"), "window-full"),
        (Reply(""), "empty"),
        (Reply(" \n "), "empty"),
        (Reply([{"type": "thinking", "thinking": "hm", "signature": "s"}]), "empty"),
        (Reply("Let me look.", stop_reason="tool_use"), "empty"),
    ],
)
@pytest.mark.parametrize("stream", [True, False])
def test_a_failure_that_stays_is_told_at_once(clock: FakeClock, reply: Reply, reason: str, stream: bool) -> None:
    with MessagesServer(lambda _: reply) as server:
        failure = _failure(server, clock, stream=stream)
    assert failure.reason == reason
    assert failure.message.endswith(REASONS[reason].remedy)
    assert len(server.calls) == 1
    assert clock.slept == []


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=408), "timeout"),
        (Reply(status=429, error_type="rate_limit_error"), "rate-limited"),
        (Reply(status=500), "server-error"),
        (Reply(status=503), "overloaded"),
        (Reply(status=504, error_type="timeout_error"), "timeout"),
        (Reply(status=529, error_type="overloaded_error"), "overloaded"),
        (Reply("Good morning.", fault="error-event", error_type="overloaded_error"), "overloaded"),
        (Reply("Good morning.", fault="error-event", error_type="api_error"), "server-error"),
        (Reply("Good morning.", fault="early-end"), "ended-early"),
        (Reply("Good morning.", fault="nothing"), "ended-early"),
        (Reply("Good morning.", fault="malformed"), "malformed"),
        (Reply("Good morning.", fault="odd-shapes"), "malformed"),
        (Reply("Good morning.", fault="out-of-order"), "malformed"),
        (Reply("Good morning.", fault="drop"), "dropped"),
        (Reply("Good morning.", stop_reason="because"), "malformed"),
    ],
)
def test_a_failure_that_may_pass_is_tried_again_a_few_times(clock: FakeClock, reply: Reply, reason: str) -> None:
    with MessagesServer(lambda _: reply) as server:
        failure = _failure(server, clock)
    assert failure.reason == reason
    assert failure.message.endswith(REASONS[reason].remedy)
    # Whether an odd end of a message is worth another try is told by the table as well.
    assert (len(server.requests), clock.slept) == ((4, [2.0, 4.0, 8.0]) if REASONS[reason].again else (1, []))


@pytest.mark.parametrize("fault", ["malformed", "odd-shapes", "drop"])
def test_a_whole_reply_can_be_broken_too(clock: FakeClock, fault: str) -> None:
    with MessagesServer(lambda _: Reply("Good morning.", fault=fault)) as server:
        failure = _failure(server, clock, stream=False)
    assert failure.reason == ("dropped" if fault == "drop" else "malformed")


def test_a_reply_after_two_failures_is_a_reply(clock: FakeClock) -> None:
    said: list[str] = []
    budget = Budget(dollars=1.0)
    with MessagesServer(lambda _: "Good morning.", retry=[Reply(status=529), Reply("Go", fault="drop")]) as server:
        reply = open_on(server, clock, say=said.append, budget=budget).reply(make_request())
    assert reply.text == "Good morning."
    assert reply.cost is not None
    assert reply.lost > 0
    assert budget.spent_dollars == pytest.approx(reply.cost + reply.lost)
    assert said == ["a greeting: overloaded; try 2 of 4 in 2 s", "a greeting: dropped; try 3 of 4 in 4 s"]


@pytest.mark.parametrize(
    ("told", "waited"),
    [("7", 7.0), ("0", 0.0), ("86400", 60.0), ("-3", 2.0), ("nan", 2.0), ("inf", 2.0), ("soon", 2.0), ("", 2.0)],
)
def test_retry_after_is_obeyed_up_to_a_cap(clock: FakeClock, told: str, waited: float) -> None:
    busy = Reply(status=429, error_type="rate_limit_error", headers={"retry-after": told})
    with MessagesServer(lambda _: "Good morning.", retry=[busy]) as server:
        open_on(server, clock).reply(make_request())
    assert clock.slept == [waited]


def test_an_endpoint_can_forbid_another_try(clock: FakeClock) -> None:
    with MessagesServer(lambda _: Reply(status=500, headers={"x-should-retry": "false"})) as server:
        _failure(server, clock)
    assert len(server.requests) == 1


def test_silence_ends(clock: FakeClock) -> None:
    with MessagesServer(lambda _: Reply(fault="hang")) as server:
        failure = _failure(server, clock, patience=Patience(tries=1, silence=0.3))
    assert failure.reason == "timeout"


def test_a_stream_of_pings_ends(clock: FakeClock) -> None:
    with MessagesServer(lambda _: Reply("Good", fault="endless")) as server:
        failure = _failure(server, clock, patience=Patience(tries=1, reply=0.3))
    assert failure.reason == "timeout"


@pytest.mark.parametrize("stream", [True, False])
def test_a_reply_without_end_is_not_read_to_its_end(clock: FakeClock, stream: bool) -> None:
    with MessagesServer(lambda _: "word " * 50_000) as server:
        failure = _failure(server, clock, most_bytes=100_000, stream=stream)
    assert failure.reason == "too-much"
    assert len(server.requests) == 1


@pytest.mark.parametrize("stream", [True, False])
def test_a_packed_reply_is_not_unpacked(clock: FakeClock, stream: bool) -> None:
    with MessagesServer(lambda _: Reply("Good morning.", headers={"content-encoding": "gzip"})) as server:
        failure = _failure(server, clock, stream=stream)
        assert server.calls[0].headers["accept-encoding"] == "identity"
    assert failure.reason == "malformed"
    assert "compressed" in failure.message


def _closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_a_refused_connection_is_unreachable(clock: FakeClock) -> None:
    model = open_model(name="m", base_url=f"http://127.0.0.1:{_closed_port()}", clock=clock)
    with pytest.raises(ModelError) as caught:
        model.reply(make_request())
    assert caught.value.reason == "unreachable"
    assert len(clock.slept) == 3


@pytest.mark.parametrize(
    ("endpoint", "says"),
    [
        (
            "",
            "The Messages API (api.anthropic.com) cannot be reached: Name or service not known. Check the network and "
            "the proxy, or name another server as `endpoint`.",
        ),
        (
            "http://llm.test:8000",
            "The endpoint cannot be reached: Name or service not known. Check the network, the proxy and `endpoint`.",
        ),
    ],
)
def test_a_name_that_is_unknown_is_not_asked_for_again_and_an_endpoint_is_named_only_if_given(
    endpoint: str, says: str, clock: FakeClock
) -> None:
    asked: list[int] = []

    def call() -> None:
        asked.append(1)
        raise httpx2.ConnectError("no") from socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    with pytest.raises(ModelError) as caught:
        try_patiently(lambda: guarded(call, Key("k", endpoint)), Patience(), clock, lambda _: None, "it")
    assert (caught.value.reason, caught.value.message) == ("unreachable", says)
    assert (len(asked), clock.slept) == (1, [])


def test_a_name_service_that_is_busy_is_asked_again(clock: FakeClock) -> None:
    def call() -> None:
        raise httpx2.ConnectError("no") from socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    with pytest.raises(ModelError, match="Temporary failure"):
        try_patiently(lambda: guarded(call, Key("k")), Patience(), clock, lambda _: None, "it")
    assert len(clock.slept) == 3


def test_bad_tls_is_told_apart(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good morning.") as server:
        address = server.url.replace("http://", "https://")
        with pytest.raises(ModelError) as caught:
            open_model(name="m", base_url=address, clock=clock).reply(make_request())
    assert caught.value.reason == "bad-tls"
    assert clock.slept == []


@pytest.mark.parametrize("key", ["", "  ", "two words", "kéy", "line\nbreak"])
def test_a_missing_or_broken_key_is_told_before_anything_is_sent(key: str) -> None:
    with pytest.raises(ModelError, match="ANTHROPIC_API_KEY") as caught:
        open_model(name="m", key=key)
    assert caught.value.reason == "no-key"


def test_a_key_does_not_cross_a_network_unencrypted() -> None:
    with pytest.raises(ModelError, match="unencrypted") as caught:
        open_model(name="m", key="k", base_url="http://gpu.example:8000")
    assert caught.value.reason == "unsafe-address"
    assert not open_model(name="m", base_url="http://gpu.example:8000").native


def test_a_refusal_says_what_for(clock: FakeClock) -> None:
    details = {"type": "refusal", "category": "cyber", "explanation": "It asks for an exploit."}
    with MessagesServer(lambda _: Reply("", stop_reason="refusal", stop_details=details)) as server:
        failure = _failure(server, clock)
    assert "cyber, It asks for an exploit" in failure.message


def test_what_the_endpoint_says_is_quoted_shortly_and_with_its_request(clock: FakeClock) -> None:
    with MessagesServer(lambda _: Reply(status=400, message="first line\nsecond " + "x" * 5000)) as server:
        failure = _failure(server, clock)
    assert "first line second xxx" in failure.message
    assert "request req_loopback" in failure.message
    assert len(failure.message) < 600


@pytest.mark.parametrize("reply", [Reply("Good mor", stop_reason="max_tokens"), Reply("Good mor", fault="early-end")])
def test_a_failed_reply_is_paid_for(clock: FakeClock, reply: Reply) -> None:
    budget = Budget(dollars=1.0)
    with MessagesServer(lambda _: reply) as server:
        failure = _failure(server, clock, budget=budget, patience=Patience(tries=1))
    assert failure.usage.input > 0
    assert failure.usage.output > 0
    assert failure.cost is not None
    assert budget.spent_dollars == pytest.approx(failure.cost)


def test_the_last_failure_tells_what_all_tries_took(clock: FakeClock) -> None:
    budget = Budget(dollars=1.0)
    with MessagesServer(lambda _: Reply("Good mor", fault="early-end")) as server:
        failure = _failure(server, clock, budget=budget)
    assert len(server.requests) == 4
    assert failure.cost == pytest.approx(budget.spent_dollars)


@pytest.mark.parametrize("interruption", [KeyboardInterrupt, ValueError, ZeroDivisionError])
def test_whoever_hears_the_text_may_break_off(clock: FakeClock, interruption: type[BaseException]) -> None:
    def hear(text: str) -> None:
        raise interruption("enough")

    budget = Budget(dollars=1.0)
    with MessagesServer(lambda _: "Good morning to you.") as server:
        with pytest.raises(interruption, match="enough"):
            open_on(server, clock, budget=budget).reply(make_request(), hear)
        assert len(server.requests) == 1
    assert budget.spent_dollars > 0


def test_an_interruption_while_waiting_is_not_waited_out() -> None:
    class Interrupted(FakeClock):
        def sleep(self, seconds: float) -> None:
            raise KeyboardInterrupt

    with MessagesServer(lambda _: Reply(status=529)) as server:
        with pytest.raises(KeyboardInterrupt):
            open_on(server, Interrupted()).reply(make_request())
        assert len(server.requests) == 1


def test_the_document_holds_the_table_of_reasons() -> None:
    assert render_reasons() in DOCUMENT.read_text(encoding="utf-8")


def test_every_reason_that_the_room_gives_is_in_the_table() -> None:
    room = Path(__file__).parents[2] / "torusnb" / "messages"
    given = {
        word
        for path in room.glob("*.py")
        for word in re.findall(r'RequestError\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    assert given <= set(REASONS)
    assert len(given) > 10


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ({"type": "api_error", "message": "no such model"}, "no such model"),
        ({"type": "error", "error": {"type": "api_error", "message": "no such model"}}, "no such model"),
        ("out of memory", "out of memory"),
        (None, "The endpoint failed."),
        ([1], "The endpoint failed."),
        ({"message": 3}, "The endpoint failed."),
    ],
)
def test_an_error_of_any_shape_is_quoted(error: object, words: str) -> None:
    failure = failure_of_error(error, lambda value: value)
    assert words in failure.message
    assert failure.reason == "server-error"


def test_half_a_character_is_mended_and_not_paid_for_twice(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Good \ud83d morning, \ud83d\ude00") as server:
        reply = open_on(server, clock).reply(make_request())
    assert reply.text == "Good \ufffd morning, \U0001f600"
    assert render_json(reply)


@pytest.mark.parametrize(
    "block",
    [
        {"type": "tool_use", "id": "toolu_1", "input": {}},
        {"type": "tool_use", "id": "toolu_1", "name": "", "input": {}},
    ],
)
def test_a_tools_call_without_a_name_is_malformed(clock: FakeClock, block: dict[str, object]) -> None:
    with MessagesServer(lambda _: Reply([block], stop_reason="tool_use")) as server:
        assert _failure(server, clock).reason == "malformed"
