from __future__ import annotations

import json
import random

import pytest

from tests.research.invented_pages import SHAPES, Shape, invent_sentences, publish
from torusnb.research.pages import Page, extract_page
from torusnb.research.passage_index import PassageIndex
from torusnb.research.passages import split_passages

LONG = "The keeper of the pit holds each row until its reader has let go of it, and then counts again."

EXDOC_OLD = f"""<html><head><meta name="generator" content="ExDoc v0.18.0"><title>Quarry.Pit — quarry v0.9.1</title>
</head><body><section class="content"><div id="content" class="content-inner">
<h1>Quarry.Pit <small class="app-vsn">quarry v0.9.1</small></h1>
<section id="moduledoc" class="docstring"><p>{LONG}</p><h2 id="module-leases" class="section-heading">Leases</h2>
<p>A lease ends when its <code class="inline">owner</code> does.</p></section>
<section id="functions"><h2>Functions</h2>
<div class="detail" id="dig/2"><div class="detail-header"><a href="#dig/2" class="detail-link">link</a>
<span class="signature">dig(pit, depth)</span><a class="view-source" href="#">Source</a></div>
<section class="docstring"><p>Digs to a depth, in metres.</p></section></div>
<div class="detail" id="%3C~/2"><div class="detail-header"><h1 class="signature">left &lt;~ right</h1></div>
<section class="docstring"><p>Fills one pit from another.</p></section></div>
</section></div></section></body></html>"""

POSTGRES = f"""<html><head><title>9.2. Pits</title></head><body><div class="navheader">Prev Next</div>
<div id="docContent"><div class="sect1" id="PITS"><div class="titlepage"><h2 class="title">9.2. Pits
<a href="#PITS" class="id_link">#</a></h2>
</div><p>{LONG} {LONG}</p><div class="sect2" id="PITS-LOCKS"><div class="titlepage"><h3 class="title">9.2.1. Locks
<a href="#PITS-LOCKS" class="id_link">#</a></h3></div><p>A lock is kept until the transaction ends.</p>
<table><tbody><tr><td>ROW SHARE</td><td>reads</td></tr></tbody></table></div></div></div></body></html>"""

ERLANG = f"""<html><body><div id="container"><div id="leftnav">Menu</div><div id="content"><div class="innertube">
<h1>pit server</h1><h3><a name="description" href="#description">Description</a></h3><p>{LONG} {LONG}</p>
<h4 class="title-name"><a id="dig-2"></a>dig/2</h4><p>Digs and answers when the pit is deep enough.</p>
</div></div></div></body></html>"""

W3C = f"""<html><body class="h-entry"><nav id="toc"><ol><li>1. Pits</li></ol></nav><main><section id="pits">
<div class="header-wrapper"><h2 id="x1-pits"><bdi>1.</bdi> Pits</h2><a class="self-link" href="#pits">§</a></div>
<p>{LONG} {LONG}</p><aside class="note"><p>A note is part of the text.</p></aside></section></main></body></html>"""


def page_of(text: str, url: str = "https://example.org/page.html", media_type: str = "text/html") -> Page:
    return extract_page(text.encode(), media_type, url=url)


def anchors(page: Page) -> list[tuple[str, str]]:
    return [(section.heading, section.anchor) for section in page.sections if section.heading]


def kinds(page: Page) -> list[tuple[str, str]]:
    return [(block.kind, page.text[block.start : block.end]) for block in page.blocks]


@pytest.mark.parametrize(
    ("markup", "reader", "wanted"),
    [
        (EXDOC_OLD, "exdoc", [("Leases", "module-leases"), ("dig(pit, depth)", "dig/2"), ("left <~ right", "%3C~/2")]),
        (POSTGRES, "landmark", [("9.2. Pits", "PITS"), ("9.2.1. Locks", "PITS-LOCKS")]),
        (ERLANG, "landmark", [("Description", "description"), ("dig/2", "dig-2")]),
        (W3C, "landmark", [("1. Pits", "x1-pits")]),
    ],
)
def test_the_headings_of_documentation_keep_the_anchors_that_lead_to_them(
    markup: str, reader: str, wanted: list[tuple[str, str]]
) -> None:
    page = page_of(markup)
    assert page.extractor.startswith(f"{reader}/")
    assert [found for found in anchors(page) if found in wanted] == wanted


