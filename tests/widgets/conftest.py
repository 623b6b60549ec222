"""Sessions over the miniature Torus, for widgets."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from torusnb.session import Parameters, Session


@pytest.fixture
def open_session(
    sample_torus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Session]]:
    """Opens another session over the same checkout and trail, as the next run would."""
    monkeypatch.setenv("TORUSNB_CACHE", str(tmp_path / "cache"))
    with ExitStack() as stack:

        def begin(*, interactive: bool = True) -> Session:
            parameters = Parameters(
                str(sample_torus),
                "late_work_policies",
                str(tmp_path / "out"),
                today="2026-01-31",
                interactive=interactive,
            )
            return stack.enter_context(Session(parameters))

        yield begin


@pytest.fixture
def session(open_session: Callable[..., Session]) -> Session:
    """A session in which somebody can click."""
    return open_session()
