"""Which section is the home of a statement: the topics its words show, weighed with where in the pack it stands."""

from __future__ import annotations

import re

RETENTION = (
    r"\b(?:kept|retained|stored|held|keep|retain) (?:only )?for (?:at most |up to )?\d|"
    r"\b(?:deleted|purged|removed|erased|anonymi[sz]ed) (?:\w+ )?(?:after )?\d+ (?:days?|weeks?|months?|years?)\b"
)
"""How long data is kept."""
_FLOW = re.compile(
    r"\b(?:flows?|workflows?|steps|sequence|algorithm|procedure|lifecycle|order of \w+)$|^(?:flow|steps|sequence)\b",
    re.IGNORECASE,
)
FUNCTION = re.compile(r"`(?:[A-Z][\w.]*\.)?(?P<name>[a-z_]\w*[?!]?)(?:/\d|\([^`]*\))[^`]*`")
"""A code span that names a function with its arity or its arguments."""
_CONTRACT = re.compile(
    rf"^(?:the |a )?{FUNCTION.pattern}|^`[A-Z][\w.]*`(?: \(\w+\))?: `[a-z_]\w*[?!]?/\d|`[a-z_]\w*[?!]?/\d ::"
)
_ASKS_CACHE = re.compile(
    r"^cache\b|\b(?:via|with|in) (?:a )?(?:new )?(?:cachex|ets)\b|\b(?:add|introduce|new) (?:an? )?(?:\w+ )?cache\b|"
    r"\b(?:must|should|shall) be cached\b|\b(?:are|is) cached (?:for|with|per|by)\b",
    re.IGNORECASE,
)
_NEGATED = re.compile(
    r"\b(?:no|not|never|without|nor|avoid\w*|rather than|instead of|outside)\b[^.;,]{0,30}$", re.IGNORECASE
)
_ROLE = re.compile(
    r"^(?:(?:students?|learners?|instructors?|authors?|admin(?:istrator)?s?|teachers?|guests?|publishers?|editors?)"
    r"(?:\s*(?:/|,|and|or)\s*)?)+$",
    re.IGNORECASE,
)
"""A label that is a row of a permissions table."""
_FOR_DESIGN = re.compile(
    r"^(?:the |this )?(?:fdd|(?:feature )?design(?: document)?) (?:must|shall|should|has to|needs to)\b", re.I
)
"""What the pack leaves to the design to settle."""
_WORK = re.compile(
    r"\b(?:jira|pull requests?|issue key|checkpoint)\b|"
    r"\b(?:figma|drawings?|mock-?ups?|designs?)\b.*https?://|https?://\S+$",
    re.IGNORECASE,
)
"""Words of the work on the feature, which no section of a design holds."""

