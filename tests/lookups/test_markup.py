"""Lines of markup as they are shown: style classes and drawn paths cut, what tells of behaviour whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.lookups.conftest import open_at
from torusnb.lookups.markup import brief_markup

_CLASSES = "rounded-md bg-white px-3 py-2 text-sm font-semibold text-gray-900 shadow-sm hover:bg-slate-200"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        (f'<a class="{_CLASSES}" phx-click="go">', '<a class="rounded-md bg-white …" phx-click="go">'),
        (f'  "{_CLASSES}",', '  "rounded-md bg-white …",'),
        (f'class={{["{_CLASSES}", @open && "border-2"]}}', 'class={["rounded-md bg-white …", @open && "border-2"]}'),
        (
            '<path fill="x" d="M12 3v2.25m6.364.386-1.591 1.591M21 12h-2.25m-.386 6.364-1.591-1.591M12 18.75" />',
            '<path fill="x" d="M12 3v2.25m6.364.386-1.591 …" />',
        ),
    ],
)
def test_lists_of_style_classes_and_drawn_paths_are_cut_and_marked(line: str, shown: str) -> None:
    assert brief_markup(line) == shown


@pytest.mark.parametrize(
    "line",
    [
        '<a class="btn btn-primary" phx-click="go">',
        'class="rounded-md bg-white px-3 py-2 text-sm font-semibold #{if @open, do: @shadow} #{@hovered}"',
        "class=\"rounded-md bg-white px-3 py-2 <%= if @open, do: 'text-sm font-semibold shadow-sm' %>\"",
        '"Nothing of this well-known, long-winded and far-fetched sentence is a list of classes"',
        'topic = "section:page:activity-attempt section:page section-x:other-y one-two three-four"',
        '<input aria-label="Choose the well-known and the less well-known plants of this garden bed" role="option">',
        "short",
    ],
)
def test_code_and_sentences_stay_whole(line: str) -> None:
    assert brief_markup(line) == line


def test_what_is_shown_shorter_is_kept_as_evidence_as_it_is(sample_torus: Path) -> None:
    path = "lib/mini_web/controllers/long.html.heex"
    line = f'<a class="{_CLASSES}" phx-click="go">'
    (sample_torus / path).write_text(f"<p>\n  {line}\n</p>\n")
    lookups = open_at(sample_torus)
    answer = lookups.answer("show", {"what": path})
    assert f'code:{path}:2 |   <a class="rounded-md bg-white …" phx-click="go">' in answer.text
    assert [item.text for item in answer.evidence if item.key == f"code:{path}:2"] == [line]
    assert _CLASSES in lookups.answer("text", {"text": "hover:bg-slate-200"}).text, "what was asked for is shown"
