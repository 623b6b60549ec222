from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.research.fake_web import FakeWeb, PageShelf, Reply, exdoc_page, make_tarball, search_answer
from torusnb.errors import ParameterError
from torusnb.models.sources import Query
from torusnb.research.binding import extract_hit
from torusnb.research.lock import load_packages, public_versions
from torusnb.research.providers import Answer, open_providers
from torusnb.research.providers.deps import open_deps
from torusnb.research.providers.hexdocs import Hexdocs, parse_answer
from torusnb.research.providers.tarball import TarballError, TarballLimits, unpack_files

JOBS = exdoc_page(
    "Tide.Jobs",
    "<section id='moduledoc'><p>Jobs that wait for their turn.</p></section>"
    "<section class='detail' id='unique_job/2'><div class='detail-header'>"
    "<h1 class='signature'>unique_job(job, opts)</h1></div>"
    "<section class='docstring'><p>A unique job is refused while another one with the same keys waits or runs. "
    "Its period ends when the job has succeeded, and a retry never counts as a duplicate.</p></section></section>",
)
GUIDE = (
    "# Rates\n\nA rate is a number of jobs in a period of time. A retry waits longer after each failure of the job.\n"
)
TARBALL = make_tarball(
    {
        "Tide.Jobs.html": JOBS,
        "rates.md": GUIDE,
        "rates.html": JOBS,
        "404.html": JOBS,
        "dist/x.js": "let a",
        "search.html": "",
    }
)
QUERY = Query("Q-1", "hexdocs", "unique jobs retry period duplicate", "tide_jobs")
VERSIONS = {"tide_jobs": "2.1.0", "other": "1.0.0"}


@pytest.fixture
def web() -> Iterator[FakeWeb]:
    replies = {
        "/search": search_answer([("tide_jobs-2.1.0", "Tide.Jobs.html#unique_job/2"), ("tide_jobs-9.0.0", "X.html")]),
        "/tide_jobs-2.1.0.tar.gz": Reply(TARBALL, media_type="application/octet-stream"),
    }
    with FakeWeb(replies) as served:
        yield served


def ask(web: FakeWeb, query: Query = QUERY, times: int = 1) -> Answer:
    with web.client() as client:
        tarball = web.url("/{package}-{version}.tar.gz")
        provider = Hexdocs(client, VERSIONS, ("other", "tide_jobs"), search_url=web.url("/search"), tarball_url=tarball)
        for _ in range(times):
            answer = provider.search(query)
    return answer


def test_the_locked_versions_own_documentation_answers_with_words_to_quote(web: FakeWeb) -> None:
    answer = ask(web)
    assert answer.outcome == "answered"
    hit = answer.hits[0]
    assert hit.source.url == "https://hexdocs.pm/tide_jobs/2.1.0/Tide.Jobs.html"
    assert (hit.source.package, hit.source.version) == ("tide_jobs", "2.1.0")
    assert "A unique job is refused" in extract_hit(hit).text[hit.start : hit.end]
    assert hit.passage is not None
    assert hit.passage.anchor == "unique_job/2"
    assert "the search of hexdocs names the page" in hit.reason
    assert hit.fetched


def test_the_search_is_asked_for_the_locked_version_only(web: FakeWeb) -> None:
    ask(web)
    fields = next(asked.fields for asked in web.asked if asked.path == "/search")
    assert fields["filter_by"] == "package:=[tide_jobs-2.1.0]"
    assert (fields["q"], fields["query_by"]) == (QUERY.text, "title,doc")


def test_a_query_without_package_is_asked_for_all_known_ones(web: FakeWeb) -> None:
    answer = ask(web, Query("Q-1", "hexdocs", QUERY.text))
    assert next(a.fields["filter_by"] for a in web.asked) == "package:=[other-1.0.0, tide_jobs-2.1.0]"
    assert {hit.source.package for hit in answer.hits} == {"tide_jobs"}


def test_a_search_for_many_packages_fits_into_an_address() -> None:
    versions = {f"package_with_a_long_name_{number}": "10.20.30-rc.1" for number in range(300)}
    shelf = PageShelf({})
    provider = Hexdocs(shelf, versions, tuple(versions))
    assert provider.search(Query("Q-1", "hexdocs", "words " * 20)).outcome == "unavailable"
    (address,) = shelf.asked
    assert len(address) < 2_000
    assert "package_with_a_long_name_0-10.20.30-rc.1" in address