def test_an_exdoc_page_names_its_package_and_version() -> None:
    head = '<meta name="generator" content="ExDoc v0.38.1"><meta name="project" content="quarry_pit v1.2.0-rc.1">'
    page = page_of(f"<html><head>{head}</head><body><div id='content'><h1>A</h1><p>{LONG}</p></div></body></html>")
    assert (page.package, page.version, page.title) == ("quarry_pit", "1.2.0-rc.1", "A")


def test_listings_and_table_rows_stay_apart_from_prose() -> None:
    page = page_of(
        f"<main><h2 id='a'>A</h2><p>{LONG} {LONG}</p><pre><code><span>def dig</span>(pit)\n  <b>:ok</b>\n"
        "end\n</code></pre><table><tr><th>name</th><th>means</th></tr><tr><td><div>depth</div></td>"
        "<td>in <i>metres</i></td></tr><tr><td><p>Each cell with a paragraph is one.</p></td></tr></table>"
        "<ul><li>one</li><li>two</li></ul></main>"
    )
    assert kinds(page)[2:] == [
        ("code", "def dig(pit)\n  :ok\nend"),
        ("row", "name | means"),
        ("row", "depth | in metres"),
        ("prose", "Each cell with a paragraph is one."),
        ("prose", "one"),
        ("prose", "two"),
    ]


def test_an_exponent_never_becomes_part_of_a_number() -> None:
    page = page_of(
        f"<main><h2 id=a>A</h2><p>At most 10<sup>2</sup> rows of H<sub>2</sub>O.</p><p>{LONG}{LONG}</p></main>"
    )
    assert "At most 10^2 rows of H2O." in page.text


def test_the_summary_of_a_module_is_there_but_never_a_passage() -> None:
    page = publish(SHAPES[0], invent_sentences(random.Random(3)), random.Random(3))
    assert any(kind == "aside" for kind, _ in kinds(page))
    assert "Summary" not in {passage.heading for passage in split_passages(page, source="src:a")}


def test_of_a_general_page_only_the_article_is_prose() -> None:
    page = page_of(
        "<html><head><title>On pits</title></head><body><nav><a href='/'>Home</a></nav><div class='cookie-banner'>"
        f"We use cookies.</div><div class='post'><h1>On pits</h1><p>{LONG}</p><p>{LONG.upper()}</p></div>"
        "<div class='links'><a href='/a'>Older</a> <a href='/b'>Newer</a></div><footer>Copyright</footer></body></html>"
    )
    assert page.extractor.startswith("trafilatura/")
    assert " trafilatura/" in page.extractor
    assert [text for kind, text in kinds(page) if kind == "prose"] == [LONG, LONG.upper()]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_offsets_hold_for_every_shape(shape: Shape) -> None:
    page = publish(shape, invent_sentences(random.Random(5)), random.Random(5))
    for passage in split_passages(page, source="src:a"):
        assert page.text[passage.start : passage.end] == passage.text
    spans = [(section.start, section.end) for section in page.sections]
    assert spans == sorted(spans)
    assert page == publish(shape, invent_sentences(random.Random(5)), random.Random(5))


