"""How many words a text has."""

from __future__ import annotations

import pytest

from torusnb.spec.words import count_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("One gate, two locks.", 4),
        ("- **Gate**: opened by `Town.Gates.open/2` | - |", 4),
        ("## 4. Proposed Design", 3),
        ("a ferry's bell; lib/town/gates.ex:12", 4),
        ("Before\n\n```elixir\ndef open(gate), do: gate\n```\n\nbehind", 2),
    ],
)
def test_words_are_counted_as_a_reader_meets_them(text: str, words: int) -> None:
    assert count_words(text) == words
