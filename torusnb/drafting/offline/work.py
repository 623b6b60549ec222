"""What kind of work a requirement asks for, read from its verbs and nouns."""

from __future__ import annotations

import re
from functools import lru_cache

KINDS = (
    "authorize", "observe", "verify", "background", "notify", "cache", "integrate", "copy", "persist", "validate",
    "configure", "compute", "query", "render",
)  # fmt: skip
"""The kinds of work; an earlier one wins a tie because its words are rarer."""

TITLES = {
    "authorize": "access control",
    "observe": "instrumentation",
    "verify": "proof by tests",
    "background": "background work",
    "notify": "live updates",
    "cache": "caching",
    "integrate": "integration",
    "copy": "duplication and rewiring",
    "persist": "persistence",
    "validate": "validation",
    "configure": "configuration and rollout",
    "compute": "domain rules",
    "query": "reading and listing",
    "render": "user interface",
}

_STRONG: dict[str, str] = {
    "authorize": r"authori[sz]\w*|permissions?|privileges?|access control|only (?:admins?|instructors?|authors?)|"
    r"forbidden|tenant boundar\w+|cross-tenant|least privilege",
    "observe": r"telemetry|instrument\w*|metrics?|appsignal|structured log\w*|log(?:s|ged|ging)|audit\w*|trace[sd]?|"
    r"observab\w+|diagnostic\w*|counters?",
    "verify": r"unit tests?|test coverage|automated (?:unit )?test\w*|regression tests?|test fixtures?|golden|"
    r"conformance|tests? (?:that|shall|must)",
    "background": r"background|async\w*|oban|jobs?|enqueue\w*|schedul(?:e[ds]?|ing) (?:job|task|run|send)\w*|nightly|"
    r"batch(?:es|ed)?|digests?|e-?mails?|workers?|queued?",
    "notify": r"broadcast\w*|pubsub|real-?time|live updates?|subscrib\w*|push(?:es|ed)?",
    "cache": r"cach\w+|ttl|evict\w*|lru|warm\w*|memoi[sz]\w*|coalesc\w*",
    "integrate": r"lti|lms|llm|genai|provider|webhooks?|third-party|external (?:service|system|api)s?|endpoints?|"
    r"https?|import(?:s|ed|ing)?|export(?:s|ed|ing)?|csv|zip|launch\w*|payload|s3|clickhouse",
    "copy": r"duplicat\w*|clon(?:e[ds]?|ing)|cop(?:y|ies|ied)|rewir\w*|remap\w*",
    "persist": r"persist\w*|sav(?:e[ds]?|ing)|stor(?:e[ds]?|ing|age)|record(?:s|ed|ing)?|retain\w*|columns?|"
    r"tables?|schema|migrat\w*|backfill\w*|delet\w*|database|creat(?:e[ds]?|ing) (?:new )?(?:\w+ )?records?",
    "validate": r"validat\w*|reject\w*|invalid|malformed|constraints?|prevent\w*|disallow\w*|block(?:s|ed)?|"
    r"required fields?|guard\w*|sanitiz\w*",
    "configure": r"feature[- ]?flags?|flags?|config\w*|settings?|rollout|canary|opt-?(?:in|out)|stages?|environment",
    "compute": r"calculat\w*|comput\w*|deriv\w*|aggregat\w*|classif\w*|normali[sz]\w*|pars(?:e[ds]?|er|ing)|"
    r"evaluat\w*|compar\w*|project(?:ion|ions)|resolv\w*|rewrit\w*|transform\w*|scor(?:e[ds]?|ing)|rules?|"
    r"determinis\w*|semantics|equivalen\w*|detect\w*|generat\w*|contract\w*|struct\w*|interface\w*|non-ui",
    "query": r"list(?:s|ed|ing)?|filter\w*|search\w*|sort\w*|paginat\w*|fetch\w*|load(?:s|ed|ing)?|quer(?:y|ies)|"
    r"lookups?|retriev\w*|reads?",
    "render": r"render\w*|display\w*|show(?:s|n)?|(?<!non-)ui(?!/)|screens?|modals?|tooltips?|labels?|badges?|banners?|"
    r"buttons?|visible|hid(?:e|es|den)|collaps\w*|expand\w*|toggl\w*|click\w*|keyboard|focus|accessib\w*|"
    r"select(?!ion\b|ed (?:scope|period|range|version))\w*|panel|"
    r"dropdown|warn\w*|indicators?|styling|figma|dialogs?|spinner|tiles?|cards?|charts?|popup|layout|"
    r"drag\w*|reorder\w*|navigat\w*|author(?:s)? can|editor|view(?! model)",
}
_PATTERNS = {kind: re.compile(rf"\b(?:{words})\b", re.IGNORECASE) for kind, words in _STRONG.items()}

