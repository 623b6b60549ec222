from __future__ import annotations

import pytest

from torusnb.spec.pathtails import PathTails, PlaceReader, render_listing

FILES = ("lib/a/beds.ex", "lib/b/beds.ex", "lib/b/weeds.ex", "mix.exs", "apps/pond/mix.exs", "docs/prd.md")


@pytest.mark.parametrize(
    ("path", "tail"),
    [
        ("lib/b/weeds.ex", "weeds.ex"),
        ("lib/a/beds.ex", "a/beds.ex"),
        ("mix.exs", "mix.exs"),
        ("apps/pond/mix.exs", "pond/mix.exs"),
        ("docs/prd.md", "docs/prd.md"),
    ],
)
def test_a_file_is_shortened_to_the_least_end_that_no_other_file_has(path: str, tail: str) -> None:
    tails = PathTails(FILES)
    assert tails.shorten(path) == tail
    assert tails.fitting(tail) == (path,)


def test_files_that_share_their_name_are_namesakes() -> None:
    assert PathTails(FILES).namesakes() == ("apps/pond/mix.exs", "lib/a/beds.ex", "lib/b/beds.ex", "mix.exs")


@pytest.mark.parametrize(
    ("document", "tail", "path"),
    [
        (render_listing(["lib/a/beds.ex"]), "beds.ex", "lib/a/beds.ex"),
        (
            render_listing(["lib/a/beds.ex"], "0123456789abcdef") + "\n\nNew: `lib/c/beds.ex`.",
            "beds.ex",
            "lib/a/beds.ex",
        ),
        (render_listing(["lib/a/beds.ex", "lib/b/beds.ex"]), "beds.ex", ""),
        (render_listing(["lib/a/beds.ex", "lib/b/beds.ex"]).replace("\n", "\r\n"), "b/beds.ex", "lib/b/beds.ex"),
        ("It is in `lib/b/beds.ex`.", "beds.ex", "lib/b/beds.ex"),
        ("In `lib/a/beds.ex` and `lib/b/beds.ex`.", "beds.ex", ""),
        ("In `a/beds.ex:1` of `lib/a/beds.ex`.", "beds.ex", "lib/a/beds.ex"),
        ("Nothing.", "weeds.ex", "lib/b/weeds.ex"),
        ("Nothing.", "mix.exs", "mix.exs"),
        ("Nothing.", "beds.ex", ""),
        ("Nothing.", "reeds.ex", ""),
    ],
)
def test_an_end_means_what_the_document_lists_or_writes_out_or_the_checkout_has_once(
    document: str, tail: str, path: str
) -> None:
    assert PlaceReader(document, PathTails(FILES)).resolve(tail) == path


def test_places_are_read_in_every_form() -> None:
    text = "`lib/a/beds.ex:1` `…/beds.ex:2` `weeds.ex:3, 4` `reeds.ex:5` `weeds.ex` weeds.ex:6 `…/reeds.ex:7`"
    found = [(place.path, place.lines, place.resolved) for place in PlaceReader(text, PathTails(FILES)).find(text)]
    assert found == [
        ("lib/a/beds.ex", (1,), True),
        ("lib/a/beds.ex", (2,), True),
        ("lib/b/weeds.ex", (3, 4), True),
        ("reeds.ex", (5,), False),
        ("reeds.ex", (7,), False),
    ]
