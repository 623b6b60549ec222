"""Words inside a block: identifiers and their ranges, labels, check boxes, one-line forms."""

from __future__ import annotations

import re

_DASH = "[-\u2010\u2011]"
_ID = rf"(?:[A-Z][A-Z0-9]{{0,7}}{_DASH})*[A-Z][A-Z]{{0,7}}{_DASH}?\d{{1,5}}[a-z]?"
ID = re.compile(rf"(?<![\w./#@-]){_ID}(?![\w]|{_DASH}\w|\.\d)")
"""An identifier: `FR-001`, `AC-004b`, `FR1`, `NFR-PERF-001`, `A1`."""

_RANGE = re.compile(
    rf"(?P<first>{_ID})\s*(?:\u2013|\u2014|-|\.{{2,3}}|to|through|thru|until)\s*(?P<last>{_ID}|\d{{1,5}})(?![\w])"
)
_TAIL = re.compile(r"(\d+)([a-z]?)$")
_LEAD = re.compile(
    rf"^(?:\[[ xX]\]\s*)?(?P<open>\*\*|__|`|\*\*`|\[)?\s*(?P<id>{_ID})(?![\w]|{_DASH}\w|\.\d)\s*(?P<rest>.*)$",
    re.DOTALL,
)
_LISTED = re.compile(
    rf"^(?:\*\*|__|`|\])*\s*(?:,|/|;|&|and\b|or\b|to\b|through\b|thru\b|\.\.|(?:\u2013|\u2014|-)\s*{_ID})\s*"
)
_DELIMITER = re.compile(r"^[\s:.)\]|>\u2013\u2014-]*(?:[:.)\]|>\u2013\u2014]|-(?=\s))[\s:.)\]|>\u2013\u2014-]*")
_FAMILY = re.compile(r"^(?:FR|AC|NFR|REQ)(?:-[A-Z]+)*-?\d")
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_BOX = re.compile(r"^\[[ xX]\]\s+")
_BOLD_LABEL = re.compile(
    r"^(\*\*|__)(?P<label>[^*\n]{1,90}?)(?:(?P<colon>:)\1|\1\s*:|\1\s+[-\u2013\u2014])\s*(?P<rest>.*)$", re.DOTALL
)
_PLAIN_LABEL = re.compile(r"^(?P<label>[^\W\d_](?:[^:\n.;?!`\"\u201c]|\.(?=\d)){0,69}):\s+(?P<rest>\S.*)$", re.DOTALL)
_WHOLLY_BOLD = re.compile(r"^(\*\*|__)[^*\n]+\1:?$")
_STEP = re.compile(r"^(given|when|then|and|but|scenario)\b", re.IGNORECASE)
_EMPTY = re.compile(
    r"^[\W_]*(?:none|n/?a|not applicable|no (?:open )?questions?|nothing|tbd|to be determined|-)"
    r"(?:\s+(?:at this time|yet|known|currently|identified|planned|provided"
    r"|required|needed|expected|for now|remaining))*"
    r"(?:\s*\([^()]*\))?[\W_]*$",
    re.IGNORECASE,
)

MAX_RANGE = 200
"""A range with more members than this is taken for something else."""


def normalise_id(text: str) -> str:
    """An identifier as written, in capitals with plain dashes; a closing letter stays small (`AC-004b`)."""
    bare = re.sub(_DASH, "-", text.strip())
    return bare[:-1].upper() + bare[-1] if bare[-1:].islower() else bare.upper()


def expand_ids(text: str) -> tuple[str, ...]:
    """The identifiers in a list, ranges expanded, each once: `FR-001, FR-003–FR-005` gives four."""
    found: dict[str, None] = {}
    at = 0
    while hit := ID.search(text, at):
        span = _RANGE.match(text, hit.start())
        if span is None:
            found.setdefault(normalise_id(hit.group()))
            at = hit.end()
            continue
        for name in _members(normalise_id(span["first"]), span["last"]):
            found.setdefault(name)
        at = span.end()
    return tuple(found)


def _members(first: str, last: str) -> list[str]:
    head, tail = _TAIL.search(first), _TAIL.search(last)
    if head is None or tail is None:
        return [first]
    prefix, width = first[: head.start()], len(head[1])
    given = re.sub(_DASH, "-", last[: tail.start()]).upper()
    low, high = int(head[1]), int(tail[1])
    if given not in ("", prefix) or not low <= high <= low + MAX_RANGE:
        return [first, normalise_id(last)] if given else [first]
    return [f"{prefix}{number:0{width}d}" for number in range(low, high + 1)]


def split_id(text: str) -> tuple[str, str]:
    """The identifier that a text defines in front, and the rest; two empty strings when it defines none.

    `FR-001 and FR-002 …`, `AC-001 through AC-007 …` speak about identifiers and define none; neither does
    `S3 holds …`: outside the families FR, AC, NFR and REQ a delimiter or bold type must set the identifier off.
    """
    lead = _LEAD.match(text)
    if lead is None or _LISTED.match(lead["rest"]):
        return "", ""
    name, opened, rest = normalise_id(lead["id"]), lead["open"] or "", lead["rest"].strip()
    if opened:
        closing = "]" if opened == "[" else opened[::-1]
        before, found, after = rest.partition(closing)
        rest = f"{before.strip()} {after.strip()}".strip() if found else rest
    delimiter = _DELIMITER.match(rest)
    if delimiter is not None:
        return name, rest[delimiter.end() :].strip()
    if rest and not (_FAMILY.match(name) or opened.startswith(("*", "_", "[")) or rest.startswith("(")):
        return "", ""
    return name, rest


def split_label(text: str, words: int = 5) -> tuple[str, str]:
    """The label that a text begins with and the rest: `Reliability: x`, `**Reliability** — x`.

    A label in plain letters has at most `words` words; in bold, twelve. No label gives `("", text)`.
    """
    bare = text.strip()
    bold = _BOLD_LABEL.match(bare)
    if bold is not None and len(bold["label"].split()) <= 12:
        return bold["label"].strip().rstrip(":"), bold["rest"].strip()
    plain = _PLAIN_LABEL.match(bare)
    if plain is None or _STEP.match(bare) or len(plain["label"].split()) > words:
        return "", bare
    return plain["label"].strip(), plain["rest"].strip()


def lead_in(text: str) -> str:
    """The words of a line that introduces a list (`Use cases:`, `**Users**:`), or an empty string."""
    bare = text.strip()
    if _WHOLLY_BOLD.match(bare):
        return bare.strip("*_").rstrip(":").strip()
    return bare[:-1].replace("**", "").strip() if bare.endswith(":") and "\n" not in bare else ""


def one_line(text: str) -> str:
    """The text with every run of white space as one space, without a check box in front."""
    return _BOX.sub("", re.sub(r"\s+", " ", text).strip())


def clean_lines(text: str) -> str:
    """A file's text as it is read: lines end with a line feed, and characters nobody sees are out.

    Those are control characters and marks that turn the direction of writing: in a design they would hide what it says.
    """
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def is_empty(text: str) -> bool:
    """Whether a text only says that there is nothing to say (`None.`, `N/A`)."""
    return _EMPTY.match(one_line(text).strip("*_`")) is not None or not text.strip()
