"""Which side of the delivery a requirement is on: code of the server, of the browser, tests, documents, or the work."""

from __future__ import annotations

import re

from torusnb.drafting.offline.levels import FRONT_END, TestPlan
from torusnb.drafting.offline.linking import Links
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import is_boundary
from torusnb.models.requirements import Requirement, SpecPack

SERVER, CLIENT, TESTS, DOCUMENTS, WORK = "server", "client", "tests", "documents", "work"
_HEAD = r"^(?:(?:the )?(?:system|feature|team|work|project)\s+)?(?:(?:shall|must|should|will)\s+)?"
_MADE = r"(?:add|include|provide|establish|maintain|support|enable|reuse|extend|build|create|write|keep)\w*"
_TESTS = re.compile(
    rf"{_HEAD}(?:{_MADE}\b[^.;]{{0,90}}\b(?:tests?|test suites?|corpus|corpora|fixtures?|test coverage|assertions?|"
    r"playwright|representative (?:[\w-]+ ){0,4}checks?)\b|cover\b)",
    re.IGNORECASE,
)
_PRODUCT = re.compile(
    r"\b(?:so that|and|to) (?:tests? |users? )?(?:users?|students?|authors?|instructors?|learners?) (?:can|may)\b", re.I
)
"""A test that people of the product take is no test of the code."""
_DOCUMENTS = re.compile(
    rf"{_HEAD}(?:document(?:s|ed)?\b|(?:{_MADE}|publish|update)\b[^.;]{{0,60}}\b(?:documentation|runbooks?|readme|"
    r"release notes|changelog|coverage matrix|traceability matrix|guides? for (?:developers|operators|teams))\b)",
    re.IGNORECASE,
)
_WORK = re.compile(
    r"\b(?:merged upstream|pull requests?|(?:first|initial|final|next|later|one|this)(?: [\w-]+)? prs?|"
    r"follow-up (?:slices?|tickets?)|(?:first|initial|next) (?:delivery )?slice|sign[- ]?offs?|"
    r"(?:code|design) review (?:is|must|shall)|hex dependency)\b",
    re.IGNORECASE,
)
_CLIENT = re.compile(
    r"\b(?:client-side|(?:in|on|by) the (?:browser|client)|client (?:[\w-]+ ){0,2}(?:form|code|path|component|state)|"
    r"typescript|react|javascript|js hooks?|mathjax|web components?|custom elements?|local ?storage|clipboard)\b",
    re.IGNORECASE,
)
_LIVE_VIEW = re.compile(r"\blive ?views?\b", re.IGNORECASE)
_SERVER = re.compile(
    r"\b(?:server(?!-(?:generated|owned|rendered|provided))|elixir|erlang|back-?end|beam|database|persist\w*|postgres)\b",
    re.IGNORECASE,
)


def find_sides(pack: SpecPack) -> dict[str, str]:
    """Requirement id to its side; the files that the pack names as proofs decide before any word."""
    links, plan = Links(pack), TestPlan(pack)
    found = {asked.id: _side(_proofs(links, asked.id), asked) for asked in pack.requirements}
    return {name: _by_tests(plan, links, name) if side == SERVER else side for name, side in found.items()}


def is_of_server(pack: SpecPack, sides: dict[str, str]) -> bool:
    """Whether what people use of the server changes: half of the requirements that ask for work are the server's.

    Harnesses, corpora, documents and the order of the work carry no load of people, and no latency is felt of them.
    """
    working = [sides[r.id] for r in pack.requirements if not is_boundary(plain(r.text or r.title))]
    return not working or sum(side in {SERVER, CLIENT} for side in working) * 2 >= len(working)


def is_on_page(pack: SpecPack, requirement: str) -> bool:
    """Whether a requirement or a criterion of it names a LiveView: that runs in the application, whatever else."""
    said = [f"{r.title} {r.text}" for r in pack.requirements if r.id == requirement]
    said += [criterion.text for criterion in pack.criteria_of(requirement)]
    return any(_LIVE_VIEW.search(plain(text)) for text in said)


def client_folder(links: Links, requirement: str) -> str:
    """The folder of the browser's code that the proofs of a requirement lie in; empty where they name none."""
    paths = [p for p in _proofs(links, requirement) if p.startswith("assets/") and not _tests(p)]
    if not paths:
        return ""
    folders = [path.split("/")[:-1] for path in paths]
    shared = 0
    while all(len(parts) > shared for parts in folders) and len({tuple(parts[: shared + 1]) for parts in folders}) == 1:
        shared += 1
    return "/".join(folders[0][:shared]) + "/"


def _by_tests(plan: TestPlan, links: Links, requirement: str) -> str:
    """The browser where the pack's test plan proves most criteria of a requirement there, else the server."""
    planned = [plan.proving(criterion.text) for criterion in links.criteria_of(requirement)]
    there = sum(level.name == FRONT_END for level in planned)
    proofs = _proofs(links, requirement)
    return CLIENT if there * 2 > len(planned) and not any(path.startswith("lib/") for path in proofs) else SERVER


def _proofs(links: Links, requirement: str) -> list[str]:
    """The files that the criteria of a requirement name as proofs."""
    return [path for criterion in links.criteria_of(requirement) for path in criterion.proofs]


def _side(proofs: list[str], asked: Requirement) -> str:
    text = plain(asked.text or asked.title)
    whole = plain(f"{asked.title}. {asked.text}")
    if _WORK.search(whole):
        return WORK
    if _DOCUMENTS.search(text):
        return DOCUMENTS
    if _TESTS.search(text) and not _PRODUCT.search(text):
        return TESTS
    if proofs and any(path.startswith("lib/") for path in proofs):
        return SERVER
    if proofs and all(path.startswith("assets/") for path in proofs):
        return CLIENT
    if any(path.startswith("test/") for path in proofs):
        return SERVER
    return CLIENT if _CLIENT.search(whole) and not _SERVER.search(whole) else SERVER


def _tests(path: str) -> bool:
    return "test" in path.split("/") or re.search(r"[._-](?:test|spec)s?\.[a-z]+$", path) is not None
