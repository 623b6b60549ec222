"""HTML pages: which part of them is the document, and which reader fits."""

from __future__ import annotations

import re
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING

from torusnb.research.pages.blocks import Built, build_blocks
from torusnb.research.pages.hidden import concealed_by
from torusnb.research.pages.page import Page
from torusnb.research.pages.tokens import RAW, Token, read_tokens, render_tokens

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser, LexborNode

READER = "1"
"""Raised whenever the text that these readers make of the same bytes changes."""

_PROJECT = re.compile(r"^(?P<name>\S.{0,80}?) v(?P<version>\d+\.\d+\.\d+[\w.+-]*)$")
_LANDMARKS = ("#docContent", "[role=main]", "main", "article", "#content", "body.h-entry", "body > .toc ~ section")
_LEAST_LANDMARK = 200
_MOST_GENERAL = 1_500_000
_DEEPEST_GENERAL = 200


def extract_html(text: str, url: str) -> Page:
    """The page of a decoded HTML document.

    ExDoc's `#content` first, then the landmarks of documentation sites where they hold a heading with an anchor, then
    trafilatura, and last the whole body.
    """
    from selectolax.lexbor import LexborHTMLParser

    tree = LexborHTMLParser(text)
    concealed = concealed_by(" ".join(node.text() for node in tree.css("style")[:50]))
    tree.strip_tags(list(RAW))
    title = _text(tree.css_first("title"))
    package, held = _project(tree)
    content = tree.css_first("#content")
    if content is not None and (_is_exdoc(tree) or tree.css_first("#content .detail, #moduledoc") is not None):
        built = _build(content, concealed)
        return _page("exdoc", url, _exdoc_title(content, title), built, package, held)
    for selector in _LANDMARKS:
        node = tree.css_first(selector)
        if node is None:
            continue
        built = _build(node, concealed)
        anchored = any(section.anchor for section in built.sections)
        if anchored and len(built.text) >= _LEAST_LANDMARK:
            return _page("landmark", url, title, built, package, held)
    return _general(tree, concealed, url, title)


def _general(tree: LexborHTMLParser, concealed: frozenset[str], url: str, title: str) -> Page:
    body = tree.body
    if body is None or body.html is None:
        return _page("body", url, title, Built("", (), ()))
    tokens = list(read_tokens(body.html, concealed, links=True))
    whole = build_blocks(iter(tokens))
    if len(body.html) <= _MOST_GENERAL and _depth(tokens) <= _DEEPEST_GENERAL:
        from torusnb.research.pages.general import extract_general

        built = extract_general(render_tokens(iter(tokens)), whole)
        if built is not None:
            return _page("trafilatura", url, title, built)
    return _page("body", url, title, whole)


def _build(node: LexborNode, concealed: frozenset[str]) -> Built:
    return build_blocks(read_tokens(node.html or "", concealed))


def _page(reader: str, url: str, title: str, built: Built, package: str = "", held: str = "") -> Page:
    first = next((section.heading for section in built.sections if section.heading), "")
    return Page(
        url=url,
        title=title or first,
        text=built.text,
        sections=built.sections,
        blocks=built.blocks,
        extractor=_name(reader),
        package=package,
        version=held,
    )


@cache
def _name(reader: str) -> str:
    """The reader and the versions that its text depends on."""
    name = f"{reader}/{READER} lexbor/{version('selectolax')}"
    return f"{name} trafilatura/{version('trafilatura')}" if reader == "trafilatura" else name


def _is_exdoc(tree: LexborHTMLParser) -> bool:
    node = tree.css_first('meta[name="generator"]')
    return node is not None and (node.attributes.get("content") or "").startswith("ExDoc")


def _project(tree: LexborHTMLParser) -> tuple[str, str]:
    """The package and version that ExDoc names in the page's head."""
    node = tree.css_first('meta[name="project"]')
    found = _PROJECT.match((node.attributes.get("content") or "").strip()) if node is not None else None
    return (found["name"], found["version"]) if found else ("", "")


def _exdoc_title(content: LexborNode, title: str) -> str:
    node = content.css_first("h1 span[translate=no]") or content.css_first("h1")
    return _text(node) or title.partition(" — ")[0]


def _text(node: LexborNode | None) -> str:
    return " ".join(node.text().split()) if node is not None else ""


def _depth(tokens: list[Token]) -> int:
    deepest = depth = 0
    for token in tokens:
        if token.kind == "start":
            depth += 1
            deepest = max(deepest, depth)
        elif token.kind == "end":
            depth -= 1
    return deepest
