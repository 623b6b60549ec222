"""Sessions over a copy of the miniature Torus, one for each way a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from torusnb.session import Parameters, Session

PACKS = (
    "docs/features/late_work_policies",
    "docs/exec-plans/current/epics/classroom_pulse/activity_feed",
    "docs/epics/roster_sync/nightly_import",
)

Opener = Callable[..., Session]


@pytest.fixture
def opener(sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Opener]:
    """Opens sessions over a copy of the sample and closes them at the end."""
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    opened: list[Session] = []

    def open_session(pack: str = PACKS[0], out: str = "out", today: str = "2026-01-01", **other: str) -> Session:
        session = Session(
            Parameters(str(sample_torus), pack, str(tmp_path / out), today=today, interactive=False, **other)
        )
        opened.append(session)
        return session

    yield open_session
    for session in opened:
        session.close()
