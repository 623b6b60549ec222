"""The archive: WARC that other tools open, the same bytes for the same fetches, and no torn file read as whole."""

from __future__ import annotations

import gzip
import hashlib
import resource
import zlib
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from warcio.archiveiterator import ArchiveIterator

from tests.fetch.hostile_web import PAGE, HostileWeb, answering, open_for, redirecting
from torusnb.errors import TrailError
from torusnb.fetch import Archive, read_archive
from torusnb.fetch.archive import hash_path
from torusnb.models.fetched import Exchange, Fetched

DATE = "2026-01-02T03:04:05Z"


def _fetched(url: str, body: bytes, *, date: str = DATE, **changes: object) -> Fetched:
    """A good fetch of a page, without a server."""
    digest = hashlib.sha256(body).hexdigest()
    exchange = Exchange(
        url=url,
        address="1.1.1.1",
        request_headers=(("Host", "docs.test"), ("Accept", "text/html")),
        status=200,
        reason="OK",
        headers=(("Content-Type", "text/html"), ("Content-Encoding", "gzip"), ("X-Note", "caf\xe9")),
        body=body,
        sha256=digest,
        fetched_at=date,
        wire_bytes=100,
    )
    exchange = msgspec.structs.replace(exchange, **changes)
    kept = Fetched(url, url, "ok", status=200, charset="utf-8", fetched_at=date, sha256=digest, body=body)
    return msgspec.structs.replace(kept, exchanges=(exchange,))


def _write(path: Path, *pages: Fetched) -> list[str]:
    with Archive.open(path) as archive:
        return [archive.append(page) for page in pages]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """An archive of two pages."""
    path = tmp_path / "pages.warc.gz"
    _write(path, _fetched("https://docs.test/a", b"<p>one"), _fetched("https://docs.test/b", b"<p>two"))
    return path


def test_a_fetch_is_stored_with_its_redirects_and_read_by_another_tool(tmp_path: Path) -> None:
    path = tmp_path / "pages.warc.gz"
    body = gzip.compress(PAGE)
    with HostileWeb(old=redirecting("/page"), page=answering(body=body, Content_Encoding="gzip")) as web:
        fetched = open_for(web).fetch(web.url("/old"))
    _write(path, fetched)
    with path.open("rb") as file:
        seen = []
        for record in ArchiveIterator(file, check_digests="raise"):
            status = record.http_headers.get_statuscode() if record.rec_type == "response" else ""
            seen.append((record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), status))
            if status == "200":
                assert record.content_stream().read() == PAGE
                assert record.rec_headers.get_header("WARC-Payload-Digest") == f"sha256:{fetched.sha256}"
                assert record.rec_headers.get_header("WARC-IP-Address") == "127.0.0.1"
                assert record.http_headers.get_header("X-Orig-Content-Encoding") == "gzip"
                assert record.http_headers.get_header("Content-Length") == str(len(PAGE))
    robots, old, page = (web.url(place) for place in ("/robots.txt", "/old", "/page"))
    assert seen == [
        ("warcinfo", None, ""),
        ("response", robots, "404"),
        ("request", robots, ""),
        ("response", old, "302"),
        ("request", old, ""),
        ("response", page, "200"),
        ("request", page, ""),
        ("metadata", page, ""),
    ]


def test_the_same_fetches_give_the_same_bytes(tmp_path: Path) -> None:
    pages = [_fetched("https://docs.test/a", b"<p>one"), _fetched("https://docs.test/b", b"<p>two")]
    _write(tmp_path / "1" / "x.warc.gz", *pages)
    for page in pages:
        _write(tmp_path / "2" / "x.warc.gz", page)
    assert (tmp_path / "1" / "x.warc.gz").read_bytes() == (tmp_path / "2" / "x.warc.gz").read_bytes()


