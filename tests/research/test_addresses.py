from __future__ import annotations

import pytest

from torusnb.research.addresses import canonical_address, is_web_address, make_label, pinned_address, unique_key


@pytest.mark.parametrize(
    "url",
    [
        "https://hexdocs.pm/quarry_data/0.9.2/Quarry.Rows.html",
        "https://hexdocs.pm/quarry_data/Quarry.Rows.html#put/2",
        "http://www.hexdocs.pm/quarry_data/0.9.2-rc.1/Quarry.Rows",
        "https://quarry-data.hexdocs.pm/0.9.2/Quarry.Rows.html",
    ],
)
def test_all_addresses_of_a_hexdocs_page_are_one(url: str) -> None:
    assert canonical_address(url) == "hexdocs.pm/quarry_data/Quarry.Rows"


@pytest.mark.parametrize(
    "url",
    [
        "https://www.example.org/a/?utm_source=letter&utm_medium=mail#top",
        "http://EXAMPLE.org:80/a.html?gclid=x1",
        "https://example.org:443//a/index.html?&fbclid",
    ],
)
def test_what_only_tells_whence_a_reader_came_is_no_part_of_a_page(url: str) -> None:
    assert canonical_address(url) == "example.org/a"


def test_other_pages_stay_apart() -> None:
    pages = {"https://example.org/a", "https://example.org/b", "https://example.org/a?v=2", "https://example.com/a"}
    assert len({canonical_address(page) for page in pages}) == 4


def test_a_broken_address_stands_for_itself() -> None:
    assert canonical_address("http://[::1") == "http://[::1"


@pytest.mark.parametrize(
    ("url", "pinned"),
    [
        ("https://hexdocs.pm/quarry/guide.html#top", "https://hexdocs.pm/quarry/1.4.0/guide.html#top"),
        ("https://hexdocs.pm/quarry", "https://hexdocs.pm/quarry/1.4.0"),
        ("https://hexdocs.pm/quarry/1.2.0/guide.html", "https://hexdocs.pm/quarry/1.2.0/guide.html"),
        ("https://hexdocs.pm/other/guide.html", "https://hexdocs.pm/other/guide.html"),
        ("https://example.org/quarry/guide.html", "https://example.org/quarry/guide.html"),
    ],
)
def test_only_an_unpinned_hexdocs_address_of_the_package_is_pinned(url: str, pinned: str) -> None:
    assert pinned_address(url, "quarry", "1.4.0") == pinned


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "ftp://example.org", "https://", "https://a b", "https://e.org/>x", "http://[::1", "x"],
)
def test_what_is_no_web_address_is_never_made_a_link(url: str) -> None:
    assert not is_web_address(url)


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (("quarry", "Online migrations"), "quarry-online-migrations"),
        (("quarry_data", "Quarry.Rows"), "quarry-data-rows"),
        (("tide", "LiveView & ÜTF"), "tide-live-view-tf"),
        (("", "…"), "source"),
    ],
)
def test_labels_are_short_and_readable(words: tuple[str, ...], label: str) -> None:
    assert make_label(*words) == label


def test_a_taken_label_gets_the_same_suffix_each_time() -> None:
    first = unique_key("tide", "https://example.org/a", {"src:tide"})
    assert first == unique_key("tide", "https://example.org/a", {"src:tide"})
    assert first != unique_key("tide", "https://example.org/b", {"src:tide"})
    assert first.startswith("src:tide-")
