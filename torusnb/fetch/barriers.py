"""Pages that stand in the way of the page: challenges, cookie walls, shells that only scripts would fill.

They come with status 200 as often as not. A quote from one of them would be a quote from nothing.
"""

from __future__ import annotations

import re

from torusnb.models.base import Value

_FETCHED = (200, 203)
_BLOCKING = (202, 401, 403, 405, 429, 503)

_HEADERS = (
    ("cf-mitigated", "challenge", "Cloudflare"),
    ("x-amzn-waf-action", "challenge", "AWS WAF"),
    ("x-amzn-waf-action", "captcha", "AWS WAF"),
    ("x-vercel-mitigated", "challenge", "Vercel"),
)

_CERTAIN = (
    ("anomaly-modal", "DuckDuckGo"),
    ("/anomaly.js", "DuckDuckGo"),
    ("window._cf_chl_opt", "Cloudflare"),
    ("__cf_chl_rt_tk", "Cloudflare"),
    ("cf-chl-widget", "Cloudflare"),
    ("anubis_challenge", "Anubis"),
    ("captcha-delivery.com", "DataDome"),
    ("_incapsula_resource", "Imperva"),
    ("px-captcha", "HUMAN"),
    ("awswafcookiedomainlist", "AWS WAF"),
)
"""Marks that only a challenge carries, in lower case."""

_WITH_REASON = (
    ("__cf_chl", "Cloudflare"),
    ("/cdn-cgi/challenge-platform", "Cloudflare"),
    ("cf-turnstile", "Cloudflare Turnstile"),
    ("g-recaptcha", "reCAPTCHA"),
    ("h-captcha", "hCaptcha"),
    ('name="captcha', "a captcha form"),
    ('id="captcha', "a captcha form"),
)
"""Marks that an ordinary page may carry too (a contact form): they count with a blocking status or little text."""

_TITLES = ("just a moment", "attention required", "making sure you're not a bot", "are you a robot", "access denied")

_CONSENT = (
    "cookie",
    "consent",
    "accept all",
    "reject all",
    "we value your privacy",
    "our partners",
    "legitimate interest",
    "personalised ads",
    "personalized ads",
    "privacy settings",
    "manage preferences",
)

_SHELLS = ("enable javascript", "javascript is required", "requires javascript", "javascript is disabled")
_HIDDEN = (
    ("<!--", "-->"),
    ("<script", "</script"),
    ("<style", "</style"),
    ("<template", "</template"),
    ("<noscript", "</noscript"),
    ("<title", "</title"),
)
_ENTITIES = (("&#39;", "'"), ("&#x27;", "'"), ("&rsquo;", "'"), ("\u2019", "'"), ("&nbsp;", " "), ("\xa0", " "))
_TAG = re.compile(r"<[^<>]*+>?")
_SHORT = 600
_WALL = 2500
_LOOK = 2**18


class Barrier(Value, frozen=True):
    """What stands in the way: `outcome` is `challenge` or `thin`."""

    outcome: str
    text: str


_EMPTY = Barrier("thin", "it shows no text")


def find_barrier(status: int, headers: tuple[tuple[str, str], ...], text: str, *, markup: bool) -> Barrier | None:
    """The barrier that an answer is, or None for an answer that says what it has to say.

    Args:
        status: The HTTP status.
        headers: The response's headers.
        text: The decoded body.
        markup: Whether it is HTML.
    """
    for name, value in headers:
        for header, mark, owner in _HEADERS:
            if name.lower() == header and value.strip().lower() == mark:
                return Barrier("challenge", f"it is a challenge by {owner}")
    if not markup:
        return None if text.strip() or status not in _FETCHED else _EMPTY
    page = text[:_LOOK]
    visible, title = _read(page)
    return _find_challenge(status, page.lower(), visible, title) or _find_thin(status, page.lower(), visible)


def _find_challenge(status: int, page: str, visible: str, title: str) -> Barrier | None:
    suspect = status in _BLOCKING or len(visible) < _SHORT
    for mark, owner in (*_CERTAIN, *(_WITH_REASON if suspect else ())):
        # A page that writes about such marks shows them to its reader; a challenge hides them.
        if not suspect and (mark in visible or len(visible) >= _WALL):
            continue
        if mark in page:
            return Barrier("challenge", f"it is a challenge by {owner}")
    if suspect and any(title.startswith(known) for known in _TITLES):
        return Barrier("challenge", "it is a page that tells robots from people")
    return None


def _find_thin(status: int, page: str, visible: str) -> Barrier | None:
    if status not in _FETCHED:
        return None
    if not visible:
        return _EMPTY
    if len(visible) < _WALL:
        words = [word for word in _CONSENT if word in visible]
        share = sum(visible.count(word) for word in words) * 100 / len(visible)
        if len(words) >= 3 or (len(words) >= 2 and share > 1):
            return Barrier("thin", f"it shows a cookie wall ('{words[0]}', '{words[1]}') in place of its text")
    if len(visible) < _SHORT and any(mark in page for mark in _SHELLS):
        return Barrier("thin", "its text appears only after its scripts have run")
    return None


def _read(page: str) -> tuple[str, str]:
    """What a reader would see of a page, and its title, in lower case with single blanks.

    By a scan and not a parse: it is enough to count words, and no page can make it slow.
    """
    page = page.lower()
    start = page.find("<title")
    end = page.find("</title", start)
    title = page[start:end].partition(">")[2] if 0 <= start < end else ""
    for opening, closing in _HIDDEN:
        page = _cut(page, opening, closing)
    return _plain(_TAG.sub(" ", page)), _plain(title)


def _cut(page: str, opening: str, closing: str) -> str:
    """The page without what lies between the marks; what is never closed reaches to the end."""
    kept, place = [], 0
    while (start := page.find(opening, place)) >= 0:
        kept.append(page[place:start])
        end = page.find(closing, start)
        if end < 0:
            return " ".join(kept)
        # A closing tag stays, to be taken out with the other tags.
        place = end if closing.startswith("</") else end + len(closing)
    return " ".join((*kept, page[place:]))


def _plain(text: str) -> str:
    for entity, character in _ENTITIES:
        text = text.replace(entity, character)
    return re.sub(r"\s+", " ", text).strip()