_WORDS: dict[str, str] = {
    "11": r"telemetry|log(?:s|ged|ging)|metrics?|instrument\w*|alerts?|appsignal|traces?|diagnostics|emit\w*|"
    r"observab\w+|monitor\w*|counters?|hit rates?",
    "12": r"authori[sz]\w*|permissions?|audit\w*|tenan\w+|priva\w*|pii|secur\w*|secrets?|csrf|nonce|redact\w*|"
    r"sensitive|raw learner|least privilege|(?:admin|instructor|author)s? only|only (?:admin|instructor|author)\w*",
    "8": r"cach(?:e|es|ed|ing)|ttls?|evict\w*|invalidat\w+|lru|cachex|ets|read-through|memoi[sz]\w*",
    "13": r"tests?|test-covered|exunit|jest|fixtures?|coverage|golden|gates|code review|qa|verification|test targets?",
    "10": r"fail(?:s|ed|ure|ures)?|fall(?:s)? ?back|fallback|degrad\w*|crash\w*|unavailab\w*|malformed|recover\w*|"
    r"errors?|timeouts?|outages?|lockup|retr(?:y|ies)",
    "7": r"determinis\w+|idempoten\w+|transaction\w*|atomic\w*|concurren\w+|sticky|monotonic\w*|stable across|"
    r"consisten(?:t|cy)|eventual\w*|races?|single-use|immutable|parity|reproduc\w+",
    "9.1": r"latency|p\d\d|performance|throughput|milliseconds?|ms|debounc\w+|lag|bounded by",
    "5.1": r"endpoints?|routes?|https?|urls?|url parameters?|query param\w*|controllers?|json api|rest|webhooks?|"
    r"requests?",
    "5.3": r"genservers?|processes|workers?|oban|background jobs?|jobs|queues?|pubsub|broadcast\w*|subscrib\w*",
    "6.1": r"tables?|columns?|fields?|keyed by|keys?|enums?|schemas?|types?|structs?|records?|rows?|persist\w*|"
    r"stores?|stored|metadata|migrations?|json|attributes?|constraints?|serializable|config should|catalog",
    "6.2": r"quer(?:y|ies)|indexes|n\+1|joins?|preload\w*",
    "5.2": r"display\w*|show(?:s|n|ing)?|render\w*|buttons?|modals?|popovers?|forms?|pages?|text inputs?|"
    r"inputs? (?:should|must)|input component|keyboard|focus|screens?|badges?|visible|visual\w*|icons?|"
    r"labels?|layout|tooltips?|previews?|links?|hover|click(?:s|ed|ing)?|ui|"
    r"confirmation|toggl\w*|messag(?:e|es|ing)|screen[- ]reader\w*|aria|accessib\w*|assistive",
    "5": r"interfaces?|callbacks?|function signatures?|typespecs?|return values?",
    "4.1": r"modules?|contexts?|boundar(?:y|ies)|belongs?|lives? (?:in|under)|depends? (?:up)?on|integrat\w+|wrappers?|"
    r"adapters?|ownership|layers?|architecture|reus\w+|consumers?|compos\w+",
    "4.2": r"before|precedence|overrid\w*|takes? effect|routing|redirect\w*|hand-?off|transitions?|states?|stages?|"
    r"rules?|polic(?:y|ies)|semantics|eligib\w+|resolv\w+|promot\w+|bypass\w*|allow\w*|den(?:y|ied|ies)|scope",
    "14": r"legacy|backwards?|compatib\w+|unchanged|rollout|roll(?:ed)? ?back|pilot|feature flags?|phased?|deprecat\w*|"
    r"already published|existing (?:behaviou?r|content|callers)|as before|remove",
}  # fmt: skip
"""Number of a section to the words of its topic; an earlier one wins a tie."""
_STRONG: tuple[tuple[str, str], ...] = (
    (
        r"\b(?:no|nothing|never|not|cannot)\b[^.;]{0,60}\b(?:names?|identif\w+|reveal\w*|expos\w+|disclos\w+|leak\w*)\b"
        r"[^.;]{0,40}\b(?:learners?|students?|instructors?|users?|persons?|people|institutions?|sections?)\b",
        "12",
    ),
    (r"\btables? (?:keyed|with|that)\b|\bkeyed by\b|`\w+` (?:values?|columns?|fields?|metadata)\b|^`\{", "6.1"),
    (r"\bat most one\b[^.;]*\bper\b|\benforced by (?:the|a) database\b|\bunique (?:index|constraint)\b", "6.1"),
    (rf"{RETENTION}", "12"),
    (r"^(?:used by|integrates? with|supports? `|depends? (?:up)?on|built on)", "4.1"),
    (r"\bpublic apis?\b|\bentry points?\b|\bexposed? \w+ ?through\b", "5"),
    (r"^`/[\w:/.-]+`|`(?:GET|POST|PUT|PATCH|DELETE) /|\bstatic route\b", "5.1"),
    (r"^(?:remove|keep)\b|\bno longer contains?\b|\bis to remove\b|^existing .* remain", "14"),
    (r"^(?:code review|tests?|testing|verification|required \w+ gates)\b|\brun (?:\w+ ){0,2}tests\b", "13"),
)
"""What leaves no doubt: worth as much as several words of a topic."""
_UNDOUBTED = 2.5
_COMMON = {"4.2": 0.6, "5.2": 0.8, "6.1": 0.8, "14": 0.8}
"""Topics whose words stand in many statements of others."""
_TOPICS = {number: re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE) for number, words in _WORDS.items()}

