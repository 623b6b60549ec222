from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.sources import Citation, Source
from torusnb.research.pages import extract_page
from torusnb.research.primary import (
    is_primary,
    load_package_links,
    parse_metadata_links,
    parse_mix_links,
    primary_hosts,
)
from torusnb.research.replacements import find_replacements

METADATA = """{<<"name">>,<<"quarry">>}.
{<<"links">>,
 [{<<"GitHub">>,<<"https://github.com/quarry-bg/quarry">>},
  {<<"Website">>,<<"https://getquarry.dev">>},
  {<<"Chat">>,<<"https://elixirforum.com/c/quarry">>}]}.
{<<"description">>,<<"See https://elsewhere.example.org">>}.
"""
MIX = """defmodule Lantern.MixProject do
  @source_url "https://gitlab.com/lantern/lantern.git"
  def project, do: [source_url: @source_url, homepage_url: "https://www.lantern.example.com/docs"]
  defp package, do: [links: %{"Sponsor" => "https://opencollective.com/lantern", "Site" => "https://lantern.example.net"}]
end
"""
CATALOGUE = (
    Source("src:wcag", "WCAG", "https://www.w3.org/TR/WCAG22/", "catalogue"),
    Source("src:blog", "A blog", "https://blog.example.org/a", "catalogue", primary=False),
)


def hosts(tmp_path: Path) -> frozenset[str]:
    for name, file, text in (("quarry", "hex_metadata.config", METADATA), ("lantern", "mix.exs", MIX)):
        (tmp_path / "deps" / name).mkdir(parents=True)
        (tmp_path / "deps" / name / file).write_text(text)
    links = load_package_links(tmp_path, ["lantern", "quarry", "absent", "../quarry"])
    assert list(links) == ["lantern", "quarry"]
    return primary_hosts(links, CATALOGUE, ["absent"])


@pytest.mark.parametrize(
    ("url", "primary"),
    [
        ("https://getquarry.dev/articles/one", True),
        ("https://github.com/quarry-bg/quarry/issues/3", True),
        ("https://github.com/somebody/quarry", False),
        ("https://github.com", False),
        ("https://gitlab.com/lantern/lantern", True),
        ("https://lantern.example.com", True),
        ("https://lantern.example.net/x", True),
        ("https://opencollective.com/lantern", False),
        ("https://elixirforum.com/c/quarry", False),
        ("https://elsewhere.example.org", False),
        ("https://hexdocs.pm/quarry/1.2.0/pits.html", True),
        ("https://quarry.hexdocs.pm/1.2.0/pits.html", True),
        ("https://hexdocs.pm/absent/readme.html", True),
        ("https://hexdocs.pm/other/readme.html", False),
        ("https://w3.org/TR/aria", True),
        ("https://blog.example.org/a", False),
        ("https://getquarry.dev.evil.example/x", False),
        ("ftp://getquarry.dev/x", False),
        ("https://[broken", False),
    ],
)
def test_primary_is_who_makes_a_locked_package_or_stands_in_the_catalogue(
    tmp_path: Path, url: str, primary: bool
) -> None:
    assert is_primary(url, hosts(tmp_path)) is primary


def test_metadata_that_are_links_are_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "mix.exs").write_text(MIX)
    root = tmp_path / "checkout"
    (root / "deps").mkdir(parents=True)
    (root / "deps" / "lantern").symlink_to(outside)
    (root / "deps" / "quarry").mkdir()
    (root / "deps" / "quarry" / "mix.exs").symlink_to(outside / "mix.exs")
    assert load_package_links(root, ["lantern", "quarry"]) == {}


def test_broken_metadata_name_nothing() -> None:
    assert parse_metadata_links('{<<"links">>,[{<<"a">>') == ()
    assert parse_mix_links("links: %{ source_url: nope") == ()


GUIDE = (
    "# Leases\n\nA lease is renewed every ten seconds by its owner, and another node takes the shard once the lease "
    "has expired.\n\n# Rows\n\nRows are compacted at night when nobody reads the table of the quarry.\n"
)
POST = (
    "<main><h1>How leases work</h1><h2 id=how>How</h2><p>The lease is renewed by its owner every ten seconds; once it "
    "has expired another node takes the shard.</p><h2 id=why>Why</h2><p>My team loves lanterns because they shine in "
    "the dark and cost us little money every month.</p></main>"
)


def test_a_blog_is_answered_with_the_primary_source_that_says_the_same() -> None:
    sources = (
        Source("src:guide", "Leases", "https://hexdocs.pm/quarry/1.2.0/leases.html", "deps", package="quarry"),
        Source("src:post", "How leases work", "https://blog.example.org/leases", "ddgs", primary=False),
    )
    pages = {
        "src:guide": extract_page(GUIDE.encode(), "text/markdown", url=sources[0].url),
        "src:post": extract_page(POST.encode(), "text/html", url=sources[1].url),
    }
    words = "The lease is renewed by its owner every ten seconds; once it has expired another node takes the shard."
    other = "My team loves lanterns because they shine in the dark and cost us little money every month."
    citations = (
        Citation("src:post", "Q-1", words, "verified", "r"),
        Citation("src:post", "Q-2", other, "verified", "r"),
        Citation("src:guide", "Q-1", "A lease is renewed every ten seconds by its owner", "verified", "r"),
        Citation("src:post", "Q-3", "", "not-fetched", "r"),
    )
    found = find_replacements(citations, sources, pages)
    assert [(r.source, r.question, r.instead) for r in found] == [("src:post", "Q-1", "src:guide")]
    assert found[0].quote.startswith("A lease is renewed every ten seconds by its owner")
    assert pages["src:guide"].text[found[0].start : found[0].end].split() == found[0].quote.split()
    assert found[0].share >= 0.6
