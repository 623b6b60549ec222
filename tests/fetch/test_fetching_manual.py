"""docs/fetching.md says what the code does, and answers are of the kinds it names."""

from __future__ import annotations

import re
import tarfile
from io import BytesIO
from pathlib import Path

import pytest

from tests.fetch.hostile_web import HostileWeb, answering, open_for
from torusnb import __version__
from torusnb.fetch import Limits
from torusnb.fetch.client import PAGE_INTERVAL, open_client, render_agent
from torusnb.fetch.members import LARGEST_RECORD
from torusnb.models.fetched import OUTCOMES, FetchRequest

MANUAL = (Path(__file__).resolve().parents[2] / "docs" / "fetching.md").read_text()


def _table(heading: str) -> list[list[str]]:
    part = MANUAL.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line.strip("| ").split(" | ") for line in part.splitlines() if line.startswith("| `")]
    return [[cell.strip("` |") for cell in row] for row in rows]


def test_the_outcomes_are_those_of_the_code() -> None:
    assert {name: meaning for name, meaning in _table("Outcomes")} == OUTCOMES  # noqa: C416
    assert [name for name, _ in _table("Outcomes")] == list(OUTCOMES)


def test_the_limits_are_those_of_the_code() -> None:
    said = {row[0]: float(row[1].split()[0].replace(",", "")) for row in _table("Limits")}
    assert said == {name: getattr(Limits(), name) for name in Limits.__struct_fields__}


def test_what_is_said_in_words_is_so() -> None:
    assert (PAGE_INTERVAL, LARGEST_RECORD) == (1.0, 64 * 2**20)
    assert "at most once a second" in MANUAL
    assert "more than 64 MiB" in MANUAL


def test_the_client_says_who_it_is() -> None:
    assert render_agent("") == f"torusnb/{__version__}"
    assert render_agent("https://a.test/us") == f"torusnb/{__version__} (+https://a.test/us)"
    with pytest.raises(ValueError, match="printable ASCII"):
        open_client(offline=True, contact="a\r\nX: y")


@pytest.mark.parametrize(
    ("declared", "path", "accept", "media_type"),
    [
        ("text/html", "/page", "page", "text/html"),
        ("TEXT/HTML; charset=utf-8", "/page", "page", "text/html"),
        ("application/xhtml+xml", "/page", "page", "application/xhtml+xml"),
        ("text/markdown", "/readme.md", "page", "text/markdown"),
        ("text/plain", "/llms.txt", "page", "text/plain"),
        ("binary/octet-stream", "/readme.md", "page", "text/markdown"),
        ("", "/page.html", "page", "text/html"),
        ("application/json", "/search", "data", "application/json"),
        ("text/javascript", "/search_data-A1.js", "data", "text/javascript"),
    ],
)
def test_kinds_that_were_asked_for_come(declared: str, path: str, accept: str, media_type: str) -> None:
    with HostileWeb() as web:
        web.pages[path] = answering(body=b"Words to read, not many.", Content_Type=declared)
        fetched = open_for(web).fetch(FetchRequest(web.url(path + "?v=1"), accept=(accept,)))
    assert (fetched.outcome, fetched.media_type, fetched.text) == ("ok", media_type, "Words to read, not many.")
    assert re.fullmatch("[0-9a-f]{64}", fetched.sha256)


def test_a_tarball_comes_only_when_it_is_asked_for() -> None:
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz") as tar:
        tar.addfile(tarfile.TarInfo("index.html"))
    with HostileWeb(docs=answering(body=packed.getvalue(), Content_Type="application/gzip")) as web:
        web.pages["/fake.tar.gz"] = answering(body=b"<p>no", Content_Type="application/octet-stream")
        client = open_for(web)
        plain = client.fetch(web.url("/docs"))
        asked = client.fetch(FetchRequest(web.url("/docs"), accept=("archive",)))
        fake = client.fetch(FetchRequest(web.url("/fake.tar.gz"), accept=("archive",)))
    assert (plain.outcome, asked.outcome, fake.outcome) == ("wrong-type", "ok", "broken")
    assert (asked.body, asked.charset, asked.text) == (packed.getvalue(), "", "")


def test_a_pdf_is_refused_with_what_to_do() -> None:
    with HostileWeb(spec=answering(body=b"%PDF-1.7", Content_Type="application/pdf")) as web:
        fetched = open_for(web).fetch(web.url("/spec"))
    assert fetched.outcome == "wrong-type"
    assert "it is a PDF, which torusnb does not read. Cite its HTML form" in fetched.message
