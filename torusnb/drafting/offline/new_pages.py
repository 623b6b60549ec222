"""A page that the pack wants as a new LiveView of its own, beside the pages of today."""

from __future__ import annotations

import re
from collections.abc import Iterable

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.component import Component
from torusnb.drafting.offline.naming import camel, feature_words, snake
from torusnb.drafting.offline.wording import plain
from torusnb.models.codebase import CodeMap, Route
from torusnb.models.design import EvidencePack
from torusnb.models.requirements import SpecPack

_NEW = r"(?:new|standalone|stand-alone|dedicated)"
_WANTED = re.compile(
    rf"\b{_NEW}\b(?: [\w/-]+){{0,4}}? (?:live ?views?|route|pages?)\b(?!-)",
    re.IGNORECASE,
)
_REFUSED = re.compile(
    r"\b(?:no|not|without|instead of|rather than|avoid\w*|nor|any|if|may|might|could|future|later|phase|static)\b"
    r"[^.;]{0,60}$",
    re.IGNORECASE,
)
_LATER = re.compile(r"^[^.;]{0,30}\b(?:may|might|could|later|is wanted|is needed)\b", re.IGNORECASE)
_STATIC = re.compile(r"\b(?:static|help|documentation|docs|reference) (?:\w+ )?(?:page|route)", re.IGNORECASE)
_BELOW = re.compile(
    r"\b(?:under|in|into|within|inside|reuse\w*)\b[^.;]{0,30}?\b(?P<name>[a-z][\w-]*) (?:live ?view )?session\b",
    re.IGNORECASE,
)

_COMPLETED = re.compile(
    r"\b(?:complet|extend|expand|evolv|revis|finish|rework|build on|reus)\w*\s+(?:the |on )?"
    r"(?:existing|current|routed)\s[^.;]{0,30}?`?(?P<name>[A-Z]\w*(?:\.[A-Z]\w*)*Live)\b",
    re.IGNORECASE,
)


class NewPage:
    """A page to be made, and the evidence that asks for it.

    Attributes:
        key: The statement or requirement that wants it.
        asked: The requirements that want it themselves.
        session: A route of today in the live session that the pack puts it into; None where it names none.
    """

    def __init__(self, key: str, asked: tuple[str, ...], session: Route | None, session_key: str) -> None:
        self.key, self.asked, self.session, self.session_key = key, asked, session, session_key


def find_new_page(evidence: EvidencePack) -> NewPage | None:
    """The page that the pack wants as a LiveView, page or route of its own; None where it extends those of today."""
    pack = evidence.pack
    said = [(r.id, f"{r.title} {r.text}") for r in pack.requirements]
    for group in (pack.summary, pack.goals, pack.interface_notes, pack.integration_notes, pack.notes):
        said += [(place_key(s.place), s.text) for s in group]
    asking = [key for key, text in said if _wants(plain(text))]
    wanting = tuple(r.id for r in pack.requirements if r.id in asking)
    live = any(re.search(r"live ?view", text, re.IGNORECASE) for key, text in said if key in asking)
    if not (wanting or live) or not asking or asking[0] not in evidence.evidence or _has_page(evidence, said):
        return None
    session, key = _session(evidence.context.code, pack, said)
    return NewPage(asking[0], wanting, session, key if key in evidence.evidence else "")


def _has_page(evidence: EvidencePack, said: Iterable[tuple[str, str]]) -> bool:
    """Whether the pack wants a page of today completed: it calls it existing, and the code has a LiveView so named."""
    modules = evidence.context.code.modules
    pages = {name.rsplit(".", 1)[-1] for name in modules if name.endswith("Live")}
    texts = [plain(text) for _, text in said] + [plain(section.text) for section in evidence.pack.sections]
    return any(match["name"].rsplit(".", 1)[-1] in pages for text in texts for match in _COMPLETED.finditer(text))


def _wants(text: str) -> bool:
    return any(
        not _REFUSED.search(text[: match.start()])
        and not _LATER.match(text[match.end() :])
        and not _STATIC.search(text)
        for match in _WANTED.finditer(text)
    )


def _session(code: CodeMap, pack: SpecPack, said: Iterable[tuple[str, str]]) -> tuple[Route | None, str]:
    """A route of the live session whose name the pack speaks of, with the evidence of its words."""
    whole = set(re.findall(r"[A-Z]\w+", " ".join(section.text for section in pack.sections)))
    for key, text in said:
        for match in _BELOW.finditer(plain(text)):
            word = match["name"].lower()
            found = [r for r in code.routes if word in re.split(r"\W|_", r.live_session.lower())]
            named = [r for r in found if r.module.rsplit(".", 1)[-1] in whole]
            found = named or found
            if len({route.live_session for route in found}) == 1:
                return found[0], key
    return None, ""


def new_page(evidence: EvidencePack, asks: tuple[str, ...], kinds: dict[str, tuple[str, ...]]) -> Component | None:
    """The page as a component with the requirements it answers; None where the pack wants none or it exists."""
    page = find_new_page(evidence)
    modules = evidence.context.code.modules
    web = next((name.split(".")[0] for name in sorted(modules) if name.split(".")[0].endswith("Web")), "")
    if page is None or not asks or not web:
        return None
    near = modules.get(page.session.module) if page.session is not None else None
    space = near.name.rsplit(".", 1)[0] if near is not None and "." in near.name else web
    name = f"{space}.{camel(feature_words(evidence.pack))}Live"
    folder = near.path.rsplit("/", 1)[0] if near is not None else f"lib/{snake(web)}/live"
    if name in modules:
        return None
    work = tuple(dict.fromkeys(kinds[r][0] for r in asks))
    path = f"{folder}/{snake(name.rsplit('.', 1)[-1])}.ex"
    return Component(name, path, "live_view", page.key, asks, work, new=True)
