"""Markup that would keep a parser busy for minutes is told from ordinary markup."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from torusnb.fetch.traps import find_trap


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<div>" * 30_000, "nested too deeply"),
        ("<x>" * 20_000 + "</y>" * 10_000, "nested too deeply"),
        ("<DIV\n>" * 30_000, "nested too deeply"),
        ("<div/>" * 30_000, "nested too deeply"),
        ("<p>" + "".join(f"<b x={number}>" for number in range(500)) + "<p>x" * 3000, "formatting"),
        ("<a " + "".join(f"a{number} " for number in range(20_000)) + ">", "too many attributes"),
        ("<a " + "".join(f"a{number}='>' " for number in range(20_000)) + ">", "too many attributes"),
        ("<a " * 200_000, "too many attributes"),
    ],
)
def test_a_trap_is_found(text: str, said: str) -> None:
    assert said in find_trap(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no markup, 1 < 2",
        "<div>" * 200 + "x" + "</div>" * 200,
        "<ul>" + "<li>one<p>two" * 20_000 + "</ul>",
        "<table>" + "<tr><td>1<td><b>2</b>" * 20_000 + "</table>",
        "<br>" * 50_000,
        "<svg>" + '<path d="M 1 2 L 3 4"/>' * 20_000 + "</svg>",
        '<path d="' + "M 1 2 " * 50_000 + '">',
        '<img src="data:image/png;base64,' + "A" * 300_000 + '">',
        "<pre><code>" + '<span class="n">x</span> ' * 20_000 + "</code></pre>",
    ],
)
def test_an_ordinary_page_is_none(text: str) -> None:
    assert find_trap(text) == ""


@given(st.text(alphabet="<>/= \"'ab!-", max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_gets_an_answer(text: str) -> None:
    assert find_trap(text) == ""
