"""One way in for every captured body: which reader fits, and whether enough came out to quote from."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec.structs import replace

from torusnb.research.pages.bounds import MOST_BYTES, can_be_parsed
from torusnb.research.pages.decode import decode_body
from torusnb.research.pages.documents import extract_html
from torusnb.research.pages.instructions import addresses_model
from torusnb.research.pages.markdown import extract_exdoc_markdown, extract_markdown
from torusnb.research.pages.page import Page
from torusnb.research.pages.search_data import ADDRESS, extract_search_data

THIN_PAGE = 80
"""Characters; a page with less text proves nothing."""

_WALL_LENGTH = 1_200
_WALL = re.compile(
    r"\b(?:(?:enable|turn on|requires?|need) java ?script|"
    r"java ?script (?:is|must be|to be) (?:disabled|enabled|required)|"
    r"accept (?:all )?(?:the )?cookies|we (?:and our partners )?use cookies|checking (?:if the site|your browser)|"
    r"verify (?:that )?you are (?:a )?human|unusual traffic|are you a robot|access denied|captcha|just a moment)\b"
)
_HTML = re.compile(r"\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL)
_MARKDOWN_PATH = re.compile(r"\.(?:md|livemd|cheatmd|markdown)$|/llms(?:-full)?\.txt$", re.IGNORECASE)
_EXDOC_MARKDOWN = re.compile(r"\A\s*# `[A-Z][\w.]*`|\n\*Consult \[api-reference\.md\]\(api-reference\.md\)")


def extract_page(body: bytes, media_type: str, *, url: str, charset: str = "") -> Page:
    """The text of a captured body, what may be quoted of it, and under which headings.

    Search data, Markdown and HTML are told apart by media type, address and first characters, in that order.
    The last 32 pages are kept, so that asking again costs nothing.

    Args:
        body: The decoded payload.
        media_type: As the server named it, without parameters; empty when it named none.
        url: The address that answered.
        charset: As the client found it; empty to find it here.
    """
    return _extract(body, media_type.partition(";")[0].strip().lower(), url, charset)


@lru_cache(maxsize=32)
def _extract(body: bytes, media_type: str, url: str, charset: str) -> Page:
    notes = []
    if len(body) > MOST_BYTES:
        body = body[:MOST_BYTES]
        notes.append(f"Only the first {MOST_BYTES // 1_000_000} MB of the page were read.")
    text, note = decode_body(body, charset)
    if note:
        notes.append(note)
    page = _read(text, media_type, url.partition("#")[0])
    notes += page.notes
    walled = _is_wall(page)
    if walled and not page.notes:
        notes.append("There is too little text to quote from.")
    if _gives_orders(page):
        notes.append("instructions: a part of the text addresses a language model; it is never quoted.")
    return replace(page, thin=page.thin or walled, notes=tuple(notes))


def _read(text: str, media_type: str, url: str) -> Page:
    path = url.partition("?")[0]
    if ADDRESS.search(path):
        return extract_search_data(text, url)
    if media_type in {"text/html", "application/xhtml+xml"} or (media_type != "text/markdown" and _HTML.match(text)):
        if not can_be_parsed(text):
            note = "The markup is nested too deeply to be read in bounded time."
            return Page(url, "", "", (), extractor="none", thin=True, notes=(note,))
        return extract_html(text, url)
    if _MARKDOWN_PATH.search(path) and _EXDOC_MARKDOWN.search(text):
        return extract_exdoc_markdown(text, url)
    if media_type in {"", "text/markdown", "text/plain", "text/x-markdown"}:
        return extract_markdown(text, url)
    note = f"{media_type} is no page that could be read."
    return Page(url, "", "", (), extractor="none", thin=True, notes=(note,))


def _is_wall(page: Page) -> bool:
    """Whether there is too little text, or little more than a request for scripts, cookies or proof."""
    length = len(page.text.strip())
    if page.markdown:
        return False
    return length < THIN_PAGE or (length < _WALL_LENGTH and _WALL.search(page.text.lower()) is not None)


def _gives_orders(page: Page) -> bool:
    if page.blocks:
        return any(addresses_model(page.text[block.start : block.end]) for block in page.blocks)
    return any(addresses_model(part) for part in page.text.split("\n\n"))
