"""What `docs/review-rules.md` says of each rule: the one text for people, SARIF viewers and this code."""

from __future__ import annotations

import re

from torusnb.models.base import Value
from torusnb.resources import docs_path
from torusnb.review.rules import RULES

_PART = re.compile(r"^### `(?P<rule>[a-z]+\.[a-z-]+)`$", re.MULTILINE)
_NEXT = re.compile(r"^#{1,3} ", re.MULTILINE)
_SEVERITY = re.compile(r"^(?:Error|Warning|Note)\b[^.]*\.\s*")
_QUOTED = re.compile(r"^> ?", re.MULTILINE)
_LABELLED = re.compile(r"^(?P<label>Example|Remedy): ")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")


class RuleHelp(Value, frozen=True):
    """A rule as the handbook explains it, in Markdown.

    Attributes:
        rule: Its id.
        about: When it speaks and why, as paragraphs.
        example: What it finds. remedy: What to do about that.
    """

    rule: str
    about: str
    example: str = ""
    remedy: str = ""

    @property
    def short(self) -> str:
        """The first sentence."""
        return _SENTENCE_END.split(self.about, maxsplit=1)[0]


def parse_handbook(text: str) -> dict[str, RuleHelp]:
    """Rule id to its help, in the order of the text; a part is a heading `### rule` up to the next heading."""
    helps = {}
    for match in _PART.finditer(text):
        following = _NEXT.search(text, match.end())
        part = text[match.end() : following.start() if following else len(text)]
        helps[match["rule"]] = _parse_part(match["rule"], part)
    return helps


def load_handbook() -> dict[str, RuleHelp]:
    """Every rule's help, from the handbook that travels with torusnb; a rule it lacks is helped by its name alone."""
    helps = parse_handbook(docs_path("review-rules.md").read_text(encoding="utf-8"))
    return {rule: helps.get(rule) or RuleHelp(rule, f"{_words(rule)}.") for rule in RULES}


def _parse_part(rule: str, part: str) -> RuleHelp:
    about: list[str] = []
    labelled = {"Example": "", "Remedy": ""}
    for paragraph in re.split(r"\n(?:> ?)?\n", part.strip()):
        plain = _QUOTED.sub("", paragraph).strip()
        match = _LABELLED.match(plain) if paragraph.startswith(">") else None
        if match is not None:
            labelled[match["label"]] = " ".join(plain[match.end() :].split())
        elif plain:
            about.append(" ".join(plain.split()))
    told = _SEVERITY.sub("", "\n\n".join(about), count=1)
    return RuleHelp(rule, told or f"{_words(rule)}.", labelled["Example"], labelled["Remedy"])


def _words(rule: str) -> str:
    return rule.replace(".", ": ").replace("-", " ").capitalize()