_PRIOR: dict[str, dict[str, float]] = {
    "interface_notes": {"5.2": 1.5},
    "data_notes": {"6.1": 1.5},
    "integration_notes": {"4.1": 1.0},
    "flags": {"14": 3.0},
    "rollout": {"14": 3.0},
    "telemetry": {"11": 6.0},
    "notes": {"4.2": 0.7},
    "roles": {"12": 4.0},
    "assumptions": {"4.2": 0.5},
}
_AREAS: tuple[tuple[str, str], ...] = (
    (r"perform|latency|scal|throughput|capacity", "9.1"),
    (r"secur|priva|tenan|complian", "12"),
    (r"access|usab|internation|locali", "5.2"),
    (r"reliab|resilien|availab|robust|safety", "10"),
    (r"determin|consisten|integrity|parity", "7"),
    (r"observ|monitor|telemetry|operab", "11"),
    (r"compat|migrat", "14"),
    (r"testab|quality", "13"),
    (r"maintain|extens|modular", "4.1"),
)
_SCREENS = re.compile(r"\b(?:ux|ui|users?|experience|design|screens?)\b", re.IGNORECASE)
_DATA = re.compile(r"\b(?:data|models?|schemas?|storage|persistence)\b", re.IGNORECASE)
_SUCCESS = re.compile(r"\bsignal\b", re.IGNORECASE)
_EARLY = 40
"""Letters at a statement's beginning in which a topic's word weighs more: its subject stands there."""


def names_flow(title: str) -> bool:
    """Whether a heading or a label names a function or a flow, so that what stands under it are steps."""
    return FUNCTION.search(title) is not None or _FLOW.search(title) is not None


def asks_cache(text: str) -> bool:
    """Whether a statement asks for a cache, and neither rules one out nor merely speaks of one that is there."""
    return any(not _NEGATED.search(text[: match.start()]) for match in _ASKS_CACHE.finditer(text))


def states_contract(text: str) -> bool:
    """Whether a statement writes a function down: begins with it, or gives its types."""
    return _CONTRACT.search(text) is not None


def home_of(text: str, label: str, source: str, heading: str, *, about_flags: bool) -> str:
    """The number of the one section a statement belongs to; empty for what concerns the work and not the design.

    Args:
        text: The statement in one plain line.
        label: What it stands under; its words count like the statement's first ones.
        source: The field of the pack.
        heading: The heading above it.
        about_flags: Whether the feature itself is about flags; then a flag's statement says how the feature works.
    """
    if _WORK.search(text):
        return ""
    if _ROLE.search(label):
        return "12"
    if _FOR_DESIGN.search(text):
        return "16"
    if states_contract(text):
        return "5"
    scores = _weigh(text, label)
    for number, weight in _prior(label, source, heading, about_flags=about_flags).items():
        scores[number] = scores.get(number, 0.0) + weight
    order = list(_TOPICS)
    return min(scores, key=lambda number: (-scores[number], order.index(number)), default="4.2")


def _prior(label: str, source: str, heading: str, *, about_flags: bool) -> dict[str, float]:
    """What the place in the pack says of the home."""
    if source == "nonfunctional":
        return {number: 3.0 for pattern, number in _AREAS if re.search(pattern, label, re.IGNORECASE)}
    if source == "telemetry" and _SUCCESS.search(label):
        return {"13": 4.0}
    if source in {"flags", "rollout"} and about_flags:
        return {"4.2": 1.2}
    if source == "interface_notes" and not _SCREENS.search(heading):
        return {"5.2": 0.5, "4.1": 0.4}
    if source == "data_notes" and not _DATA.search(f"{heading} {label}"):
        return {"4.2": 0.2}
    if source == "data_notes" and re.search(r"interface|dependenc", f"{heading} {label}", re.IGNORECASE):
        return {"6.1": 0.4}
    return _PRIOR.get(source, {"4.2": 0.1})


def _weigh(text: str, label: str) -> dict[str, float]:
    """Number of a section to the different words of its topic; those of the label and the beginning weigh more."""
    scores: dict[str, float] = {}
    for number, pattern in _TOPICS.items():
        said = {match.group(0).lower() for match in pattern.finditer(text)}
        early = 0.6 * bool(pattern.search(text[:_EARLY])) + 3.0 * bool(label and pattern.search(label))
        if said or early:
            scores[number] = (len(said) + early) * _COMMON.get(number, 1.0)
    for strong, number in _STRONG:
        if re.search(strong, text, re.IGNORECASE):
            scores[number] = scores.get(number, 0.0) + _UNDOUBTED
    return scores
