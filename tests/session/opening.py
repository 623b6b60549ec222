"""Sessions over a copy of the miniature Torus, one for each way a test wants it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from torusnb.fetch import Client
from torusnb.session import Session, check_parameters

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
    monkeypatch.setenv("HEX_HOME", str(tmp_path / "no-hex"))
    opened: list[Session] = []

    def open_session(
        pack: str = PACKS[0],
        out: str = "out",
        today: str = "2026-01-01",
        client: Client | None = None,
        **other: str | bool | float,
    ) -> Session:
        given = {"torus_root": str(sample_torus), "pack": pack, "out_dir": str(tmp_path / out)}
        parameters = check_parameters({**given, "today": today, "interactive": False, **other})
        session = Session(parameters, client=client)
        opened.append(session)
        return session

    yield open_session
    for session in opened:
        session.close()
