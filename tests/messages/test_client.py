"""A request goes out, a complete reply comes back."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import pytest

from tests.messages.fakes import KEY, FakeClock, make_request, open_on
from tests.messages.loopback import MessagesServer, Reply, count_tokens
from torusnb.errors import ParameterError
from torusnb.messages import open_model
from torusnb.messages.estimates import estimate_tokens
from torusnb.models.messages import Json

THINKING: Json = {"type": "thinking", "thinking": "A greeting it is.", "signature": "c2ln"}
CITED: Json = {
    "type": "text",
    "text": "The greenhouse closes at six.",
    "citations": [
        {
            "type": "search_result_location",
            "cited_text": "closes at six",
            "source": "guide:docs/garden.md:4",
            "title": "Garden",
            "search_result_index": 0,
            "start_block_index": 0,
            "end_block_index": 1,
        }
    ],
}
LOOKUP: Json = {
    "type": "tool_use",
    "id": "toolu_1",
    "name": "find",
    "input": {"words": ["late", "días", "{"], "most": 3},
}


@pytest.mark.parametrize("stream", [True, False])
def test_a_text_reply_comes_whole_with_what_it_took(clock: FakeClock, stream: bool) -> None:
    usage = {"cache_creation_input_tokens": 100, "cache_read_input_tokens": 900, "input_tokens": 50, "output_tokens": 7}
    with MessagesServer(lambda _: Reply("Good morning.", usage=usage)) as server:
        reply = open_on(server, clock, stream=stream).reply(make_request())
    assert reply.text == "Good morning."
    assert reply.stop_reason == "end_turn"
    assert (reply.usage.input, reply.usage.cache_write, reply.usage.cache_read, reply.usage.output) == (50, 100, 900, 7)
    assert reply.cost == pytest.approx((50 * 4 + 100 * 5 + 900 * 0.2 + 7 * 20) / 1e6)
    assert reply.recorded is False
    assert server.requests[0]["messages"] == [{"role": "user", "content": "Say good morning."}]


@pytest.mark.parametrize("stream", [True, False])
def test_blocks_come_as_they_were_sent_so_that_they_can_be_sent_back(clock: FakeClock, stream: bool) -> None:
    blocks = [THINKING, {"type": "redacted_thinking", "data": "Zm9v"}, CITED, LOOKUP]
    with MessagesServer(lambda _: Reply(blocks, stop_reason="tool_use")) as server:
        reply = open_on(server, clock, stream=stream).reply(make_request())
    assert list(reply.content) == blocks
    assert reply.stop_reason == "tool_use"


def test_text_is_heard_as_it_comes(clock: FakeClock) -> None:
    heard: list[str] = []
    with MessagesServer(lambda _: [THINKING, {"type": "text", "text": "Good morning to you."}]) as server:
        open_on(server, clock).reply(make_request(), heard.append)
    assert "".join(heard) == "Good morning to you."
    assert len(heard) > 1


def test_a_request_carries_system_and_tools(clock: FakeClock) -> None:
    system = ({"type": "text", "text": "You are brief.", "cache_control": {"type": "ephemeral"}},)
    tools = ({"name": "find", "description": "Finds.", "input_schema": {"type": "object"}},)
    with MessagesServer(lambda _: "Yes.") as server:
        open_on(server, clock).reply(make_request(system=system, tools=tools))
    sent = server.requests[0]
    assert sent["system"] == list(system)
    assert sent["tools"] == list(tools)
    assert sent["stream"] is True


def test_options_are_sent_along_and_counted_where_the_count_takes_them(clock: FakeClock) -> None:
    options = {"tool_choice": {"type": "none"}, "stop_sequences": ["END"], "output_config": {"effort": "low"}}
    with MessagesServer(lambda _: "Yes.") as server:
        model = open_on(server, clock)
        model.reply(make_request(options=options))
        model.count_tokens(make_request(options=options))
    assert {name: server.requests[0].get(name) for name in options} == options
    assert sorted(server.calls[1].body) == ["messages", "model", "output_config", "tool_choice"]


def test_the_api_counts_tokens_and_another_endpoint_is_not_asked(clock: FakeClock) -> None:
    request = make_request("word " * 500)
    with MessagesServer(lambda _: "Yes.") as server:
        counted = open_on(server, clock).count_tokens(request)
        estimated = open_on(server, clock, native=False).count_tokens(request)
    assert counted == count_tokens({"messages": list(request.messages)})
    assert estimated == estimate_tokens(request)
    assert estimated >= counted
    assert server.paths() == ["/v1/messages/count_tokens"]


def test_only_the_apis_own_address_counts_as_native_unless_told_otherwise() -> None:
    assert open_model(name="m", key=KEY).native
    assert open_model(name="m", key=KEY, base_url="https://api.anthropic.com/").native
    assert not open_model(name="m", base_url="http://localhost:11434").native
    assert open_model(name="m", key=KEY, base_url="https://gateway.example/claude", native=True).native


def test_another_endpoint_needs_no_key_and_hears_the_older_version(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Hello.") as server:
        assert open_on(server, clock, key="", native=None).reply(make_request()).text == "Hello."
    headers = server.calls[0].headers
    assert headers["anthropic-version"] == "2023-06-01"
    assert "x-api-key" not in headers


def test_a_base_url_may_end_with_v1(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Hello.") as server:
        open_on(server, clock, base_url=server.url + "/v1/").reply(make_request())
    assert server.paths() == ["/v1/messages"]


def test_the_environment_lends_no_credential_and_no_address(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ANTHROPIC_AUTH_TOKEN", "token-of-someone")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "key-of-someone")
    monkeypatch.setenv("ANTHROPIC_BASE_URL", "http://127.0.0.1:9/")
    with MessagesServer(lambda _: "Hello.") as server:
        open_on(server, clock, key="", native=False).reply(make_request())
    assert "of-someone" not in str(server.calls)


def test_a_proxy_of_the_environment_does_not_see_what_stays_on_the_machine(
    clock: FakeClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    with MessagesServer(lambda _: "Hello.") as server:
        assert open_on(server, clock).reply(make_request()).text == "Hello."


def test_no_redirect_is_followed(clock: FakeClock) -> None:
    with MessagesServer(lambda _: "Hello.") as elsewhere:
        moved = Reply(status=307, headers={"location": elsewhere.url + "/v1/messages"})
        with MessagesServer(lambda _: moved) as server, pytest.raises(Exception, match="not a Messages API"):
            open_on(server, clock).reply(make_request())
    assert elsewhere.calls == []


def test_requests_are_answered_in_their_order(clock: FakeClock) -> None:
    def script(request: dict[str, Any]) -> str:
        return str(request["messages"][0]["content"]).upper()

    with MessagesServer(script) as server:
        replies = open_on(server, clock).reply_all([make_request(word) for word in ("one", "two", "three")])
    assert [reply.text for reply in replies] == ["ONE", "TWO", "THREE"]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": " "}, "no name"),
        ({"base_url": "ftp://host.example"}, "is no http"),
        ({"base_url": "http://[::1"}, "is no http"),
        ({"base_url": "https://me:secret@host.example"}, "holds a user or password"),
        ({"base_url": "http://localhost:1", "batches": True}, "message batches"),
    ],
)
def test_an_unusable_parameter_is_refused_at_once(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        open_model(**{"name": "m", **fields})


def test_importing_the_room_and_opening_a_model_does_not_import_the_sdk() -> None:
    code = (
        "import sys, torusnb.messages as m, torusnb.messages.recording, torusnb.messages.preflight\n"
        "m.open_model(name='m', key='k')\n"
        "assert not {'anthropic', 'httpx2', 'pydantic'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
