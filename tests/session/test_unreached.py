"""Who could not be reached is told at the end of a run, once for each."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from tests.research.fake_web import FakeWeb
from tests.session.opening import Opener
from torusnb.cli import main
from torusnb.research.providers.replay import RecordedFetch
from torusnb.session import views
from torusnb.session.unreached import find_unreached

PROVIDER = """
from torusnb.research.providers import Answer

class Reef:
    name = "reef"
    outbound = True
    def __init__(self, opening):
        pass
    def identify(self):
        return "reef-1"
    def search(self, query):
        return Answer((), "unreachable", "The reef is not there. Look there, or take `reef` out of `providers`.")
"""


@pytest.fixture
def reef(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An outside package with a provider that reaches nobody."""
    (tmp_path / "reef_away.py").write_text(PROVIDER)
    info = tmp_path / "reef_away-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: reef-away\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[torusnb.providers]\nreef = reef_away:Reef\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "reef_away", raising=False)


@pytest.mark.usefixtures("reef")
def test_the_command_line_names_a_provider_that_it_could_not_reach_once(
    sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    given = ("--torus", str(sample_torus), "--out", str(tmp_path / "out"), "--providers", "reef", "--online")
    told = CliRunner().invoke(main, ["export", "late_work_policies", *given])
    assert told.exit_code == 0, told.output
    assert told.stdout.count("reef (unreachable): The reef is not there.") == 1
    assert "take `reef` out of `--providers`" in told.stdout
    assert "run again" in told.stdout.splitlines()[-1]


@pytest.mark.usefixtures("reef")
def test_a_notebook_tells_the_same(opener: Opener) -> None:
    session = opener(offline=False, providers="reef")
    shown = views.unreached(session).markdown
    assert "reef (unreachable): The reef is not there." in shown
    assert "in `providers`" in shown or "out of `providers`" in shown


def test_pages_that_did_not_come_are_told_with_their_hosts(opener: Opener) -> None:
    with FakeWeb({}) as web:
        client = web.client()
    session = opener(offline=False, providers="catalogue", client=client)
    pages, what_to_do = find_unreached(session)
    assert "pages could not be fetched, of " in pages
    assert "run again" in what_to_do


def test_a_page_that_nobody_asks_for_any_more_is_not_missed(opener: Opener) -> None:
    with FakeWeb({}) as web:
        client = web.client()
    session = opener(offline=False, providers="catalogue", client=client)
    before = find_unreached(session)[0]
    record = next(session.trail.parse(event, RecordedFetch) for event in session.trail.events("fetch"))
    gone = msgspec.structs.replace(record.fetched, requested="https://gone.example/page")
    session.trail.append("fetch", "a page of an earlier question", value=RecordedFetch(gone))
    assert find_unreached(session)[0] == before


def test_offline_nobody_is_missed(opener: Opener) -> None:
    session = opener()
    assert find_unreached(session) == ()
    assert views.unreached(session).markdown == "Nobody was asked outside: torusnb works offline."
