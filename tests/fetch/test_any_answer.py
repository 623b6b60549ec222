"""Whatever bytes a host sends, a fetch gives a value, and the archive keeps it."""

from __future__ import annotations

import tempfile
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fetch.hostile_web import HostileWeb, Talk, open_for, with_limits
from torusnb.fetch import Archive, read_archive
from torusnb.models.fetched import OUTCOMES

_FIRST = [
    b"HTTP/1.1 200 OK",
    b"HTTP/1.1 200",
    b"HTTP/1.0 200 \xff",
    b"HTTP/1.1 301 Gone",
    b"HTTP/1.1 999 ",
    b"ICY 200 OK",
]
_HEADERS = [
    *(b"Content-Type: text/html", b"Content-Type: text/html; charset=\xff", b"Content-Type: ;;;", b"content-type:"),
    *(b"Content-Length: 3", b"Content-Length: -1", b"Content-Length: 3, 3", b"Transfer-Encoding: chunked"),
    *(b"Content-Encoding: gzip", b"Content-Encoding: deflate", b"Location: //[", b"Location: \xff\xfe", b"Location:"),
    *(b"Location: /\xc3\xa4", b"Retry-After: x", b"ETag: \xe9", b"X\x00Y: z", b" folded", b"no colon", b"\xe9: \xe9"),
    *(b"Set-Cookie: a=b", b"Content-Length: 3", b"cf-mitigated: challenge", b"Last-Modified: never", b": empty"),
]
_BODIES = [
    b"",
    b"<p>",
    b"3\r\nabc\r\n0\r\n\r\n",
    b"ffffffffff\r\n",
    b"\x1f\x8b\x08\x00",
    b"\x78\x9c\x03\x00\x00\x00\x00\x01",
]


@given(
    st.sampled_from(_FIRST),
    st.lists(st.sampled_from(_HEADERS), max_size=4),
    st.sampled_from(_BODIES) | st.binary(max_size=60),
)
@settings(max_examples=120, deadline=None)
def test_any_answer_is_a_value_that_can_be_kept(first: bytes, headers: list[bytes], body: bytes) -> None:
    data = b"\r\n".join([first, *headers, b"", body])

    def answer(talk: Talk) -> None:
        talk.send(data)

    with HostileWeb(page=answer) as web, open_for(web, limits=with_limits(retries=0)) as client:
        fetched = client.fetch(web.url("/page"))
    assert fetched.outcome in OUTCOMES
    assert (fetched.message == "") == (fetched.outcome == "ok")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.warc.gz"
        with Archive.open(path) as archive:
            archive.append(fetched)
        assert len(list(read_archive(path))) == 2 + 2 * len(fetched.exchanges)
        with Archive.open(path) as archive:
            assert list(archive.fetched()) == [msgspec.structs.replace(fetched, exchanges=())]
