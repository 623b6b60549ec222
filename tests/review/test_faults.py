"""Faults planted in good design documents are found, and nothing new is said of the untouched ones."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from benchmarks.fault_kinds import KINDS, Kind
from benchmarks.faults import SAMPLE_PACKS, TARGET, Good, good_documents, new_on_untouched, open_session, plant_faults
from torusnb.resources import data_path

FAULTS = 300


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Good]]:
    """torusnb's own exports for the miniature Torus, one that quotes its sources, and the design written by hand."""
    folder = tmp_path_factory.mktemp("faults")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TORUSNB_CACHE", str(folder / "cache"))
        sessions = [open_session(data_path("sample_torus"), pack, folder / "out") for pack in SAMPLE_PACKS]
        yield [good for session in sessions for good in good_documents(session)]
        for session in sessions:
            session.close()


def test_nearly_every_planted_fault_is_found_by_a_new_finding_of_its_kind(documents: list[Good]) -> None:
    planted = plant_faults(documents, FAULTS)
    assert len(planted) == FAULTS
    assert {fault.kind for fault in planted} == {kind.name for kind in KINDS}
    missed = [f"seed {fault.seed}: {fault.kind} in {fault.document}" for fault in planted if not fault.found]
    assert len(missed) <= FAULTS * (1 - TARGET), missed


def test_nothing_new_is_said_of_an_untouched_document(documents: list[Good]) -> None:
    assert new_on_untouched(documents) == []


def test_the_good_documents_have_no_error(documents: list[Good]) -> None:
    assert len(documents) > len(SAMPLE_PACKS)
    for good in documents:
        errors = [finding for finding in good.review(good.text).findings if finding.severity == "error"]
        assert errors == [], good.name


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_a_seed_plants_the_same_fault_again(kind: Kind, documents: list[Good]) -> None:
    for good in documents:
        lines = good.text.split("\n")
        first, second = (kind.plant(list(lines), random.Random(7), good.ground) for _ in range(2))
        assert first == second
        assert first != lines