def test_a_tarball_is_fetched_once(web: FakeWeb) -> None:
    ask(web, times=3)
    assert [asked.path for asked in web.asked].count("/tide_jobs-2.1.0.tar.gz") == 1


def test_a_page_that_is_there_as_markdown_is_read_as_markdown_and_cited_as_html(web: FakeWeb) -> None:
    answer = ask(web, Query("Q-1", "hexdocs", "rate number of jobs failure retry waits longer", "tide_jobs"))
    hit = next(hit for hit in answer.hits if hit.source.url.endswith("/rates.html"))
    assert hit.captured == GUIDE.encode()
    assert hit.served_by.endswith("/rates.md")


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(b"no", 429), "rate-limited"),
        (Reply(b"no", 503), "unreachable"),
        (Reply(b"{", media_type="application/json"), "broken"),
        (Reply(b'{"hits": 3}', media_type="application/json"), "broken"),
        (Reply(b"[" * 100_000, media_type="application/json"), "broken"),
        (Reply(b"<html></html>"), "broken"),
    ],
)
def test_a_search_that_fails_is_told_even_where_the_package_itself_answers(
    web: FakeWeb, reply: Reply, outcome: str
) -> None:
    web.replies["/search"] = reply
    answer = ask(web)
    assert answer.outcome == outcome
    assert "search of hexdocs" in answer.message
    assert "query_by" not in answer.message
    assert answer.hits


@pytest.mark.parametrize(
    ("reply", "outcome"),
    [
        (Reply(b"none", 404), "unavailable"),
        (Reply(b"no", 429), "rate-limited"),
        (Reply(b"\x1f\x8b junk", media_type="application/gzip"), "broken"),
        (Reply(TARBALL[:-200], media_type="application/gzip"), "broken"),
        (Reply(make_tarball({"a.js": "x"}), media_type="application/gzip"), "unavailable"),
    ],
)
def test_a_tarball_that_cannot_be_had_is_no_empty_answer(web: FakeWeb, reply: Reply, outcome: str) -> None:
    web.replies["/tide_jobs-2.1.0.tar.gz"] = reply
    answer = ask(web)
    assert (answer.hits, answer.outcome) == ((), outcome)
    assert "tide_jobs 2.1.0" in answer.message


def test_what_neither_search_nor_documentation_speaks_of_is_empty(web: FakeWeb) -> None:
    web.replies["/search"] = search_answer([])
    assert ask(web, Query("Q-1", "hexdocs", "heraldry vexillology blazon", "tide_jobs")).outcome == "empty"


def test_documents_of_the_answer_that_make_no_sense_are_passed_over() -> None:
    text = '{"hits": [1, {"document": {"package": 3}}, {"document": {"package": "a-1.0.0", "ref": "A.html"}}]}'
    assert parse_answer(text) == [("a-1.0.0", "A.html")]


def test_private_packages_are_named_to_nobody(tmp_path: Path) -> None:
    checksum = "0" * 64
    lines = [
        f'"{name}": {{:hex, :{name}, "1.0.0", "{checksum}", [:mix], [], "{repo}", "{checksum}"}},'
        for name, repo in (("open", "hexpm"), ("closed", "hexpm:reef"))
    ]
    (tmp_path / "mix.lock").write_text(
        "%{\n" + "\n".join(lines) + '\n"g": {:git, "https://x.example/g", "abc123", []},\n}\n'
    )
    assert public_versions(load_packages(tmp_path)) == {"open": "1.0.0"}


@pytest.mark.parametrize("name", ["ddgs", "hexdocs"])
def test_offline_no_provider_is_opened_that_sends_something_out(name: str, tmp_path: Path) -> None:
    with pytest.raises(ParameterError, match=f"'{name}'.*offline"):
        open_providers(("deps", name), tmp_path, (), offline=True)


