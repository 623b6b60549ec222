"""Which elements of a page no reader sees, or are not part of what it says."""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import NamedTuple

_ATTRIBUTE = re.compile(r' (=?[^\s=>]+)(?:="([^"]*)")?')
_UNREAD_TAGS = frozenset(
    re.findall(
        r"[\w.-]+",
        """
    script style noscript template svg math canvas iframe object embed audio video form button input select
    textarea nav footer dialog del s strike rp head title menu map
    """,
    )
)
_UNREAD_ROLES = frozenset(
    {"navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "menu", "toolbar", "presentation"}
)
_UNSEEN_CLASSES = frozenset(
    re.findall(
        r"[\w.-]+",
        """
    sr-only visually-hidden visuallyhidden screen-reader-text hidden d-none invisible headerlink id_link self-link
    anchor-link hover-link detail-link icon-action view-source copy-button top-search bottom-actions
    livebook-badge livebook-badge-container navheader navfooter navlinks noprint mw-editsection
    """,
    )
)
_JUNK = re.compile(
    r"(?:^|[-_ ])(?:cookies?|consent|gdpr|breadcrumbs?|sidebar|navbar|pagination|newsletter|advert(?:isement)?s?|"
    r"social-share|share-buttons|site-header|site-footer|related-posts|comments-area|popup|modal|toast)(?:$|[-_ ])"
)
_UNSEEN_STYLE = re.compile(
    r"display:none|visibility:(?:hidden|collapse)|opacity:0(?:\.0*)?(?![.\d])|font-size:0(?![.\d])|font-size:0?\.\d|"
    r"(?:left|right|top|text-indent|margin-left):-\d{3,}|clip:rect\((?:0|1px)|clip-path:inset\((?:50|100)%|"
    r"(?:max-)?(?:height|width):[01](?:px)?(?:;|$|!)|transform:scale\(0|color:transparent|color:rgba\([^)]*,0(?:\.0*)?\)"
)
_COLOUR = re.compile(r"(?:^|;)color:([^;!]+)")
_GROUND = re.compile(r"(?:^|;)background(?:-color)?:([^;!]+)")
_WHITE = re.compile(r"(?:white|#fff(?:fff)?|rgba?\(255,255,255(?:,1)?\)|hsl\([^)]*,100%\))$")
_RULE = re.compile(r"([^{}]{1,500})\{([^{}]{0,2000})\}")
_SIMPLE = re.compile(r"^(?:[a-z][a-z0-9]*)?([.#][\w-]+)$")


class Tag(NamedTuple):
    """What the reading needs of a start tag; `left_out` with all that it holds."""

    left_out: bool
    unseen: bool
    id: str
    name: str
    classes: frozenset[str]


@lru_cache(maxsize=8_192)
def read_tag(tag: str, attributes: str, concealed: frozenset[str]) -> Tag:
    """The tag's identity, and whether it is left out: unseen by a reader, or no part of what the page says.

    Args:
        tag: Its name in lower case.
        attributes: As lexbor writes them: ` name="value"`, one blank apart.
        concealed: `.class` and `#id` selectors that the page's own style sheet makes invisible.
    """
    held = {name.lower(): html.unescape(value) for name, value in _ATTRIBUTE.findall(attributes)}
    identity, classes = held.get("id", ""), frozenset(held.get("class", "").lower().split())
    unseen = _is_unseen(held) or bool(
        concealed and (f"#{identity}" in concealed or any(f".{name}" in concealed for name in classes))
    )
    left_out = unseen or tag in _UNREAD_TAGS or bool(classes & _UNSEEN_CLASSES) or _is_junk(tag, held, classes)
    return Tag(left_out, unseen, identity, held.get("name", "") if tag == "a" else "", classes)


def concealed_by(styles: str) -> frozenset[str]:
    """The simple selectors (`.class`, `#id`) that a style sheet makes invisible; other selectors are not followed."""
    found: set[str] = set()
    for selectors, rules in _RULE.findall(styles[:200_000]):
        if not _is_invisible(rules):
            continue
        for selector in selectors.split(","):
            simple = _SIMPLE.match(selector.strip())
            if simple:
                found.add(simple.group(1) if simple.group(1)[0] == "#" else simple.group(1).lower())
    return frozenset(found)


def _is_unseen(held: dict[str, str]) -> bool:
    if "hidden" in held or held.get("aria-hidden", "").strip().lower() == "true":
        return True
    return "style" in held and _is_invisible(held["style"])


def _is_invisible(style: str) -> bool:
    squeezed = re.sub(r"/\*.*?\*/|\s+", "", style, flags=re.DOTALL).lower()
    if _UNSEEN_STYLE.search(squeezed):
        return True
    colour, ground = _COLOUR.search(squeezed), _GROUND.search(squeezed)
    if colour is None:
        return False
    if ground is None:
        return _WHITE.match(colour.group(1)) is not None
    same = bool(_WHITE.match(colour.group(1))) and bool(_WHITE.match(ground.group(1)))
    return same or colour.group(1) == ground.group(1)


def _is_junk(tag: str, held: dict[str, str], classes: frozenset[str]) -> bool:
    if tag in {"html", "body", "main", "article"}:
        return False
    role = held.get("role", "").lower()
    if role in _UNREAD_ROLES and not (role == "presentation" and tag in {"table", "tbody", "tr", "td"}):
        return True
    if tag == "aside" and not classes & {"note", "example", "issue", "admonition", "tip", "warning"}:
        return True
    return bool(_JUNK.search(f"{held.get('id', '').lower()} {' '.join(sorted(classes))}"))
