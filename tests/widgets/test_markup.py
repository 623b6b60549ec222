"""Text of unknown origin, as Markdown and as HTML."""

from __future__ import annotations

import itertools

import pytest
from markdown_it import MarkdownIt

from torusnb.widgets.markup import render_code, render_html, render_link, render_markdown, render_table

HOSTILE = [
    "<script>alert(1)</script>",
    "![x](https://evil.example/x.png)",
    "[click](javascript:alert(1))",
    "a | b | c",
    "**bold** _slanted_ ~~gone~~ $x$",
    "one ` backtick",
    "two `back` ticks | pipe",
    "`a|b` and `c\\d`",
    "back\\slash \\| pipe",
    "&lt;b&gt; &amp;",
    "<b>\n\n# heading</b>",
    "| --- |",
]


def _cells(markdown: str) -> list[str]:
    """The text of each cell as a reader sees it, code spans and all, once any markup has been obeyed."""
    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse(markdown)
    cells = []
    for before, token in itertools.pairwise(tokens):
        if before.type in ("td_open", "th_open"):
            children = token.children or []
            assert {child.type for child in children} <= {"text", "code_inline", "text_special"}
            cells.append("".join(child.content for child in children))
    return cells


@pytest.mark.parametrize("text", HOSTILE)
def test_a_table_cell_reads_like_the_text_and_obeys_nothing_in_it(text: str) -> None:
    seen = _cells(render_table(("name", "next"), [(text, "end")]))
    assert len(seen) == 4
    assert seen[2].replace("`", "") == " ".join(text.split()).replace("`", "")
    assert seen[3] == "end"


@pytest.mark.parametrize("text", HOSTILE)
def test_html_reads_like_the_text(text: str) -> None:
    written = render_html(text)
    assert "<" not in written.replace('<code style="font-size:inherit">', "").replace("</code>", "")


@pytest.mark.parametrize("name", ["lib/my_app/a_b.ex", "docs/features/late_work"])
def test_ordinary_paths_stay_as_they_are(name: str) -> None:
    assert render_markdown(name) == name
    assert render_code(name) == f"`{name}`"


def test_a_name_that_no_code_span_can_hold_is_given_as_text() -> None:
    assert render_code("a`b|c") == r"a\`b\|c"


def test_code_spans_keep_their_meaning() -> None:
    assert render_markdown("uses `My.Mod_`, *not* this") == r"uses `My.Mod_`, \*not\* this"
    assert "<code" in render_html("uses `My.Mod`")


def test_only_web_addresses_become_links() -> None:
    assert render_link("t", "javascript:alert(1)") == "t"
    assert 'href="https://a.example/&quot;x"' in render_link("t", 'https://a.example/"x')


def test_an_empty_table_says_so() -> None:
    assert render_table(("a",), []) == "*Nothing to show.*"