_VERIFIES = re.compile(
    r"\b(?:unit[- ]test\w*|test coverage|automated (?:\w+ )?test\w*|regression (?:tests?|coverage)|"
    r"(?:automated|manual)(?: \w+){0,3} QA)\b",
    re.IGNORECASE,
)
_PROVES = re.compile(
    r"\b(?:parity (?:corpus|suite|tests?|fixtures?)|test corpus|validate the (?:integration|migration|work|feature)\b|"
    r"test plan)",
    re.IGNORECASE,
)
"""What asks for proof and not for code: `validate the integration` is no check of an input."""
_SEEN = re.compile(
    r"\b(?:page reload\w*|hover\w*|full-width|"
    r"(?:actions?|buttons?|controls?|links?) (?:must|shall|should|is|are|stays?) (?:be )?"
    r"(?:disabled|enabled|hidden)|(?:buttons?|controls?|modals?) with\b)",
    re.IGNORECASE,
)
"""What only a screen does, whatever else the sentence speaks of."""
_KEPT_IN_PLACE = re.compile(
    r"^(?:the |this )?(?:[\w`-]+ ){0,4}?(?:remains?|stays?) (?:in|with|where|on|under|owned)\b|"
    r"^(?:the |this )?(?:[\w`-]+ ){0,3}?(?:makes?|has|have|adds?|performs?|contains?) no\b|"
    r"^keep\b[^.;]{0,60}\b(?:separate|apart|out of|limited to|within scope|internal to)\b",
    re.IGNORECASE,
)
"""A statement that leaves a thing where it is, or that denies: it bounds the work and is no step of it."""
_BOUNDARY = re.compile(
    r"^(?:the |this )?(?:[\w-]+ ){0,3}?(?:(?:shall|must|should|will|does|do)\s+not|not)\s+(?!only)|"
    r"^(?:[\w-]+ ){0,4}?(?:(?:shall|must|should|will)\s+)?(?:preserve|retain|keep existing|maintain existing|leave)\b",
    re.IGNORECASE,
)
_ALSO = re.compile(
    r"\b(?:and|while|but)\s+(?:also\s+)?(?:expos|add|show|support|provid|allow|render|introduc)\w*", re.IGNORECASE
)
"""What a statement that begins by keeping something asks for besides."""

_KEEPS = re.compile(
    r"^(?:the |this )?(?:[\w`/-]+ ){0,4}?(?:(?:shall|must|should|will) )?(?:keep|retain|preserve|remain|leave)s?\b",
    re.I,
)
"""A statement whose verb leaves a thing as it is: that is no write."""
_SHOWN = re.compile(
    r"\b(?:render\w*|display\w*|show(?:s|n)?|sees?|visible|filter\w*|sort\w*|search\w*|chevrons?|head(?:er|ing)s?)\b|"
    r"\btables?/\w|\btable (?:models?|headers?|views?|renderers?|components?)\b",
    re.IGNORECASE,
)
_GRID = re.compile(r"^(?:tables?|columns?|retain\w*)$", re.IGNORECASE)
"""Words of storage that a screen has too, or that only say that a thing stays."""
_ALIKE = re.compile(
    r"\b(?:no|any|if|of|without|possible|potential|avoid\w*|prevent\w*|reject\w*|detect\w*) duplicates?\b|"
    r"(?<!can )(?<!may )(?<!to )(?<!must )(?<!shall )(?<!will )(?<!users )(?<!authors )"
    r"\bduplicates? (?:placements?|entr(?:y|ies)|rows?|ids?|keys?|names?|submissions?|requests?|events?|values?|sends?|"
    r"e-?mails?|jobs?|clicks?|deliver(?:y|ies)|titles?|messages?|inserts?|writes?|processing|attempts?|calls?)\b",
    re.IGNORECASE,
)
"""`Duplicate` as what there is twice, and not as the act of copying."""

