"""The web search of the Messages API as a provider, asked through the real client at a loopback server."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.messages.loopback import MessagesServer, Reply
from torusnb.errors import ParameterError
from torusnb.messages import open_model
from torusnb.models.messages import Json
from torusnb.models.sources import Query
from torusnb.research.providers import Answer, open_providers
from torusnb.research.providers.claude import ClaudeSearch

MODEL = "claude-opus-5-5"
QUERY = Query("Q-1", "claude", "unique job retry lease", "tide_jobs")


def found(*pages: tuple[str, str]) -> Json:
    content = [
        {"type": "web_search_result", "url": url, "title": title, "encrypted_content": "x"} for url, title in pages
    ]
    return {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": content}


def said(text: str, *urls: str) -> Json:
    cited = [
        {"type": "web_search_result_location", "url": url, "title": "", "cited_text": "words", "encrypted_index": "i"}
        for url in urls
    ]
    return {"type": "text", "text": text, "citations": cited}


def failed(code: str) -> Json:
    content = {"type": "web_search_tool_result_error", "error_code": code}
    return {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": content}


def search(*replies: Reply | Sequence[Json]) -> tuple[Answer, list[Json]]:
    left = list(replies)
    with MessagesServer(lambda _: left.pop(0)) as server:
        model = open_model(name=MODEL, base_url=server.url, key="sk-test", native=True)
        answer = ClaudeSearch(model, MODEL).search(QUERY)
        return answer, server.requests


def test_addresses_come_back_with_those_the_model_answers_from_first() -> None:
    blocks = [
        found(("https://blog.example/queues", "Queues"), ("https://docs.example/unique", "Unique jobs and a lease")),
        said("The second page tells it.", "https://docs.example/unique"),
    ]
    answer, requests = search(blocks)
    assert [hit.source.url for hit in answer.hits] == ["https://docs.example/unique", "https://blog.example/queues"]
    assert answer.hits[0].captured == b""
    assert not answer.hits[0].source.primary
    (request,) = requests
    assert {tool["name"] for tool in request["tools"]} == {"web_search", "web_fetch"}
    assert request["messages"][0]["content"] == "Words to search for: tide_jobs unique job retry lease"


def test_a_search_that_pauses_is_gone_on_with_a_bounded_number_of_times() -> None:
    pause = Reply([found(("https://docs.example/a", "A lease"))], stop_reason="pause_turn")
    answer, requests = search(pause, [found(("https://docs.example/b", "A job")), said("Done.")])
    assert {hit.source.url for hit in answer.hits} == {"https://docs.example/a", "https://docs.example/b"}
    assert requests[1]["messages"][1]["role"] == "assistant"
    _, requests = search(*[pause] * 9)
    assert len(requests) == 3


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        ([failed("too_many_requests"), said("Nothing.")], "rate-limited"),
        ([failed("unavailable"), said("Nothing.")], "unreachable"),
        ([failed("query_too_long"), said("Nothing.")], "broken"),
        ([found(), said("There is nothing.")], "empty"),
        (Reply(status=401), "unreachable"),
        (Reply(status=400, message="no web search here"), "unreachable"),
    ],
)
def test_a_refusal_a_failure_and_a_true_zero_are_told_apart(reply: Reply | Sequence[Json], outcome: str) -> None:
    answer, _ = search(reply)
    assert (answer.outcome, answer.hits) == (outcome, ())
    assert answer.message


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "file:///etc/passwd", "ftp://a.example/x", "", "https://a.example/" + "x" * 2_000]
)
def test_an_address_that_is_none_of_the_web_is_passed_over(url: str) -> None:
    answer, _ = search([found((url, "A lease"), ("https://docs.example/a", "A lease")), said("Yes.")])
    assert [hit.source.url for hit in answer.hits] == ["https://docs.example/a"]


def test_without_a_model_or_offline_the_provider_is_refused() -> None:
    with pytest.raises(ParameterError, match="ANTHROPIC_API_KEY"):
        open_providers(("claude",), Path(), (), offline=False)
    with MessagesServer(lambda _: "never") as server:
        model = open_model(name=MODEL, base_url=server.url, key="sk-test", native=True)
        with pytest.raises(ParameterError):
            open_providers(("claude",), Path(), (), offline=True, model=model)
        assert server.requests == []
