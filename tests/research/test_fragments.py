from __future__ import annotations

import random
from urllib.parse import unquote

import pytest

from tests.research.invented_pages import SHAPES, invent_sentences, publish
from torusnb.research.addresses import is_web_address
from torusnb.research.fragments import (
    CONTEXT,
    Directive,
    find_directive,
    find_surrounded,
    follow,
    make_link,
    render_directive,
    shown,
    surround,
)

TEXT = (
    "Pits are dug by hand. It is safe to dig twice, at most - and never at night.\n\n"
    "A keeper holds each row. It is safe to dig twice, at most - and never at night. Then count again.\n\n"
    "Rows & columns, or nothing-else: it is safe to DIG twice.\n"
)
PHRASE = "It is safe to dig twice, at most - and never at night."


def link(start: int, length: int = len(PHRASE), anchor: str = "", text: str = TEXT) -> str:
    return make_link("https://example.org/a.html#old", anchor, text, start, start + length)


def test_words_that_stand_once_need_no_surroundings() -> None:
    start = TEXT.index("A keeper")
    wanted = "https://example.org/a.html#:~:text=A%20keeper%20holds%20each%20row."
    assert link(start, len("A keeper holds each row.")) == wanted


def test_dashes_commas_and_ampersands_stay_text() -> None:
    start = TEXT.index("Rows &")
    assert link(start, len("Rows & columns, or nothing-else"), "rows-and-more").endswith(
        "#rows-and-more:~:text=Rows%20%26%20columns%2C%20or%20nothing%2Delse"
    )


def test_words_that_stand_twice_get_as_much_of_their_surroundings_as_tells_them_apart() -> None:
    assert "text=It%20is" in link(TEXT.index(PHRASE))
    assert "text=holds%20each%20row.-,It%20is" in link(TEXT.rindex(PHRASE))


def test_words_that_nothing_tells_apart_lead_to_their_heading() -> None:
    text = "\n\n".join(["Dig it by hand, always."] * 9)
    assert make_link("https://example.org/a", "two", text, 100, 123) == "https://example.org/a#two"
    assert make_link("https://example.org/a", "", text, 100, 123) == "https://example.org/a"


def test_words_of_the_block_before_are_used_when_nothing_else_tells_apart() -> None:
    text = "Dig it by hand, always.\n\ndig(pit)\n\nDig it by hand, always."
    made = make_link("https://example.org/a", "dig/1", text, 35, len(text))
    assert made.endswith("#dig/1:~:text=hand%2C%20always.%20dig%28pit%29-,Dig%20it%20by%20hand%2C%20always.")


@pytest.mark.parametrize(
    ("anchor", "written"),
    [
        ("dig/2", "dig/2"),
        ("t:pit/0", "t:pit/0"),
        ("dig!/1", "dig!/1"),
        ("%3C~/2", "%3C~/2"),
        ("a b(c)", "a%20b%28c%29"),
        ("100%", "100%25"),
        ("é", "%C3%A9"),
    ],
)
def test_an_anchor_is_written_as_the_page_has_it_and_escaped_only_once(anchor: str, written: str) -> None:
    made = link(TEXT.index("A keeper"), 8, anchor)
    assert made.startswith(f"https://example.org/a.html#{written}:~:text=")
    assert is_web_address(made)


def test_a_long_quote_is_given_by_its_ends() -> None:
    long = "One pit is dug, " + "and another one beside it, " * 14 + "until the quarry ends here."
    directive = find_directive(f"Before. {long} After.", 8, 8 + len(long))
    assert directive == Directive("One pit is dug,", "the quarry ends here.")
    assert render_directive(directive) == "text=One%20pit%20is%20dug%2C,the%20quarry%20ends%20here."


def test_of_markdown_the_link_says_what_a_browser_shows() -> None:
    text = "# Pits\n\nUse `dig/2` *with* [a keeper](https://example.org/k), &amp; never\nalone \\*.\n"
    made = make_link("https://example.org/a", "pits", text, 8, len(text) - 1, markdown=True)
    assert unquote(made).endswith(":~:text=Use dig/2 with a keeper, & never alone *.")


def test_shown_text_has_no_marks() -> None:
    assert shown("**Dig** _it_ `x_y` 2 * 3 snake_case", markdown=True) == "Dig it x_y 2 * 3 snake_case"
    assert shown("**Dig**\n it", markdown=False) == "**Dig** it"


def test_what_exdoc_makes_a_link_of_a_callback_or_type_is_shown_without_its_kind() -> None:
    text = "Call `c:Pit.Repo.dig/2` with `t:depth/0`, not `c:nothing` nor c:plain/1 in `a:b/1`."
    assert shown(text, markdown=True) == "Call Pit.Repo.dig/2 with depth/0, not c:nothing nor c:plain/1 in a:b/1."
    link = make_link("https://example.org/a", "dig/2", text, 0, text.index(","), markdown=True)
    assert unquote(link).endswith("#dig/2:~:text=Call Pit.Repo.dig/2 with depth/0")


def test_surroundings_lead_back_to_the_place() -> None:
    for start in (TEXT.index(PHRASE), TEXT.rindex(PHRASE)):
        prefix, suffix = surround(TEXT, start, start + len(PHRASE))
        assert len(prefix) <= CONTEXT
        assert len(suffix) <= CONTEXT
        assert find_surrounded(TEXT, PHRASE, prefix, suffix) == start
    assert find_surrounded(TEXT, "No such words.", "", "") == -1
    assert find_surrounded(TEXT, "", "", "") == -1


def test_every_directive_leads_to_its_own_words() -> None:
    chance = random.Random(4)
    for number in range(60):
        page = publish(SHAPES[number % 3], invent_sentences(chance), chance)
        blocks = [block for block in page.blocks if block.kind == "prose"]
        block = chance.choice(blocks)
        directive = find_directive(page.text, block.start, block.end)
        assert directive is not None
        flat = shown(page.text, markdown=False)
        span = follow(directive, flat)
        assert span is not None
        words = shown(page.text[block.start : block.end], markdown=False)
        assert flat[slice(*span)] == words
        assert span[0] == len(shown(page.text[: block.start], markdown=False))
