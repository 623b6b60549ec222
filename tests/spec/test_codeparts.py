from __future__ import annotations

import pytest

from torusnb.spec.codeparts import edit_prose, find_code, find_fences


@pytest.mark.parametrize(
    ("text", "fences"),
    [
        ("a\n```\nb\n```\nc", ((2, 4),)),
        ("```elixir\n~~~\n```\n~~~\nx\n~~~", ((1, 3), (4, 6))),
        ("````\n```\n````", ((1, 3),)),
        ("- item\n    ```\n    x\n    ```", ((2, 4),)),
        ("```\nnever closed\n", ((1, 3),)),
        ("``` a `tick` in the info\nno fence", ()),
        ("```\r\nx\r\n```\r\n", ((1, 3),)),
    ],
)
def test_fenced_blocks_are_found_with_their_fences(text: str, fences: tuple[tuple[int, int], ...]) -> None:
    assert find_fences(text) == fences


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a `b` c", ["`b`"]),
        ("a ``b ` c`` d", ["``b ` c``"]),
        ("over `two\nlines` here", ["`two\nlines`"]),
        ("a ` b\n\nc ` d", []),
        ("an escaped \\` tick ` here", []),
        ("an escaped \\`` tick ` here", ["` tick `"]),
        ("an escaped backslash \\\\`code` here", ["`code`"]),
        ("holds no `\\`, `?` or `#`", ["`\\`", "`?`", "`#`"]),
        ("`a`\n```\nb\n```\n`c`", ["`a`", "```", "b", "```", "`c`"]),
    ],
)
def test_code_spans_stay_within_their_paragraph(text: str, code: list[str]) -> None:
    assert [text[start:end] for start, end in find_code(text)] == code


def test_only_prose_is_edited() -> None:
    assert edit_prose("a `a` a\n\n```\na\n```\na", lambda prose: prose.replace("a", "b")) == "b `a` b\n\n```\na\n```\nb"
