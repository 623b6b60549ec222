"""Plain wording: text of others made safe for a paragraph, lists, plurals, short restatements."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)\s]*\)")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_OPENS_TAG = re.compile(r"<(?=[A-Za-z/!?])")
"""What a renderer could still take for HTML when all whole tags are gone."""
_IDENTIFIER = re.compile(r"\w*[_./]\w")
_EMPHASIS = re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1")
_STAR = re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])")
_LEAD = re.compile(r"^(?:[-*+]\s+|\d+[.)]\s+|#{1,6}\s+|>\s+|\[[ xX]\]\s+)+")
_UNFINISHED = re.compile(r"\b(?:TODO|TBD|FIXME)\b:?", re.IGNORECASE)
_SPAN = re.compile(r"`[^`]+`")
_FILE_URL = re.compile(r"(?:file://)?/(?:Users|home)/[^\s)\]`]+")

_SHALL = re.compile(
    r"^(?:the\s+|this\s+)?(?:[\w`-]+\s+){0,3}?(?:system|platform|application|feature|torus|solution|"
    r"implementation|design|"
    r"ui|work|tool)\s+(?:shall|must|should|will)\s+(?:be\s+able\s+to\s+)?",
    re.IGNORECASE,
)
_MODAL = re.compile(r"\b(?:SHALL NOT|MUST NOT|SHOULD NOT|SHALL|MUST|SHOULD|WILL)\b")
_CONDITION = re.compile(r"^(?:when|if|after|before|once|while)\b", re.IGNORECASE)
_VERB = re.compile(r"\b(?:is|are|be|has|have|was|were|can|cannot|[\w-]{3,}(?:s|ed))\b")
_GIVEN = re.compile(
    r"^\s*given\s+(?P<given>.+?)[,;.]?\s+when\s+(?P<when>.+?)[,;.]?\s+then\s+(?P<then>.+)$", re.IGNORECASE | re.DOTALL
)
_GIVEN_THEN = re.compile(r"^\s*given\s+(?P<given>.+?)[,;.]?\s+then\s+(?P<then>.+)$", re.IGNORECASE | re.DOTALL)
_GIVEN_WHEN = re.compile(
    r"^\s*given\s+(?P<given>[^,]+),\s+when\s+(?P<when>[^,]+),\s+(?P<then>.+)$", re.IGNORECASE | re.DOTALL
)
_GIVEN_ONLY = re.compile(r"^\s*given\s+(?P<given>[^,]+),\s+(?P<then>.+)$", re.IGNORECASE | re.DOTALL)
_WHEN = re.compile(r"^\s*when\s+(?P<when>.+?)[,;]?\s+then\s+(?P<then>.+)$", re.IGNORECASE | re.DOTALL)
_CLAUSE = re.compile(
    r"(?<=[\w`)\"'%]);\s+|(?<=[\w`)\"'%])\s+[—–-]{1,2}\s+|(?<=[.!?])\s+(?=[A-Z`])|"
    r",\s+(?=(?:so that|which|while|whereas|including|such as|with|without|because|but|instead|rather|where|even|"
    r"unless|except|plus|making|using|and (?:it|they|must|should|will|is|are|does|do|can|cannot|may))\b)"
)
"""Where a statement can end without losing its verb; a comma of a list is no such place."""
_ASIDE = re.compile(r"\s+\((?!new\))[^()`]*(?:`[^`]*`[^()`]*)*\)")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """One line of text that cannot break the document: no tables, headings, comments, links, loose marks.

    Code spans stay when their backticks are balanced; otherwise the backticks go. Words that
    stand for unfinished work are put in other words, because a design document may not hold them.
    """
    text = _COMMENT.sub(" ", text)
    text = _LINK.sub(r"\1", text)
    lines = [_LEAD.sub("", line.strip()) for line in text.splitlines()]
    text = re.sub(r"\s+", " ", " ".join(line for line in lines if line)).strip()
    if text.count("`") % 2 or "``" in text:
        text = text.replace("`", "")
    text = _FILE_URL.sub(lambda m: m.group(0).rsplit("/", 1)[-1], text)
    text = _outside_spans(text)
    text = _UNFINISHED.sub("still to settle", text)
    return text.replace("[@", "(@").replace("|", "/").strip()


def _outside_spans(text: str) -> str:
    """Emphasis and tags taken out of everything that is not a code span."""
    spans: list[str] = []

    def keep(match: re.Match[str]) -> str:
        spans.append(match.group(0))
        return f"\x00{len(spans) - 1}\x00"

    text = _SPAN.sub(keep, text)
    text = _TAG.sub(" ", text)
    for pattern, group in ((_EMPHASIS, r"\2"), (_STAR, r"\1")):
        text = pattern.sub(group, text)
    text = _OPENS_TAG.sub("&lt;", text.replace("**", ""))
    text = re.sub(r"\x00(\d+)\x00", lambda m: spans[int(m.group(1))], text)
    return re.sub(r"\s+", " ", text).strip()


def clip(text: str, words: int) -> str:
    """The text without a final stop, shortened to about that many words where a clause ends; else the whole text.

    First the asides in brackets go, then what follows a clause. A text with neither stays whole: half a clause says
    nothing, or something else.
    """
    text = text.rstrip(" ;,.") if not text.endswith("...") else text
    if len(text.split()) <= words:
        return text
    bare = _ASIDE.sub("", text)
    if bare.split() and len(bare.split()) <= words:
        return bare
    return _cut(bare, words, _CLAUSE) or _bounded(text)


def _bounded(text: str) -> str:
    """A text that no person wrote as one sentence is cut, and shows it."""
    said = text.split()
    if len(said) <= _LONGEST:
        return text
    cut = said[:_LONGEST]
    while len(cut) > 1 and not _closed(" ".join(cut)):
        cut.pop()
    return _dangling(" ".join(cut)).rstrip(" ;,:.") + " …"


def head_of(text: str, words: int) -> str:
    """The beginning of a text as a name for it: cut where a clause or a circumstance begins; else the whole text."""
    short = clip(text, words)
    if len(short.split()) <= words:
        return short
    return _cut(short, words, _CIRCUMSTANCE) or short


def _cut(text: str, words: int, boundary: re.Pattern[str]) -> str:
    """The longest head of at most that many words that ends at a boundary; else the shortest above; empty for none."""
    heads = [text[: match.start()].rstrip(" ;,:.—–-") for match in boundary.finditer(text)]
    whole = [_dangling(head) for head in heads if _closed(head) and len(head.split()) > 3]
    fitting = [head for head in whole if len(head.split()) <= words]
    return fitting[-1] if fitting else whole[0] if whole and boundary is _CLAUSE else ""


_MITIGATES = re.compile(
    r"^(?:(?:we|to be|is|are|can be|will be) )*mitigat(?:e|es|ed|ion)(?: (?:this|it))?(?:\s*:| by| with| through)\s+",
    re.IGNORECASE,
)
_LONGEST = 90
_CIRCUMSTANCE = re.compile(
    r"(?<!\bas)(?<!\bthan)(?<!\blike),?\s+"
    r"(?=(?:only when|only if|so that|when|if|while|where|before|after|until|unless|because|using|including|"
    r"such as|across|instead of|rather than|according to|based on|via|through|during|without)\b)"
)
_WEAK = {
    "a", "an", "the", "of", "to", "in", "on", "for", "with", "and", "or", "by", "from", "as", "at", "that", "is", "are",
    "be", "when", "than", "its", "their", "into", "per", "via", "not", "without", "only", "through", "using", "any",
}  # fmt: skip


def _dangling(text: str) -> str:
    """The text without trailing words that lead nowhere."""
    words = text.split()
    while len(words) > 3 and words[-1].lower().strip(",;:(") in _WEAK:
        words.pop()
    return " ".join(words)


def _closed(text: str) -> bool:
    """Whether brackets, quotes and code spans that the text opens are closed in it."""
    return text.count("`") % 2 == 0 and text.count("(") <= text.count(")") and text.count('"') % 2 == 0


def _split_condition(text: str) -> tuple[str, str]:
    """A leading condition and the statement it is for; two empty texts where none leads."""
    if _CONDITION.match(text):
        for comma in re.finditer(r",\s+", text):
            when, main = text[: comma.start()], text[comma.end() :]
            if _VERB.search(when.split(" ", 1)[-1]) and len(main.split()) > 3:
                return when, main
    return "", ""


def restate(text: str, words: int, *, as_name: bool = False) -> str:
    """A requirement in short: `The system SHALL keep X` becomes `keep X`; no final stop.

    A leading condition goes behind the statement when both do not fit, and is left out of a name.
    """
    text = plain(text)
    condition, main = _split_condition(text)
    if main and len(text.split()) > words:
        statement = restate(main, words, as_name=as_name)
        return statement if as_name else f"{statement}, {lower_first(clip(condition, max(8, words // 2)))}"
    text = _SHALL.sub("", text)
    text = _MODAL.sub(lambda m: m.group(0).lower(), text).strip().rstrip(".")
    text = re.sub(r"^(?:NOT|not)\b", "do not", text)
    return head_of(text, words) if as_name else clip(text, words)


def criterion(text: str, words: int) -> str:
    """A criterion in short: its circumstances and its trigger, an arrow, and what must then be true."""
    text = plain(text)
    forms = (_GIVEN, _GIVEN_THEN, _WHEN, _GIVEN_WHEN, _GIVEN_ONLY)
    match = next((found for form in forms if (found := form.match(text))), None)
    if match is None:
        return restate(text, words)
    parts = {name: (part or "").strip().rstrip(".,;") for name, part in match.groupdict().items()}
    given = f"given {clip(parts['given'], max(8, words // 2))}" if parts.get("given") else ""
    when = f"when {clip(parts['when'], max(10, words // 2))}" if parts.get("when") else ""
    return f"{', '.join(part for part in (given, when) if part)} → {clip(parts['then'], max(12, words))}"


def sentence(text: str) -> str:
    """The text with a capital first letter and a final stop; a name from code or a path keeps its letters."""
    head = upper_first(text.strip())
    return head if not head or head[-1] in ".!?" else head.rstrip(" ,;:") + "."


def upper_first(text: str) -> str:
    """The text with a capital first letter, unless it begins with a name from code or a path, or with no letter."""
    return text if not text[:1].isalpha() or _IDENTIFIER.match(text) else text[0].upper() + text[1:]


def lower_first(text: str) -> str:
    """The text with a small first letter, unless its first word is a name."""
    word = text.split(" ", 1)[0]
    return (
        text
        if not text or (word.isupper() and len(word) > 1) or any(c.isupper() for c in word[1:])
        else text[0].lower() + text[1:]
    )


def first_sentence(text: str) -> str:
    """The first sentence of a plain text, without its stop."""
    match = re.search(r"(?<=[\w`)\"'])[.!?](?=\s+[A-Z`\"(]|$)", text)
    return text[: match.start()].strip() if match else text.strip()


def cure(text: str) -> str:
    """A mitigation without the words that only call it one, for a place that does."""
    return _MITIGATES.sub("", plain(text)).rstrip(".")


def listed(items: Iterable[str], last: str = "and") -> str:
    """`a`, `a and b`, `a, b and c`."""
    words = [item for item in items if item]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"


def some(items: Sequence[str], most: int) -> str:
    """A list that names at most `most` items and counts the others."""
    if len(items) <= most:
        return listed(items)
    return f"{', '.join(items[:most])} and {len(items) - most} more"


def count(number: int, noun: str, plural: str = "") -> str:
    """`1 table`, `3 tables`, `no table`, with thousands set apart."""
    if number == 0:
        return f"no {noun}"
    return f"{number:,} {noun if number == 1 else plural or plural_of(noun)}"


def plural_of(noun: str) -> str:
    """The plural of an English noun by its ending."""
    if noun.endswith(("s", "x", "ch", "sh")):
        return noun + "es"
    if noun.endswith("y") and noun[-2:-1] not in "aeiou":
        return noun[:-1] + "ies"
    return noun + "s"


def singular_of(noun: str) -> str:
    """The singular of an English noun by its ending."""
    if noun.endswith("ies") and len(noun) > 4:
        return noun[:-3] + "y"
    if noun.endswith(("sses", "xes", "ches", "shes", "uses")):
        return noun[:-2]
    return noun[:-1] if noun.endswith("s") and not noun.endswith(("ss", "us", "is")) else noun


def code(name: str) -> str:
    """A code span; a name that holds a backtick stays plain."""
    return name if "`" in name else f"`{name}`"


def bullets(lines: Iterable[str], indent: int = 0) -> str:
    """A Markdown list of the lines that say something."""
    return "\n".join(f"{' ' * indent}- {line}" for line in lines if line)


def paragraphs(*blocks: str) -> str:
    """The blocks that say something, with an empty line between them."""
    return "\n\n".join(block.strip("\n") for block in blocks if block.strip())


def labelled(label: str, body: str) -> str:
    """A bold label and its list or paragraph; empty when there is no body."""
    return f"**{label}**\n\n{body}" if body.strip() else ""
