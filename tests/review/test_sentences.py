from __future__ import annotations

import pytest

from torusnb.review.sentences import count_sentences


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("## Heading only\n", 0),
        ("One. Two! Three?", 3),
        ("One sentence\nover two lines.", 1),
        ("It calls `Town.Gates.open/2`. `Town.Repo` stays.", 2),
        ("Some tools, e.g. Oban or e.g. Cachex, help.", 1),
        ("The limit is approx. 30 ms, i.e. fast. It holds vs. the old 50.5 ms.", 2),
        ("LTI 1.3 and Elixir 1.17.2 are used. See 4.1 for more.", 2),
        ("Town.Gates.open is called in lib/town/gates.ex by us.", 1),
        ("Read [the guide](https://a.example.org/x.html). It is short.", 2),
        ("Writes are grouped (FR-001; `lib/town/gates.ex:12`) [ecto-multi]. They are safe (see 4.2.).", 2),
        ('It says "one bulk phase." A second follows.', 2),
        ("**Bold start.** Then more.", 2),
        ("- one point\n- another point.\n", 2),
        ("It does three things:\n\n- one\n- two\n- three\n\nThat is all.", 2),
        ("It does three things:\n\n- One is done.\n- Two is done.\n", 3),
        ("```\nNo. Sentence. Here.\n```\n", 0),
        ("| a | b |\n|---|---|\n| one row | here. |", 2),
    ],
)
def test_sentences_are_counted_as_a_reader_would(text: str, count: int) -> None:
    assert count_sentences(text) == count


def test_a_code_name_behind_a_semicolon_begins_no_sentence() -> None:
    assert count_sentences("`Beds.Order` and the list change; `Beds.Log` and `Beds.Key` are new. All else stays.") == 2


def test_steps_below_a_label_are_no_sentences() -> None:
    assert (
        count_sentences("One sentence. Two of them.\n\n**Order of building**\n\n1. The table. (FR-001)\n2. The list.\n")
        == 2
    )