def entry(name: str, kind: bytes = tarfile.REGTYPE, size: int = 0, link: str = "") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.size, made.linkname = kind, size, link
    return made


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        (entry("../evil.html"), "leaves its folder"),
        (entry("/etc/evil.html"), "leaves its folder"),
        (entry("a/../../evil.html"), "leaves its folder"),
        (entry("c:evil.html"), "leaves its folder"),
        (entry("a\\evil.html"), "no file should have"),
        (entry("a\nevil.html"), "no file should have"),
        (entry("n" * 400), "no file should have"),
        (entry("link.html", tarfile.SYMTYPE, link="/etc/passwd"), "neither a file"),
        (entry("hard.html", tarfile.LNKTYPE, link="a.html"), "neither a file"),
        (entry("pipe.html", tarfile.FIFOTYPE), "neither a file"),
        (entry("dev.html", tarfile.CHRTYPE), "neither a file"),
        (entry("a.html"), "twice"),
        (entry("big.html", size=20_000), "larger than"),
        (entry("huge.js", size=200_000), "more bytes"),
    ],
)
def test_a_tarball_with_what_no_documentation_needs_is_refused_whole(extra: tarfile.TarInfo, reason: str) -> None:
    data = make_tarball({"a.html": "x"}, [extra])
    limits = TarballLimits(members=50, file_bytes=10_000, total_bytes=100_000)
    with pytest.raises(TarballError, match=reason):
        unpack_files(data, lambda name: name.endswith(".html"), limits)


def test_a_tarball_with_too_many_files_is_refused() -> None:
    data = make_tarball({f"{n}.html": "" for n in range(30)})
    with pytest.raises(TarballError, match="more than 20"):
        unpack_files(data, lambda _: True, TarballLimits(members=20))


def test_a_gzip_bomb_costs_no_more_than_its_bound() -> None:
    bomb = gzip.compress(make_plain_tar("bomb.js", 30_000_000), mtime=0)
    assert len(bomb) < 100_000
    with pytest.raises(TarballError, match="more bytes"):
        unpack_files(bomb, lambda _: False, TarballLimits(total_bytes=1_000_000))


def make_plain_tar(name: str, size: int) -> bytes:
    held = io.BytesIO()
    with tarfile.open(fileobj=held, mode="w") as archive:
        archive.addfile(entry(name, size=size), io.BytesIO(bytes(size)))
    return held.getvalue()


@given(st.binary(max_size=300), st.integers(0, 200))
def test_any_bytes_are_unpacked_or_refused(junk: bytes, cut: int) -> None:
    plain = make_plain_tar("a.html", 40)
    for data in (junk, gzip.compress(plain[: 512 + cut] + junk, mtime=0), gzip.compress(junk + plain, mtime=0)):
        try:
            files = unpack_files(data, lambda _: True)
        except TarballError:
            continue
        assert set(files) <= {"a.html"}


def test_only_wanted_files_are_kept() -> None:
    files = unpack_files(
        make_tarball({"./b.html": "b", "a.html": "a", "c.js": "c"}), lambda name: name.endswith("html")
    )
    assert files == {"a.html": b"a", "b.html": b"b"}


def test_hexs_own_folder_answers_for_the_locked_version(tmp_path: Path) -> None:
    root, home = tmp_path / "checkout", tmp_path / "hex"
    for version, text in (("2.1.0", JOBS), ("2.0.0", JOBS.replace("refused", "welcome"))):
        folder = home / "docs" / "hexpm" / "tide_jobs" / version
        folder.mkdir(parents=True)
        (folder / "Tide.Jobs.html").write_text(text)
    (folder.parent / "2.1.0" / "evil.html").symlink_to(tmp_path / "secret.html")
    root.mkdir()
    (root / "mix.lock").write_text(
        f'%{{"tide_jobs": {{:hex, :tide_jobs, "2.1.0", "{"0" * 64}", [:mix], [], "hexpm"}}}}'
    )
    provider = open_deps(root, home)
    answer = provider.search(QUERY)
    assert [hit.source.url for hit in answer.hits] == ["https://hexdocs.pm/tide_jobs/2.1.0/Tide.Jobs.html"]
    assert b"is refused while" in answer.hits[0].captured
    assert provider.search(Query("Q-1", "deps", QUERY.text)).outcome == "empty"
    before = provider.identify()
    (home / "docs" / "hexpm" / "tide_jobs" / "2.1.0" / "New.html").write_text(JOBS)
    assert open_deps(root, home).identify() != before
