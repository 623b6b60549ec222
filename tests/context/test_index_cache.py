"""The text index that is kept between runs against one that is made from scratch."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.context.small_shop import write_files
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.documents import FIELDS, document, further_names, is_indexed
from torusnb.context.map.index import TextIndex, Weights
from torusnb.context.map.tally import BITS, COUNT, Tally, pieces_of, stem_words
from torusnb.context.map.text_cache import open_text_index
from torusnb.context.map.words import STOP, split_identifier
from torusnb.models.codebase import CodeMap

ASKED = "redeem a voucher on the basket page, forecast rain, redeemed vouchers and their accounts"


def answers(index: TextIndex) -> dict[str, dict[str, float]]:
    """Everything an index says about a text."""
    bag = index.bags([ASKED])[0]
    return {"": index.score(bag)} | {path: index.shares(bag, path) for path in sorted(index.paths)}


def no_reader(path: str) -> str:
    raise AssertionError(f"{path} was read, although the cache knows it")


def test_it_answers_as_an_index_of_the_documents_does(
    shop_map: CodeMap, read_shop: Callable[[str], str], tmp_path: Path
) -> None:
    further = further_names(shop_map)
    documents = []
    for file in filter(is_indexed, shop_map.files):
        path, names, docs, code = document(file, read_shop(file.path))
        documents.append((file.path, (path, " ".join((names, *further.get(file.path, ()))), docs, code)))
    with TextIndex(documents) as plain, open_text_index(shop_map, read_shop, cache=tmp_path / "cache") as opened:
        assert answers(opened) == answers(plain)
        assert opened.score(opened.bags(["voucher"])[0])


def test_routes_and_no_migrations_are_found(shop_map: CodeMap, read_shop: Callable[[str], str]) -> None:
    with open_text_index(shop_map, read_shop) as index:
        assert "lib/shop_web/live/basket_live.ex" in index.score(index.bags(["basket"])[0])
        assert all(path.startswith("lib/") for path in index.paths)


def test_nothing_is_read_when_nothing_changed(
    shop_map: CodeMap, read_shop: Callable[[str], str], tmp_path: Path
) -> None:
    with open_text_index(shop_map, read_shop, cache=tmp_path) as first:
        expected = answers(first)
    with open_text_index(shop_map, no_reader, cache=tmp_path) as second:
        assert answers(second) == expected
    with open_text_index(shop_map, no_reader, cache=tmp_path, weights=Weights(k1=1.2)) as third:
        assert answers(third) != expected


def test_only_what_changed_is_read(shop: Path, tmp_path: Path) -> None:
    with open_text_index(load_code_map(shop), source_reader(shop), cache=tmp_path):
        pass
    (shop / "lib/shop/weather.ex").write_text("defmodule Shop.Weather do\n  def redeem(voucher), do: voucher\nend\n")
    (shop / "lib/shop/repo.ex").unlink()
    read: list[str] = []

    def reader(path: str) -> str:
        read.append(path)
        return source_reader(shop)(path)

    code_map = load_code_map(shop)
    with open_text_index(code_map, reader, cache=tmp_path) as index:
        kept = answers(index)
    assert read == ["lib/shop/weather.ex"]
    with open_text_index(code_map, source_reader(shop)) as cold:
        assert kept == answers(cold)


def counted(index: TextIndex) -> dict[str, dict[tuple[str, int], int]]:
    """Path to how often each word stands in each field, and how long the field is (under the empty word)."""
    postings = index._postings
    found: dict[str, dict[tuple[str, int], int]] = {}
    for number, path in enumerate(postings.paths):
        if path:
            places = range(number * len(FIELDS), (number + 1) * len(FIELDS))
            found[path] = {("", field): postings.lengths[place] for field, place in enumerate(places)}
    for stem in postings.entries:
        for place, count in index._counts(stem).items():
            number, field = divmod(place, len(FIELDS))
            found[postings.paths[number]][stem, field] = count
    return found


MACRO = "defmodule Shop.Part do\n  defmacro __using__(_) do\n    quote do\n{}\n    end\n  end\nend\n"
PART = """defmodule Shop.Kiosk do
  use Shop.Part
  def update({:zork_blip, value}, socket), do: {:ok, {value, socket}}
  def handle_event("zork_blop", _, socket), do: {:noreply, socket}