def test_search_data_lead_to_the_page_and_heading_of_each_part() -> None:
    items = [
        {"type": "module", "title": "Quarry.Pit", "ref": "Quarry.Pit.html", "doc": LONG},
        {"type": "function", "title": "Quarry.Pit.dig/2", "ref": "Quarry.Pit.html#dig/2", "doc": "Digs to a depth."},
        {"type": "function", "title": "Elsewhere", "ref": "https://example.net/x.html", "doc": LONG},
        {"type": "task", "title": "No text", "ref": "x.html", "doc": ""},
        "no item",
    ]
    url = "https://hexdocs.pm/quarry/1.2.0/dist/search_data-0A1B.js"
    new = page_of(f"searchData={json.dumps({'items': items})}", url, "application/javascript")
    old = page_of(f"searchNodes={json.dumps(items)};", url.replace("data", "items"), "text/javascript")
    for page in (new, old):
        assert [(s.heading, s.anchor, s.address) for s in page.sections] == [
            ("Quarry.Pit", "", "https://hexdocs.pm/quarry/1.2.0/Quarry.Pit.html"),
            ("Quarry.Pit.dig/2", "dig/2", "https://hexdocs.pm/quarry/1.2.0/Quarry.Pit.html"),
        ]
    index = PassageIndex()
    index.add(new, source="src:pit", address="https://hexdocs.pm/quarry/1.2.0/Quarry.Pit.html")
    assert index.search("keeper pit rows reader")[0].passage.heading == "Quarry.Pit"


@pytest.mark.parametrize(
    "text", ["searchData={", "searchData=[[[[", "var a = 1", 'searchData={"items": 3}', "[" * 99_999]
)
def test_broken_search_data_are_a_thin_page(text: str) -> None:
    page = page_of(text, "https://hexdocs.pm/quarry/1.2.0/dist/search_data-0A1B.js", "text/javascript")
    assert page.thin
    assert page.notes


def test_the_markdown_that_exdoc_writes_leads_to_the_headings_of_the_html_page() -> None:
    text = (
        "# `Quarry.Pit`\n\nHolds rows.\n\n## Leases\n\nEnd with their owner.\n\n# `dig`\n\n```elixir\n"
        "@spec dig(pit(), {integer(), integer()}, keyword()) :: :ok\n```\n\nDigs.\n\n## Options\n\nNone.\n\n"
        "# `depth`\n\n```elixir\n@type depth() :: integer()\n```\n\nIn metres.\n\n# `bare`\n\n"
        "Without a specification.\n"
    )
    page = page_of(text, "https://hexdocs.pm/quarry/1.2.0/Quarry.Pit.md", "text/markdown")
    assert anchors(page) == [
        ("`Quarry.Pit`", ""),
        ("Leases", "module-leases"),
        ("`dig`", "dig/3"),
        ("Options", "dig/3-options"),
        ("`depth`", "t:depth/0"),
        ("`bare`", ""),
    ]
    assert {section.address for section in page.sections} == {"https://hexdocs.pm/quarry/1.2.0/Quarry.Pit.html"}
    assert page.text == text


@pytest.mark.parametrize(
    ("body", "charset", "shown"),
    [
        ("\ufeff# Café".encode(), "", "# Café"),
        ("# Café".encode("utf-16"), "", "# Café"),
        ("# Café".encode("latin-1"), "iso-8859-1", "# Café"),
        ("# 5 \u20ac".encode("cp1252"), "iso-8859-1", "# 5 \u20ac"),
        ("# Café".encode("cp1252"), "", "# Café"),
        ("# Café".encode(), "klingon", "# Café"),
        (b"# Caf\xe9", "utf-8", "# Caf\ufffd"),
    ],
)
def test_a_body_is_read_in_its_charset(body: bytes, charset: str, shown: str) -> None:
    assert extract_page(body, "text/markdown", url="https://example.org/a.md", charset=charset).text == shown


def test_what_is_no_page_is_said_to_be_none() -> None:
    page = extract_page(b"%PDF-1.7", "application/pdf", url="https://example.org/a.pdf")
    assert page.thin
    assert page.text == ""
    assert page.notes == ("application/pdf is no page that could be read.",)
