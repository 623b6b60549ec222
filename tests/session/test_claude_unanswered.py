"""The walk with the drafter claude while a provider refuses, and once it answers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.messages.loopback import MessagesServer
from tests.research.fake_web import FakeWeb, Reply
from tests.session.claude_script import obliging, section_asked
from tests.session.opening import Opener
from tests.session.test_outside import PAGE, install
from torusnb.session import Session

REFUSING = {"/deadlines": Reply(PAGE), "/search": Reply(b"slow down", 429)}
ANSWERING = Reply(b"{}", media_type="application/json")


@pytest.fixture(autouse=True)
def key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TORUSNB_ENDPOINT_KEY", "sk-ant-api03-of-nobody-0123456789-abcdefghij")


@pytest.fixture
def server() -> Iterator[MessagesServer]:
    with MessagesServer(obliging) as running:
        yield running


def walk(opener: Opener, server: MessagesServer, web: FakeWeb) -> Session:
    """A session that asks one provider and the server for its drafts."""
    return opener(
        client=web.client(), providers="reef", drafter="claude", offline=False, endpoint=server.url, model="a-model"
    )


def stopped(session: Session) -> list[str]:
    """The sections that nobody asked the model for."""
    return [d.section for d in session.draft().sections if d.author == "offline" and d.section != "17"]


def test_what_depends_on_a_provider_that_refused_is_neither_asked_nor_paid_for(
    opener: Opener, server: MessagesServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWeb(REFUSING) as web:
        install(tmp_path, web.url(""), monkeypatch)
        session = walk(opener, server, web)
        export = session.export()
    text = export.text
    waiting = stopped(session)
    asked = {section_asked(request) for request in server.requests}
    assert {"7", "12"} <= set(waiting)
    assert not asked & set(waiting)
    assert "4.1" in asked
    for section in waiting:
        own = text.split(f"\n## {section}. ", 1)[-1] if "." not in section else text.split(f"\n### {section} ", 1)[-1]
        assert "**Stopped**; beyond what the pack and the code say, this section waits" in own.split("\n## ", 1)[0]
    assert "no answer from reef (rate-limited)" in text
    assert "--online`" not in text
    assert "To ask again: `torusnb run late_work_policies --online`" in export.record.report
    told = [said for said in session.draft().left if "was not asked of the model" in said]
    assert len(told) == len(waiting)
    assert [f for f in session.review().findings if f.rule == "citation.blocked-cited"] == []


def test_the_next_run_drafts_it_once_the_provider_answers(
    opener: Opener, server: MessagesServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with FakeWeb(REFUSING) as web:
        install(tmp_path, web.url(""), monkeypatch)
        first = walk(opener, server, web)
        first.export()
        waiting, paid = stopped(first), len(server.requests)
        first.draft(retry=True)
        assert len(server.requests) == paid
        first.close()
        web.replies["/search"] = ANSWERING
        second = walk(opener, server, web)
        second.research(retry=True)
        text = second.export().text
    assert waiting
    assert set(stopped(second)).isdisjoint(waiting)
    assert set(waiting) <= {section_asked(request) for request in server.requests[paid:]}
    assert "Stopped" not in text
    assert not [said for said in second.draft().left if "was not asked of the model" in said]