def test_every_record_is_a_gzip_member_of_its_own(path: Path) -> None:
    data = path.read_bytes()
    records = list(read_archive(path))
    for record in records:
        member = zlib.decompress(data[record.offset : record.offset + record.length], zlib.MAX_WBITS + 16)
        assert member.startswith(b"WARC/1.1\r\n")
        assert (b"X-Note: caf\xe9\r\n" in member) == (record.kind == "response")
    assert records[-1].offset + records[-1].length == len(data)
    assert len({record.id for record in records}) == len(records)


def test_a_body_that_is_there_is_referred_to(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    body = b"<p>same" * 1000
    later = "2026-02-03T00:00:00Z"
    first, _ = _write(
        path, _fetched("https://docs.test/a", body), _fetched("https://docs.test/b", body, date="2026-01-03T00:00:00Z")
    )
    _write(path, _fetched("https://docs.test/a", body, date=later))
    revisits = [record for record in read_archive(path) if record.kind == "revisit"]
    assert [(record.refers_to, record.payload, record.status) for record in revisits] == [(first, b"", 200)] * 2
    with Archive.open(path) as archive:
        assert [fetched.body for fetched in archive.fetched()] == [body] * 3


def test_empty_and_partial_bodies_are_not_shared(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    pages = [_fetched(f"https://docs.test/{number}", b"") for number in range(2)]
    cut = [_fetched(f"https://docs.test/c{number}", b"half", truncated="length") for number in range(2)]
    _write(path, *pages, *cut)
    records = [record for record in read_archive(path) if record.kind in {"response", "revisit"}]
    assert [(record.kind, record.truncated) for record in records] == [("response", "")] * 2 + [
        ("response", "length")
    ] * 2


def test_what_is_there_is_not_written_again(path: Path) -> None:
    before = path.read_bytes()
    _write(path, _fetched("https://docs.test/b", b"<p>two"), _fetched("https://docs.test/a", b"<p>one"))
    assert path.read_bytes() == before


def test_a_fetch_that_asked_nobody_leaves_no_trace(path: Path) -> None:
    before = path.read_bytes()
    assert _write(path, Fetched("https://docs.test/", "https://docs.test/", "offline")) == [""]
    assert path.read_bytes() == before


def test_fetches_come_back_as_they_were_but_for_their_exchanges(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    with HostileWeb(page=answering(), gone=answering(410, b"")) as web:
        client = open_for(web)
        pages = [client.fetch(web.url(place)) for place in ("/page", "/gone")]
    _write(path, *pages)
    with Archive.open(path) as archive:
        kept = list(archive.fetched())
        with pytest.raises(TrailError, match="holds no body"):
            archive.load_body("0" * 64)
    assert kept == [msgspec.structs.replace(page, exchanges=()) for page in pages]
    assert (kept[0].text, kept[1].outcome) == (pages[0].text, "gone")


def test_the_hash_beside_is_that_of_the_file(path: Path) -> None:
    digest, name = hash_path(path).read_text().splitlines()[1].split("  ")
    assert (digest, name) == (hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
    with Archive.open(path) as archive:
        assert archive.sha256 == digest


def test_wherever_a_write_is_cut_the_next_opening_keeps_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    one, two = _fetched("https://docs.test/a", b"<p>one"), _fetched("https://docs.test/b", b"<p>two")
    _write(path, one)
    before, beside = path.read_bytes(), hash_path(path).read_bytes()
    _write(path, two)
    whole = path.read_bytes()
    for cut in range(len(before), len(whole), 29):
        path.write_bytes(whole[:cut])
        hash_path(path).write_bytes(beside)
        if cut > len(before):
            with pytest.raises(TrailError, match="killed run"):
                list(read_archive(path))
        with Archive.open(path) as archive:
            assert len(list(archive.fetched())) == 1
        list(read_archive(path))
        _write(path, two)
        assert path.read_bytes() == whole


def test_a_process_that_was_killed_before_the_first_record_leaves_an_archive_that_opens(tmp_path: Path) -> None:
    path = tmp_path / "x.warc.gz"
    Archive.open(path).close()
    path.unlink()
    _write(path, _fetched("https://docs.test/a", b"<p>one"))
    assert len(list(read_archive(path))) == 4


@pytest.mark.parametrize("opener", [lambda path: Archive.open(path).close(), lambda path: list(read_archive(path))])
def test_a_file_that_was_cut_or_changed_is_an_error(path: Path, opener: Callable[[Path], object]) -> None:
    data = path.read_bytes()
    last = list(read_archive(path))[-1]
    for changed, said in [
        (data[:-1], "1 bytes shorter"),
        (data[: last.offset], "shorter than it was"),
        (b"", "shorter than it was"),
        (data[:-9] + bytes([data[-9] ^ 1]) + data[-8:], "not those that were written"),
        (data[last.offset :] + data[: last.offset], "not those that were written"),
    ]:
        path.write_bytes(changed)
        with pytest.raises(TrailError, match=said):
            opener(path)
    path.write_bytes(data)
    opener(path)
    hash_path(path).write_text("nonsense")
    with pytest.raises(TrailError, match="missing or damaged"):
        opener(path)
    hash_path(path).unlink()
    with pytest.raises(TrailError, match="missing or damaged"):
        opener(path)


def _seal(path: Path, data: bytes) -> None:
    """Write a file and a hash file that agree, as somebody could who wants to deceive."""
    path.write_bytes(data)
    hash_path(path).write_text(f"# bytes: {len(data)}\n{hashlib.sha256(data).hexdigest()}  {path.name}\n")


def test_a_record_that_was_changed_together_with_the_hash_file_is_seen(path: Path) -> None:
    record = next(record for record in read_archive(path) if record.payload == b"<p>two")
    data = path.read_bytes()
    end = record.offset + record.length
    plain = zlib.decompress(data[record.offset : end], zlib.MAX_WBITS + 16)
    _seal(path, data[: record.offset] + gzip.compress(plain.replace(b"<p>two", b"<p>TWO")) + data[end:])
    with pytest.raises(TrailError, match="cannot be read"):
        list(read_archive(path))


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (gzip.compress(b"\x00" * 5_000_000, mtime=0), "unpacks to more than 1,000,000 bytes"),
        (gzip.compress(b"no record", mtime=0), "cannot be read"),
        (gzip.compress(b"", mtime=0), "cannot be read"),
        (b"plain text", "damaged"),
        (gzip.compress(b"x" * 1000, mtime=0)[:-5], "torn"),
    ],
    ids=["bomb", "no record", "empty", "not packed", "torn"],
)
def test_a_hostile_file_is_refused_in_bounds(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "x.warc.gz"
    _seal(path, data)
    with pytest.raises(TrailError, match=said):
        list(read_archive(path, largest_record=1_000_000))
    with pytest.raises(TrailError, match=said):
        Archive.open(path, largest_record=1_000_000)


def test_a_second_writer_is_noticed(path: Path) -> None:
    with Archive.open(path) as archive:
        _write(path, _fetched("https://docs.test/c", b"<p>three"))
        with pytest.raises(TrailError, match="another process"):
            archive.append(_fetched("https://docs.test/d", b"<p>four"))
    assert len(list(read_archive(path))) == 10


def test_a_full_disk_loses_nothing_that_was_kept(path: Path) -> None:
    before = path.read_bytes()
    page = _fetched("https://docs.test/c", b"<p>three")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with Archive.open(path) as archive:
        resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + 100, hard))
        try:
            with pytest.raises(TrailError, match="cannot be written"):
                archive.append(page)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert path.read_bytes() == before
        archive.append(page)
    assert len(list(read_archive(path))) == 10


def test_a_folder_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(TrailError, match="cannot be opened"):
        Archive.open(tmp_path / "file" / "x.warc.gz")