_STOP = frozenset(
    re.findall(
        r"\w+",
        """
        the and for with that this from into when then given are was were has have had not but its their there than each
        any all can may must shall should will would could system feature torus user users via per only same other such
        which while where who whose what these those also more most least use uses used using without within across
        between after before during under over upon existing new current support supports supported provide provides
        provided ensure ensures allow allows allowed include includes including required requires based least whether
        does did done being been made make makes one two three first second both either they them it his her our your
        shall work item value values case cases way ways able available appropriate correct correctly clear clearly
        """,
    )
)
_TOKEN = re.compile(r"[A-Za-z][A-Za-z0-9]+")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@lru_cache(maxsize=4096)
def kinds_of(text: str) -> tuple[str, ...]:
    """The kinds of work that a requirement asks for, strongest first; `compute` when no word says anything."""
    counts = {kind: len({m.group(0).lower() for m in _PATTERNS[kind].finditer(text)}) for kind in KINDS}
    first = min(((m.start(), kind) for kind in KINDS if (m := _PATTERNS[kind].search(text))), default=None)
    if first is not None:
        counts[first[1]] += 1
    if counts["persist"] and not _writes(text):
        counts["persist"] = 0
    if counts["copy"] and not _PATTERNS["copy"].search(_ALIKE.sub(" ", text)):
        counts["copy"] = 0
    if _VERIFIES.search(text[:120]):
        counts["verify"] += 3
    if _PROVES.search(text):
        counts["verify"] += 4
    if _SEEN.search(text):
        counts["render"] += 3
    found = [kind for kind in sorted(KINDS, key=lambda k: (-counts[k], KINDS.index(k))) if counts[kind]]
    if not found:
        return ("compute",)
    best = counts[found[0]]
    return tuple(kind for kind in found if counts[kind] >= max(1, best - 1))[:3]


def _writes(text: str) -> bool:
    """Whether words of storage ask for a write: a table on a screen does not, nor what is only to stay as it is."""
    found = {match.group(0) for match in _PATTERNS["persist"].finditer(text)}
    return not all(_GRID.match(word) for word in found) or not (_KEEPS.match(text) or _SHOWN.search(text))


def is_boundary(text: str) -> bool:
    """Whether a requirement only says what must not be: a boundary or a behaviour to keep, no work to do."""
    return (_BOUNDARY.match(text) or _KEPT_IN_PLACE.match(text)) is not None and _ALSO.search(text) is None


def speaks_of(kind: str, text: str) -> bool:
    """Whether a text uses a word of that kind of work."""
    return bool(_PATTERNS[kind].search(text))


@lru_cache(maxsize=8192)
def words_of(text: str) -> tuple[str, ...]:
    """The telling words of a text or a name, split at case and underscores, stemmed, in order, each once."""
    found: dict[str, None] = {}
    for token in _TOKEN.findall(_CAMEL.sub(" ", text.replace("_", " "))):
        word = token.lower()
        if len(word) > 2 and word not in _STOP:
            found.setdefault(stem(word))
    return tuple(found)


def stem(word: str) -> str:
    """A crude stem that brings `saving`, `saved` and `saves` together; for comparing only, never shown."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "ers", "ed", "es", "er", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word
