from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.research.research_cases import CONTEXT, PACK
from torusnb.models.base import Place
from torusnb.models.requirements import Mention
from torusnb.research.probes import load_probes
from torusnb.research.redaction import private_terms, redact, split_kept


@pytest.mark.parametrize(
    ("text", "left", "removed"),
    [
        ("Tide Pool streams", "streams", 2),
        ("tide_pool cache", "cache", 1),
        ("TidePool.Sender.list/1 retry", "retry", 1),
        ("the tide pools", "the", 2),
        ("tidepools of glass", "of glass", 1),
        ("TIDE-POOL,", "", 1),
        ("tide and pool", "tide and pool", 0),
        ("carpool tides", "carpool tides", 0),
    ],
)
def test_a_term_is_taken_out_in_every_form(text: str, left: str, removed: int) -> None:
    assert redact(text, ["Tide Pool"]) == (left, removed)


@pytest.mark.parametrize(
    "word",
    [
        "ann.lee@reef.example",
        "https://wiki.reef.example/x?y=1",
        "postgres://u:p@db/x",
        "build.reef.internal",
        "10.1.2.3:4000",
        "/srv/reef/app",
        "~/notes",
        r"C:\reef\notes",
        "lib/reef/sender.ex",
        "apps/reef",
        "REEF-1204",
        "FR-001",
        "#318",
        "ghp_0123456789abcdefghijABCDEFGHIJ456789",
        "3f2504e0-4f89-11d3-9a0c-0305e82c3301",
        "@ann-lee",
    ],
)
def test_addresses_paths_tickets_and_tokens_never_leave(word: str) -> None:
    assert redact(f"lock ({word}), index", []) == ("lock index", 1)


@pytest.mark.parametrize(
    "text",
    [
        "async_nolink Task.Supervisor runtime.exs on_mount rest_for_one",
        "Ecto.Multi.run/3 stop/1 mix.lock and/or",
        "SHA-256 UTF-8 RFC-9110 LTI 1.3 phx-update",
    ],
)
def test_words_of_the_trade_stay(text: str) -> None:
    assert redact(text, []) == (text, 0)


def test_no_question_that_torusnb_knows_loses_a_term_for_a_feature_that_shares_its_words() -> None:
    pack = replace(PACK, title="Cache limit for stream retry", slug="cache_stream")
    kept = private_terms(pack, CONTEXT)
    for probe in load_probes():
        for term in probe.terms:
            assert redact(term, kept) == (term, 0), probe.id


def test_the_app_its_modules_flags_and_the_features_own_names_stay_inside() -> None:
    flagged = replace(PACK, title="Heraldry of late notes", mentions=(Mention("flag", "late-heralds", Place("p", 1)),))
    kept = private_terms(flagged, CONTEXT)
    assert {"notes", "Notes", "heraldry", "late-heralds", "late_notes"} <= set(kept)
    assert redact("Notes.Sender heraldry late_heralds retry oban", kept) == ("retry oban", 3)
    assert kept == tuple(sorted(kept))


def test_a_locked_packages_name_is_no_secret() -> None:
    assert redact("Heron.Letters.post/2", private_terms(PACK, CONTEXT))[1] == 0


def test_the_parameter_is_split_into_terms() -> None:
    assert split_kept(" Tide  Pool, reef;\nann lee,, ") == ("Tide Pool", "reef", "ann lee")


@given(st.text(), st.lists(st.text(max_size=12), max_size=3))
def test_what_is_left_are_words_of_the_text_and_redacting_again_changes_nothing(text: str, kept: list[str]) -> None:
    left, removed = redact(text, kept)
    assert len(left.split()) + removed == len(text.split())
    assert redact(left, [])[0] == left
