from __future__ import annotations

import random

import pytest

from torusnb.models.sources import VERDICTS, Source
from torusnb.research.citations import QuoteCheck, check_quote, decide_verdict

PAGE = (
    "# Retries\n\nA job that fails is tried again after a pause, at most five times.  The pause\ngrows with each "
    "attempt. Use `put_new/3` to keep the key\u2019s owner & its lease. It is safe to run twice.\n"
)
OTHER = "The ledger is written before the answer is sent, so that nothing is lost on the way."
FETCHED = Source(
    "src:tide", "Retries", "https://example.org/tide", "deps", package="tide", version="1.2.0", sha256="ab"
)


@pytest.mark.parametrize(
    "quote",
    [
        "A job that fails is tried again after a pause, at most five times.",
        "A job that fails is tried\n   again after a pause, at most five times. The pause grows with each attempt.",
        "Use put_new/3 to keep the key's owner & its lease.",
        "Use `put_new/3` to keep the key\u2019s owner &amp; its lease.",
        "A job that fa\u00adils is tried again after a pause",
        "  The pause grows with each attempt.  ",
    ],
)
def test_a_true_quote_is_found_whatever_copying_did_to_it(quote: str) -> None:
    check = check_quote(quote, PAGE)
    assert check.verdict == "verified"
    assert PAGE[check.start : check.end].split()[0] in quote.replace("\u00ad", "")


def test_offsets_lead_to_the_very_words_in_the_original() -> None:
    check = check_quote("The pause grows with each attempt.", PAGE)
    assert PAGE[check.start : check.end] == "The pause\ngrows with each attempt."


def test_entities_in_the_page_are_read_as_their_characters() -> None:
    check = check_quote(
        'Keep "a < b" in order at all times.', "<p>Keep &quot;a &lt; b&quot; in order at all times.</p>"
    )
    assert check.verdict == "verified"


@pytest.mark.parametrize(
    ("quote", "verdict"),
    [
        ("A job that fails is tried again after a pause, at most nine times.", "near-match"),
        ("A job that fails is never tried again, whatever the operator wishes for.", "misattributed"),
        ("The ledger is written before the answer is sent", "misattributed"),
        ("at most five", "unchecked"),
        ("job that fails is tried again after a paus", "near-match"),
    ],
)
def test_what_is_not_there_word_for_word_is_never_verified(quote: str, verdict: str) -> None:
    assert check_quote(quote, PAGE, {"src:ledger": OTHER}).verdict == verdict


def test_a_quote_from_another_captured_source_names_that_source() -> None:
    check = check_quote("so that nothing is lost on the way", PAGE, {"src:ledger": OTHER})
    assert "stand in src:ledger" in check.reason


def test_a_page_that_is_too_thin_cannot_be_checked_against() -> None:
    assert check_quote("A job that fails is tried again.", "Enable JS").verdict == "unchecked"


def test_of_several_places_the_expected_one_is_given() -> None:
    text = "It is safe to run twice. And once more: It is safe to run twice."
    assert check_quote("It is safe to run twice.", text, near=10).start == 40
    assert check_quote("It is  safe to run twice.", text, near=10).start == 40


@pytest.mark.parametrize(
    ("verdict", "source", "check", "locked"),
    [
        ("verified", FETCHED, QuoteCheck("verified"), "1.2.0"),
        ("near-match", FETCHED, QuoteCheck("near-match"), "1.2.0"),
        ("misattributed", FETCHED, QuoteCheck("misattributed"), "1.2.0"),
        ("misattributed", FETCHED, QuoteCheck("misattributed"), "2.0.0"),
        ("version-mismatch", FETCHED, QuoteCheck("verified"), "1.2.1"),
        ("version-mismatch", FETCHED, QuoteCheck("near-match"), "1.2.1"),
        ("not-fetched", Source("src:a", "A", "https://example.org", "catalogue"), None, None),
        ("not-fetched", Source("src:a", "A", "https://example.org", "catalogue"), QuoteCheck("verified"), None),
        ("unchecked", FETCHED, QuoteCheck("verified"), None),
        ("unchecked", FETCHED, QuoteCheck("unchecked"), "1.2.0"),
        ("verified", Source("src:a", "A", "https://example.org", "web", sha256="cd"), QuoteCheck("verified"), None),
    ],
)
def test_the_verdict_follows_from_bytes_quote_and_lock(
    verdict: str, source: Source, check: QuoteCheck | None, locked: str | None
) -> None:
    given, reason = decide_verdict(source, check, locked)
    assert given == verdict
    assert given in VERDICTS
    assert reason or (check is not None and given == check.verdict)


WORDS = [
    "batch",
    "cache",
    "index",
    "lease",
    "ledger",
    "lock",
    "node",
    "order",
    "queue",
    "reader",
    "retry",
    "row",
    "scope",
    "shard",
    "table",
    "token",
    "worker",
    "writer",
]


def _page(chance: random.Random) -> list[str]:
    return [
        f"The {chance.choice(WORDS)} of each {chance.choice(WORDS)} holds {chance.randint(2, 90)} "
        f"{chance.choice(WORDS)}s until the {chance.choice(WORDS)} lets go of its {chance.choice(WORDS)}."
        for _ in range(12)
    ]


def _copied(sentence: str, chance: random.Random) -> str:
    """What copying does to a sentence: other blanks, typographic signs, soft hyphens, code ticks."""
    blank = chance.choice([" ", "  ", "\n", "\u00a0", "\t\n  "])
    words = [word[:2] + "\u00ad" + word[2:] if chance.random() < 0.2 else word for word in sentence.split()]
    at = chance.randrange(1, len(words) - 1)
    words[at] = f"`{words[at]}`"
    return blank.join(words)


def test_true_quotes_are_never_refused_and_changed_ones_never_verified() -> None:
    chance = random.Random(7)
    for _ in range(250):
        sentences = _page(chance)
        page, quote = " ".join(sentences), chance.choice(sentences)
        assert check_quote(_copied(quote, chance), page).verdict == "verified"
        words = quote.split()
        words[chance.randrange(1, len(words))] = "otherwise"
        assert check_quote(" ".join(words), page, {"src:ledger": OTHER}).verdict != "verified"
        foreign = check_quote(OTHER, page, {"src:ledger": OTHER})
        assert foreign.verdict == "misattributed"
        assert "stand in src:ledger" in foreign.reason
