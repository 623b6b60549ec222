"""Rechecking a trail: pages from a loopback server through the real client, dependency documents from a checkout."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.fetch.hostile_web import Handler, HostileWeb, Talk, answering, open_for, redirecting, reply
from tests.research.research_cases import CONTEXT, PACK, PLAYBOOK, TODAY
from torusnb.errors import TrailError
from torusnb.fetch import Client, read_archive
from torusnb.models.base import fingerprint
from torusnb.models.design import SectionDraft, Template, TemplateSection
from torusnb.models.fetched import FetchRequest
from torusnb.models.recheck import Recheck
from torusnb.models.record import Drafted, Exported
from torusnb.models.sources import Citation, Research, Source
from torusnb.research.binding import check_citation
from torusnb.research.pages import extract_page
from torusnb.research.providers.replay import record_fetch
from torusnb.session.exporting import Outputs
from torusnb.session.rechecking import recheck_trail
from torusnb.trail.store import Trail

QUOTE = "A lock is held until the end of the transaction, whoever asked for it."
BODY = (
    "<!doctype html><html><head><title>Locks</title></head><body><main><h1 id='locks'>Locks</h1>"
    "<p>This page of an invented manual speaks of locks and of nothing else, in a few plain words.</p>"
    f"<h2 id='held'>How long</h2><p>{QUOTE} Nobody can give it back before that.</p></main></body></html>"
).encode()
TEMPLATE = Template("fdd", "", (TemplateSection("7", "Consistency"), TemplateSection("17", "References")))
GUIDE = "# Retrying\n\nA retry waits twice as long as the one before it, up to an hour, and then no longer.\n"
WAITS = "A retry waits twice as long as the one before it, up to an hour, and then no longer."


def captured(key: str, url: str, body: bytes, quote: str, **facts: str) -> tuple[Source, Citation]:
    """A source whose bytes hold a quote, and its citation."""
    kind = "text/markdown" if facts.get("provider") == "deps" else "text/html"
    source = replace(
        Source(key, key, url, "catalogue"), accessed=TODAY, sha256=hashlib.sha256(body).hexdigest(), **facts
    )
    page = extract_page(body, kind, url=url, charset="utf-8")
    known = Citation(key, "Q-1", quote, "unchecked", "Chosen.", heading="", extractor=page.extractor)
    citation = check_citation(known, source, page, {key: page}, facts.get("version"))
    assert citation.verdict == "verified"
    return source, citation


def record(trail: Trail, found: list[tuple[Source, Citation]], cited: str) -> None:
    """A trail with an export whose text is given; the captured bytes of the page are those of `BODY`."""
    trail.put_snapshot(BODY)
    research = Research(sources=tuple(s for s, _ in found), citations=tuple(c for _, c in found), asked=TODAY)
    values = {"pack": PACK, "context": CONTEXT, "research": research, "template": TEMPLATE, "playbook": PLAYBOOK}
    keys = {step: fingerprint(value) for step, value in values.items()}
    for step, value in values.items():
        trail.append(step, step, key=keys[step], value=value)
    drafted = Drafted(
        "offline",
        "0",
        pack=keys["pack"],
        context=keys["context"],
        research=keys["research"],
        template=keys["template"],
        playbook=keys["playbook"],
        sections=(SectionDraft("7", "Locks are held."),),
    )
    trail.append("draft", "draft", key="d", value=drafted)
    trail.append("export", "export", key="e", value=Exported("d", None, cited, cited, "report"))


@pytest.fixture
def outputs(tmp_path: Path) -> Outputs:
    return Outputs(tmp_path / "pack")


@pytest.fixture
def trail(outputs: Outputs) -> Iterator[Trail]:
    with Trail.open(outputs.trail) as opened:
        yield opened


def look(web: HostileWeb, trail: Trail, outputs: Outputs, cited: str = "Held [locks].") -> Recheck:
    """The recheck of a design that cites one page of the server."""
    record(trail, [captured("src:locks", web.url("/locks"), BODY, QUOTE)], cited)
    with open_for(web) as client:
        return recheck_trail(trail, outputs, client, None)


def changed(old: str, new: str) -> bytes:
    return BODY.replace(old.encode(), new.encode())


@pytest.mark.parametrize(
    ("handler", "state"),
    [
        (answering(body=BODY), "unchanged"),
        (answering(body=changed("invented manual", "made-up manual")), "unchanged"),
        (answering(body=changed("whoever asked for it", "whoever has asked")), "reworded"),
        (answering(body=changed(QUOTE, "Ask the vendor.")), "gone"),
        (answering(404, b"no such page"), "page-gone"),
        (answering(410, b"no such page"), "page-gone"),
        (answering(503, b"down", Retry_After="9999"), "not-read"),
        (redirecting("http://127.0.0.1:9/inside"), "not-read"),
        (redirecting("http://169.254.169.254/latest"), "not-read"),
        (answering(body=b"<html><body><div id=app></div><script src=a.js></script></body></html>"), "not-read"),
    ],
)
def test_what_a_page_says_now_is_told_of_its_quote(
    trail: Trail, outputs: Outputs, handler: Handler, state: str
) -> None:
    with HostileWeb(locks=handler) as web:
        (found,) = look(web, trail, outputs).quotes
    assert found.state == state
    assert (found.note != "") == (state in {"not-read", "page-gone"})


def test_a_page_without_what_was_quoted_says_where_the_words_are_now(trail: Trail, outputs: Outputs) -> None:
    moved = changed(f"{QUOTE} ", "").replace(b"</main>", f"<h2>Elsewhere</h2><p>{QUOTE}</p></main>".encode())
    with HostileWeb(locks=answering(body=moved)) as web:
        (found,) = look(web, trail, outputs).quotes
    assert (found.state, found.heading_now) == ("moved", "Elsewhere")


def test_the_result_is_on_record_and_the_new_bytes_are_kept(trail: Trail, outputs: Outputs) -> None:
    body = changed("whoever asked for it", "whoever has asked")
    with HostileWeb(locks=answering(body=body)) as web:
        result = look(web, trail, outputs)
        url = web.url("/locks")
    assert trail.value(Recheck, "recheck") == result
    assert trail.snapshot(result.quotes[0].snapshot) == body
    assert trail.verify() == 8
    assert url in {kept.url for kept in read_archive(outputs.archive)}


def test_a_server_is_asked_only_whether_the_captured_page_changed(trail: Trail, outputs: Outputs) -> None:
    def conditional(talk: Talk) -> None:
        known = talk.headers.get("if-none-match") == '"one"'
        talk.send(reply(304, b"", ETag='"one"') if known else reply(200, BODY, ETag='"one"'))

    with HostileWeb(locks=conditional) as web, open_for(web) as client:
        fetched = client.fetch(FetchRequest(web.url("/locks"), accept=("page",)))
        trail.append("fetch", "fetched", key=fetched.requested, value=record_fetch(fetched)[0])
        (found,) = look(web, trail, outputs).quotes
        assert web.seen[-1][1]["if-none-match"] == '"one"'
    assert (found.state, found.score) == ("unchanged", 100.0)


def test_a_page_seen_unchanged_before_is_asked_conditionally_the_next_time(trail: Trail, outputs: Outputs) -> None:
    with HostileWeb(locks=answering(body=BODY, Last_Modified="Sat, 03 Jan 2026 03:00:00 GMT")) as web:
        look(web, trail, outputs)
        with open_for(web) as client:
            recheck_trail(trail, outputs, client, None)
        asked = [headers for path, headers in web.seen if path == "/locks"]
    assert "if-modified-since" not in asked[0]
    assert asked[1]["if-modified-since"] == "Sat, 03 Jan 2026 03:00:00 GMT"


def test_validators_of_other_bytes_than_the_quoted_ones_are_not_used(trail: Trail, outputs: Outputs) -> None:
    handler = answering(body=changed(QUOTE, "Ask the vendor."), ETag='"two"')
    with HostileWeb(locks=handler) as web:
        look(web, trail, outputs)
        with open_for(web) as client:
            (found,) = recheck_trail(trail, outputs, client, None).quotes
        assert all("if-none-match" not in headers for _, headers in web.seen)
    assert found.state == "gone"


def test_offline_nobody_is_asked(trail: Trail, outputs: Outputs) -> None:
    with HostileWeb(locks=answering(body=BODY)) as web:
        record(trail, [captured("src:locks", web.url("/locks"), BODY, QUOTE)], "Held [locks].")
        with Client(offline=True) as client:
            (found,) = recheck_trail(trail, outputs, client, None).quotes
        assert web.seen == []
    assert found.state == "not-read"
    assert "offline" in found.note
    assert not outputs.archive.exists()


def test_what_the_design_does_not_cite_is_looked_at_only_when_asked_for(trail: Trail, outputs: Outputs) -> None:
    with HostileWeb(locks=answering(body=BODY)) as web:
        cited_alone = look(web, trail, outputs, cited="Nothing is cited.")
        assert (cited_alone.quotes, cited_alone.left_out) == ((), ("src:locks",))
        with open_for(web) as client:
            every = recheck_trail(trail, outputs, client, None, all_captured=True)
        assert (len(every.quotes), every.left_out) == (1, ())


def test_what_was_cited_but_never_captured_is_named(trail: Trail, outputs: Outputs) -> None:
    with HostileWeb(locks=answering(body=BODY)) as web, open_for(web) as client:
        pointer = Source("src:ring", "A ring", web.url("/ring"), "catalogue")
        cited = (pointer, Citation("src:ring", "Q-1", "", "not-fetched", "Chosen."))
        record(trail, [captured("src:locks", web.url("/locks"), BODY, QUOTE), cited], "Held [locks] in a [ring].")
        found = recheck_trail(trail, outputs, client, None)
    assert ([quote.source for quote in found.quotes], found.not_captured) == (["src:locks"], ("src:ring",))


def test_a_trail_without_an_export_is_an_error(trail: Trail, outputs: Outputs) -> None:
    with Client(offline=True) as client, pytest.raises(TrailError, match="no export"):
        recheck_trail(trail, outputs, client, None)


def make_checkout(root: Path, version: str, guide: str | None) -> Path:
    """A checkout that pins one invented package, with or without its guide under deps/."""
    digest = "0" * 64
    lock = f'%{{\n  "tide_jobs": {{:hex, :tide_jobs, "{version}", "{digest}", [:mix], [], "hexpm", "{digest}"}},\n}}\n'
    (root / "deps" / "tide_jobs" / "guides").mkdir(parents=True)
    (root / "mix.lock").write_text(lock, encoding="utf-8")
    (root / "deps" / "tide_jobs" / "mix.exs").write_text(f'@version "{version}"\n', encoding="utf-8")
    (root / "deps" / "tide_jobs" / "README.md").write_text("# Tide\n\nAn invented package.\n", encoding="utf-8")
    if guide is not None:
        (root / "deps" / "tide_jobs" / "guides" / "retrying.md").write_text(guide, encoding="utf-8")
    return root


@pytest.mark.parametrize(
    ("version", "guide", "state"),
    [
        ("2.1.0", GUIDE, "unchanged"),
        ("2.2.0", GUIDE, "unchanged"),
        ("2.2.0", GUIDE.replace("twice as long", "three times as long"), "reworded"),
        ("2.2.0", "# Retrying\n\nThis guide says something else altogether by now, and at some length.\n", "gone"),
        ("2.2.0", None, "page-gone"),
    ],
)
def test_documentation_from_disk_is_read_again_at_the_version_of_today(
    trail: Trail, outputs: Outputs, tmp_path: Path, version: str, guide: str | None, state: str
) -> None:
    facts = {"provider": "deps", "package": "tide_jobs", "version": "2.1.0"}
    url = "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html"
    record(trail, [captured("src:retrying", url, GUIDE.encode(), WAITS, **facts)], "Waits [retrying].")
    root = make_checkout(tmp_path / "checkout", version, guide)
    with Client(offline=True) as client:
        (found,) = recheck_trail(trail, outputs, client, root).quotes
    assert found.state == state
    assert (f"tide_jobs {version}" in found.note) == (version != "2.1.0")


def test_documentation_rendered_by_hex_is_read_where_deps_lacks_it(
    trail: Trail, outputs: Outputs, tmp_path: Path
) -> None:
    facts = {"provider": "deps", "package": "tide_jobs", "version": "2.1.0"}
    url = "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html"
    record(trail, [captured("src:retrying", url, GUIDE.encode(), WAITS, **facts)], "Waits [retrying].")
    root = make_checkout(tmp_path / "checkout", "2.2.0", None)
    folder = tmp_path / "hex" / "docs" / "hexpm" / "tide_jobs" / "2.2.0"
    folder.mkdir(parents=True)
    (folder / "retrying.md").write_text(GUIDE + "\nOne more line.\n", encoding="utf-8")
    with Client(offline=True) as client:
        (found,) = recheck_trail(trail, outputs, client, root, hex_home=tmp_path / "hex").quotes
    assert (found.state, found.url) == ("unchanged", "https://hexdocs.pm/tide_jobs/2.2.0/retrying.md")


@pytest.mark.parametrize("given", [False, True])
def test_documentation_that_is_not_on_disk_could_not_be_read(
    trail: Trail, outputs: Outputs, tmp_path: Path, given: bool
) -> None:
    facts = {"provider": "deps", "package": "tide_jobs", "version": "2.1.0"}
    url = "https://hexdocs.pm/tide_jobs/2.1.0/retrying.html"
    record(trail, [captured("src:retrying", url, GUIDE.encode(), WAITS, **facts)], "Waits [retrying].")
    root = make_checkout(tmp_path / "checkout", "2.1.0", GUIDE)
    (root / "deps").rename(root / "elsewhere")
    with Client(offline=True) as client:
        (found,) = recheck_trail(trail, outputs, client, root if given else None).quotes
    assert found.state == "not-read"
    assert ("mix deps.get" if given else "--torus") in found.note
