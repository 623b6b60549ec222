"""Given, When and Then in running text: where a criterion begins and ends that no bullet sets off."""

from __future__ import annotations

import re

_BEGINS = re.compile(r"(?<![\w“\"(])(?:Given|When)(?=[\s:]+\S)")
_THEN = re.compile(r"(?<![\w“\"])[Tt]hen\b")
_NUMBERED = re.compile(r"(?<![\w(])AC-?\d{1,4}\s*[:.)]\s*")
_NEXT = re.compile(
    r"(?<=[a-z0-9)\]”’\"%])\s+(?=The\s+[\w“]|(?:An?|If|Each|All|This|These)\s+[a-z“])|(?<=[.!?])\s+(?=[A-Z“\"])"
)
"""Where the next sentence begins, also where a list lost the marks between its items."""
_TITLE = re.compile(
    r"(?P<before>\S+)(?P<title>(?:\s+(?:[A-Z][\w’'/-]*|&|/|–|—|-|and|of|or|vs\.?|with|\([^()]{1,40}\))){1,9})$"
)
_BINDS = re.compile(
    r"^(?:the|an?|to|in|on|of|from|for|is|are|as|with|and|or|by|at|into|titled|→|[“\"(].*|[A-Z][\w’'-]*|.*[:,→/])$"
)
"""A word after which a name goes on the sentence and is no title of what follows."""
_LEAD = re.compile(r"^(?:[A-Z][\w’'-]*(?:\s+(?:&|/|–|and|of|\([^()]{1,40}\)))*\s+){3,8}?(?=[A-Z][a-z]+ [a-z(])")
"""A title of three words and more, with the sentence that follows it."""
_FEWEST_WORDS = 4
_LEAST_TITLE = 2


def split_criteria(text: str) -> list[str]:
    """The criteria of a running text: each with its steps, and sentences between them as they stand.

    Titles that stand between criteria are left out; an `And` belongs to the criterion before it.
    """
    if len(_NUMBERED.findall(text)) > 1:
        return [part.strip() for part in _NUMBERED.split(text) if len(part.split()) >= _FEWEST_WORDS]
    found: list[str] = []
    starts = _starts(text)
    found += _plain(text[: starts[0]] if starts else text)
    for start, end in zip(starts, [*starts, len(text)][1:], strict=True):
        steps, rest = _cut(text[start:end])
        found += [trim_title(steps), *_plain(rest)]
    return found


def _starts(text: str) -> list[int]:
    """Where criteria begin: at each Given, and at a When that no Given before it waits for."""
    starts: list[int] = []
    for match in _BEGINS.finditer(text):
        open_since = starts[-1] if starts else None
        waits = open_since is not None and _THEN.search(text, open_since, match.start()) is None
        if match.group() == "Given" or not waits or not text.startswith("Given", open_since or 0):
            starts.append(match.start())
    return starts


def _cut(text: str) -> tuple[str, str]:
    """A criterion and what stands behind its outcome as sentences of their own."""
    then = _THEN.search(text)
    after = _NEXT.search(text, then.end() if then else 0)
    if after is None or (then is None and not text[after.end() :].strip()):
        return text.strip(), ""
    if then is None:  # `When it is selected: A form opens`: the sentence behind it is the outcome
        second = _NEXT.search(text, after.end())
        return (text[: second.start()].strip(), text[second.end() :]) if second else (text.strip(), "")
    return text[: after.start()].strip(), text[after.end() :]


def _plain(text: str) -> list[str]:
    """The sentences of what stands between criteria; a title alone is none."""
    told = (trim_lead(trim_title(part.strip())) for part in _NEXT.split(text))
    return [part for part in told if len(part.split()) >= _FEWEST_WORDS and not is_title(part)]


def is_title(text: str) -> bool:
    """Whether a text is a run of titles: each longer word of it begins with a capital."""
    words = [word for word in re.findall(r"[A-Za-z][\w’'-]*", text) if len(word) > 3]
    return bool(words) and all(word[0].isupper() for word in words)


def trim_lead(text: str) -> str:
    """A text without the title before its first sentence, where a list lost the line's end between them."""
    return _LEAD.sub("", text.strip(), count=1)


def trim_title(text: str) -> str:
    """A text without the title of what follows it, which stands behind its last word with capitals."""
    match = _TITLE.search(text)
    if match is None or _BINDS.match(match["before"]):
        return text.strip()
    capitals = re.findall(r"(?<!\w)[A-Z]\w*", match["title"])
    ended = match["before"].endswith((".", "!", "?", ")", "”"))
    if len(capitals) < (1 if ended else _LEAST_TITLE):
        return text.strip()
    return text[: match.start("title")].strip()
