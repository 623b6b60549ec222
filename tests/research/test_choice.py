"""Which hits are cited: words of a package that a question is not about only where they hold enough of it."""

from __future__ import annotations

import pytest

from torusnb.models.record import Decision
from torusnb.models.sources import Passage, Question, Source
from torusnb.research.choice import choose_hits
from torusnb.research.providers import Hit
from torusnb.research.shelf import Shelf

ASKED = ("seed", "tray", "water", "leaf", "root", "light")


def hit(quote: str, package: str) -> Hit:
    text = f"Seeds, trays, water, leaves, roots and light.\n\n{quote}"
    source = Source("src:guide", "A guide", "https://example.org/guide", "deps", package, "1.0.0", sha256="ab")
    passage = Passage("src:guide", "Guide", text, 100, 100 + len(text))
    return Hit(source, 0.9, "It speaks of it.", passage, 100 + text.index(quote), 100 + len(text))


@pytest.mark.parametrize(
    ("quote", "package", "about", "kept"),
    [
        ("A tray holds seeds.", "stone", "soil", False),
        ("A tray holds seeds.", "stone", "", False),
        ("A tray holds seeds and water.", "stone", "soil", True),
        ("A tray holds seeds.", "soil", "soil", True),
        ("A tray holds seeds.", "", "soil", True),
    ],
    ids=["another package", "no package asked", "half of what is asked", "the package asked", "no package's"],
)
def test_words_of_another_package_must_hold_half_of_what_is_asked(
    quote: str, package: str, about: str, kept: bool
) -> None:
    question = Question("Q-1", "How do seeds grow?", "grow", terms=ASKED, package=about)
    chosen, (look,) = choose_hits(question, [hit(quote, package)], Shelf((), (), "2031-05-04"), ())
    assert (bool(chosen), look.kept) == (kept, kept)
    if not kept:
        assert look.reason == "its words are of stone, and too little of the question is in them"


def test_what_a_person_keeps_is_cited_all_the_same() -> None:
    question = Question("Q-1", "How do seeds grow?", "grow", terms=ASKED, package="soil")
    shelf = Shelf((), (Decision("source", "src:guide", "keep"),), "2031-05-04")
    chosen, _ = choose_hits(question, [hit("A tray holds seeds.", "stone")], shelf, ())
    assert [one.source.key for one in chosen] == ["src:guide"]
