from __future__ import annotations

from pathlib import Path

import pytest

from tests.research.research_cases import CATALOGUE
from torusnb.errors import ParameterError, TemplateError
from torusnb.models.sources import Query
from torusnb.research.catalogue import load_catalogue, parse_catalogue
from torusnb.research.probes import parse_probes
from torusnb.research.providers import PROVIDERS, open_providers
from torusnb.research.providers.catalogue import CatalogueProvider, open_catalogue

ENTRY = """- key: tides
  title: Tides and
    currents
  url: https://hexdocs.pm/tide_jobs/tides.html
  topics: [tides, queues]
  settles: When water comes back.
  package: tide_jobs
"""
LOCK = '%{\n  "tide_jobs": {:hex, :tide_jobs, "2.1.0", "ab", [:mix], [], "hexpm", "cd"},\n}\n'


def test_an_entry_becomes_a_source_that_was_never_fetched() -> None:
    (source,) = parse_catalogue(ENTRY, "c.yml")
    assert (source.key, source.title, source.accessed, source.sha256) == ("src:tides", "Tides and currents", "", "")
    assert source.primary
    assert source.topics == ("tides", "queues")


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("key: a\n", None, "list of entries"),
        ("- a\n- b\n", 1, "fields"),
        (ENTRY + "- key: b\n  title: B\n", 8, "lacks `url`, `topics`, `settles`"),
        (ENTRY + ENTRY, 8, "given twice"),
        (ENTRY + ENTRY.replace("key: tides", "key: again"), 8, "has the address of `tides`"),
        (ENTRY.replace("key: tides", "key: Big Tides"), 1, "lower-case"),
        (ENTRY.replace("https://", "ftp://"), 1, "http"),
        (ENTRY.replace("[tides, queues]", "tides"), 1, "list of words"),
        (ENTRY.replace("package", "packages"), 1, "unknown field `packages`"),
        (ENTRY + "  primary: maybe\n", 1, "true or false"),
        (ENTRY + "- key: [\n", 9, "not valid YAML"),
    ],
)
def test_what_does_not_hold_together_is_refused_with_its_line(text: str, line: int | None, words: str) -> None:
    with pytest.raises(TemplateError, match=words) as caught:
        parse_catalogue(text, "c.yml")
    assert caught.value.path == "c.yml"
    assert caught.value.line == line


def test_a_missing_or_undecodable_catalogue_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TemplateError):
        load_catalogue(tmp_path / "none.yml")
    (tmp_path / "bad.yml").write_bytes(b"- key: \xff\n")
    with pytest.raises(TemplateError, match="UTF-8"):
        load_catalogue(tmp_path / "bad.yml")


def test_the_catalogue_that_travels_with_torusnb_holds_together() -> None:
    assert len(load_catalogue()) > 50


def test_entries_answer_by_topic_and_words() -> None:
    hits = CatalogueProvider(CATALOGUE).search(Query("Q-1", "catalogue", "cache expiration limit ttl")).hits
    assert [hit.source.key for hit in hits] == ["src:ttl"]
    assert "cache" in hits[0].reason
    for provider, text in ((CatalogueProvider(CATALOGUE), "cache of heraldry"), (CatalogueProvider(()), "cache")):
        answer = provider.search(Query("Q-1", "catalogue", text))
        assert (answer.hits, answer.outcome) == ((), "empty")


def test_the_address_is_that_of_the_locked_version(tmp_path: Path) -> None:
    (tmp_path / "mix.lock").write_text(LOCK)
    source = open_catalogue(tmp_path, parse_catalogue(ENTRY, "c.yml")).sources()[0]
    assert (source.url, source.version) == ("https://hexdocs.pm/tide_jobs/2.1.0/tides.html", "2.1.0")


def test_an_entry_about_a_package_that_is_not_locked_answers_nothing(tmp_path: Path) -> None:
    (tmp_path / "mix.lock").write_text(LOCK.replace("tide_jobs", "other"))
    provider = open_catalogue(tmp_path, parse_catalogue(ENTRY, "c.yml"))
    assert provider.search(Query("Q-1", "catalogue", "tides queues")).hits == ()
    assert [source.key for source in provider.sources()] == ["src:tides"]


def test_an_unknown_provider_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(
        ParameterError, match="no research provider 'bing'; choose among catalogue, claude, ddgs, deps, hexdocs"
    ):
        open_providers(("deps", "bing"), tmp_path, ())


def test_providers_open_in_the_order_given_each_once(tmp_path: Path) -> None:
    opened = open_providers(("deps", "catalogue", "deps"), tmp_path, CATALOGUE)
    assert [provider.name for provider in opened] == ["deps", "catalogue"]
    assert sorted(PROVIDERS) == ["catalogue", "claude", "ddgs", "deps", "hexdocs"]
    answer = opened[0].search(Query("Q-1", "deps", "unique jobs retry"))
    assert (answer.hits, answer.outcome) == ((), "unavailable")
    assert "mix deps.get" in answer.message


@pytest.mark.parametrize(
    "text", ["- id: [", "- id: a\n", "- {id: a, focus: b, ask: c, words: [], terms: [], other: 1}\n"]
)
def test_broken_questions_are_refused(text: str) -> None:
    with pytest.raises(TemplateError):
        parse_probes(text, Path("questions.yml"))
