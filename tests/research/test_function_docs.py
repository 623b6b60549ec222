"""Documentation of functions, callbacks and types, cited by the heading of the function at the locked version."""

from __future__ import annotations

from pathlib import Path

import pytest

from torusnb.models.sources import Citation, Query
from torusnb.research.binding import cite_hit, extract_hit
from torusnb.research.pages.markdown import extract_markdown
from torusnb.research.providers.deps import open_deps
from torusnb.research.rereading import load_present

LOCK = '%{\n  "tide_jobs": {:hex, :tide_jobs, "2.1.0", "00", [:mix], [], "hexpm", "00"},\n}\n'  # as mix writes it
SOURCE = '''\
defmodule Tide.Jobs do
  @moduledoc """
  Jobs that outlive a restart of every node in a cluster.

  ## Queues

  A queue runs as many jobs at a time as its limit says, however many nodes there are.
  """

  @typedoc "The seconds within which a second job with equal arguments counts as the same."
  @type period :: pos_integer

  @doc """
  Called once for each job that is due. What it raises is recorded, and the job is tried again after its backoff.
  """
  @callback perform(job :: map) :: :ok

  @doc """
  Inserts a job unless an equal one waits already; the lease of a stale duplicate is broken after a minute.

  ## Options

    * `:replace` - the fields of a waiting duplicate that the insert overwrites with the newer values.
  """
  def insert(job, opts \\\\ []), do: {job, opts}
end
'''


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "mix.lock").write_text(LOCK)
    file = tmp_path / "deps/tide_jobs/lib/tide/jobs.ex"
    file.parent.mkdir(parents=True)
    file.write_text(SOURCE)
    return tmp_path


def cited(root: Path, words: str) -> Citation:
    hit = open_deps(root).search(Query("Q-1", "deps", words, "tide_jobs")).hits[0]
    return cite_hit("Q-1", hit, {hit.source.key: extract_hit(hit)}, {"tide_jobs": "2.1.0"})


@pytest.mark.parametrize(
    ("words", "anchor", "quote"),
    [
        ("insert equal stale duplicate lease", "insert/2", "Inserts a job unless an equal one waits already"),
        ("fields overwrites newer values", "insert/2-options", "the fields of a waiting duplicate"),
        ("perform raises backoff tried again", "c:perform/1", "What it raises is recorded"),
        ("second job equal arguments seconds", "t:period/0", "The seconds within which"),
        ("queue limit nodes", "module-queues", "A queue runs as many jobs"),
        ("outlive restart cluster", "", "Jobs that outlive a restart of every node"),
    ],
)
def test_a_quote_leads_to_the_heading_of_its_function(root: Path, words: str, anchor: str, quote: str) -> None:
    citation = cited(root, words)
    assert (citation.verdict, citation.anchor, citation.release) == ("verified", anchor, "tide_jobs@2.1.0")
    assert quote in citation.quote
    page = "https://hexdocs.pm/tide_jobs/2.1.0/Tide.Jobs.html"
    assert citation.link.startswith(f"{page}#{anchor}:~:text=")


def test_all_of_a_module_is_one_source(root: Path) -> None:
    provider = open_deps(root)
    asked = ("insert equal stale duplicate lease", "perform raises backoff tried again", "queue limit nodes")
    hits = [provider.search(Query("Q-1", "deps", words, "tide_jobs")).hits[0] for words in asked]
    assert len({hit.passage.anchor for hit in hits if hit.passage}) == 3
    assert {hit.source.url for hit in hits} == {"https://hexdocs.pm/tide_jobs/2.1.0/Tide.Jobs.html"}
    assert len({hit.source.sha256 for hit in hits}) == 1


def test_a_recheck_reads_functions_again(root: Path) -> None:
    (hit,) = open_deps(root).search(Query("Q-1", "deps", "insert equal stale duplicate lease", "tide_jobs")).hits[:1]
    assert load_present([hit.source], root, None)[hit.source.key].outcome == "same"
    file = root / "deps/tide_jobs/lib/tide/jobs.ex"
    file.write_text(SOURCE.replace("a minute", "an hour"))
    now = load_present([hit.source], root, None)[hit.source.key]
    assert now.outcome == "read"
    assert now.page is not None
    assert "insert/2" in {section.anchor for section in now.page.sections}


def test_what_only_code_could_fill_in_is_never_quoted(root: Path) -> None:
    file = root / "deps/tide_jobs/lib/tide/jobs.ex"
    file.write_text(SOURCE.replace("a minute", "#{@stale_after} lonely seconds"))
    hits = open_deps(root).search(Query("Q-1", "deps", "stale duplicate lease lonely seconds", "tide_jobs")).hits
    assert all("#{" not in hit.captured.decode()[hit.start : hit.end] for hit in hits)


def test_a_heading_that_names_a_member_in_a_guide_is_an_ordinary_heading() -> None:
    page = extract_markdown("# `insert/2`\n\nWords of a guide.\n", "https://hexdocs.pm/tide/2.1.0/guide.html")
    assert [section.anchor for section in page.sections if section.heading] == ["insert2"]