end
"""


@pytest.mark.parametrize("counted_with_the_map", [True, False])
@pytest.mark.parametrize("bodies", [("use Phoenix.LiveComponent", ":ok"), (":ok", "use Phoenix.LiveComponent")])
def test_what_another_file_makes_of_a_module_is_counted_anew(
    shop: Path, tmp_path: Path, bodies: tuple[str, str], counted_with_the_map: bool
) -> None:
    write_files(shop, {"lib/shop/kiosk.ex": PART})
    seen = []
    for body in (*bodies, bodies[0]):
        write_files(shop, {"lib/shop/part.ex": MACRO.format(body)})
        code_map = load_code_map(shop, cache=tmp_path if counted_with_the_map else None)
        with (
            open_text_index(code_map, source_reader(shop), cache=tmp_path) as kept,
            open_text_index(code_map, source_reader(shop)) as cold,
        ):
            assert counted(kept) == counted(cold)
            seen.append(counted(cold)["lib/shop/kiosk.ex"])
    assert seen[0] == seen[2] != seen[1]


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfdefmodule Shop.Odd do\nend\n",
        b"defmodule Shop.Odd do\n  # caf\xe9\nend\n",
        b"\xef\xbb\xbf# \xff\n",
        b"# \x00 \xed\xa0\x80\r\n",
        b"\xff" * 2_100_000,
    ],
    ids=["byte order mark", "latin 1", "both", "surrogate", "too large"],
)
def test_a_file_of_odd_bytes_is_read_once(shop: Path, tmp_path: Path, content: bytes) -> None:
    (shop / "lib/shop/odd.ex").write_bytes(content)
    code_map = load_code_map(shop)
    with open_text_index(code_map, source_reader(shop), cache=tmp_path) as first:
        expected = counted(first)
    with open_text_index(code_map, no_reader, cache=tmp_path) as second:
        assert counted(second) == expected


def test_a_file_that_changed_after_it_was_outlined_is_read_again_the_next_time(shop: Path, tmp_path: Path) -> None:
    code_map = load_code_map(shop)
    before = source_reader(shop)
    with open_text_index(code_map, lambda path: "voucher " * 9, cache=tmp_path):
        pass
    with open_text_index(code_map, before, cache=tmp_path) as index, open_text_index(code_map, before) as cold:
        assert answers(index) == answers(cold)


def test_many_changes_do_not_pile_up(shop: Path, tmp_path: Path) -> None:
    sizes = []
    for number in range(30):
        for path in sorted((shop / "lib").rglob("*.ex")):
            path.write_text(f"defmodule Shop.M{number} do\n  def redeem_{number}(voucher), do: voucher\nend\n")
        code_map = load_code_map(shop)
        with open_text_index(code_map, source_reader(shop), cache=tmp_path) as index:
            assert len(index.paths) == len(set(index.paths)) == len([f for f in code_map.files if is_indexed(f)])
        sizes.append(sum(path.stat().st_size for path in tmp_path.glob("text-*")))
    assert max(sizes) < 3 * sizes[0]


def test_what_other_processes_counted_is_kept(shop: Path, tmp_path: Path) -> None:
    write_files(
        shop, {f"lib/shop/part_{n}.ex": f"defmodule Shop.Part{n} do\n  # voucher {n}\nend\n" for n in range(320)}
    )
    code_map = load_code_map(shop, cache=tmp_path, jobs=2)
    with open_text_index(code_map, no_reader, cache=tmp_path) as kept:
        found = answers(kept)
    with open_text_index(code_map, source_reader(shop)) as cold:
        assert found == answers(cold)


@given(st.text(alphabet=st.sampled_from("aBcdé_1 .\n-ß"), max_size=60))
def test_words_are_the_pieces_of_identifiers(text: str) -> None:
    expected = Counter(
        piece
        for raw in re.findall(r"[A-Za-z][A-Za-z0-9_]+", text)
        for piece in split_identifier(raw)
        if len(piece) > 2 and piece not in STOP
    )
    tally = Tally()
    tally.add_field(7, 3, text)
    words, lengths = tally.close()
    place = 7 * len(FIELDS) + 3
    counted: Counter[str] = Counter()
    for word, entries in words.items():
        numbers = memoryview(entries).cast("Q").tolist()
        assert {number >> BITS for number in numbers} == {place}
        counted[word] = sum(number & COUNT for number in numbers)
    assert counted == expected == Counter(pieces_of(text))
    assert lengths[place] == sum(bool(pieces_of(raw)) for raw in re.findall(r"[A-Za-z][A-Za-z0-9_]+", text))


@pytest.mark.parametrize(
    ("word", "stem"), [("vouchers", "voucher"), ("redeemed", "redeem"), ("policies", "polici"), ("a1", "a1")]
)
def test_words_are_stemmed_by_porters_rules(word: str, stem: str) -> None:
    assert stem_words(["other", word, "other"]) == {"other": "other", word: stem}


def test_long_words_are_words() -> None:
    word = "x" * 5000
    assert list(stem_words([word])) == [word]
