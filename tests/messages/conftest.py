"""A clock and a record for each test."""

from __future__ import annotations

import pytest

from tests.messages.fakes import FakeClock, Record


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def record() -> Record:
    return Record()
