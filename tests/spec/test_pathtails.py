from __future__ import annotations

import pytest

from torusnb.spec.pathtails import KEPT_LABEL, PathTails, PlaceReader, render_listing

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


def test_ends_among_namesakes_are_the_ends_among_all_files() -> None:
    cited = ("lib/a/beds.ex", "lib/b/plots.ex")
    few = PathTails(FILES).namesakes(cited)
    assert few == ("lib/a/beds.ex", "lib/b/beds.ex")
    near = PathTails((*few, *cited))
    assert [near.shorten(path) for path in cited] == [PathTails((*FILES, *cited)).shorten(path) for path in cited]


def test_files_that_share_their_name_are_namesakes() -> None:
    assert PathTails(FILES).namesakes(FILES) == ("apps/pond/mix.exs", "lib/a/beds.ex", "lib/b/beds.ex", "mix.exs")


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
        (render_listing(["apps/pond/mix.exs"]), "mix.exs", "mix.exs"),
        (render_listing(["lib/c/reeds.ex"]).replace("- `", "* `"), "reeds.ex", "lib/c/reeds.ex"),
        (
            render_listing(["lib/c/moss.ex", "lib/c/reeds.ex"]).replace("moss.ex`", "moss.ex`: old"),
            "reeds.ex",
            "lib/c/reeds.ex",
        ),
        (f"```\n{render_listing(['lib/c/weeds.ex'])}\n```\n`lib/d/weeds.ex`", "weeds.ex", "lib/b/weeds.ex"),
        (f"{KEPT_LABEL}: x\n\n- `lib/a/beds.ex` as `beds.ex`\n- `lib/b/beds.ex` as `w`", "beds.ex", "lib/a/beds.ex"),
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


def test_a_listed_file_is_read_whatever_its_name() -> None:
    text = f"`[id].tsx:3` `Dockerfile:4` `localhost:4000`\n\n{render_listing(['app/[id].tsx', 'Dockerfile'])}"
    found = [(place.path, place.lines) for place in PlaceReader(text).find(text)]
    assert found == [("app/[id].tsx", (3,)), ("Dockerfile", (4,))]


def test_an_end_deeper_than_any_tree_is_a_whole_path() -> None:
    deep = "/".join(["a"] * 60) + "/beds.ex"
    tails = PathTails([deep, f"b/{deep}"])
    assert tails.fitting(deep) == (deep,)
    assert tails.shorten("c/beds.ex") == "c/beds.ex"
