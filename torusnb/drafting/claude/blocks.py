"""Evidence as content blocks: delimited so that no text in it can pose as another record or as an instruction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from torusnb.drafting.claude.aliases import Aliases
from torusnb.models.base import Value, fingerprint
from torusnb.models.design import EvidencePack, marker, parse_keys
from torusnb.models.messages import Json
from torusnb.spec.codeparts import find_code

LONGEST_PART = 1_600
"""Characters of one piece of evidence that are shown; the rest is cut off, and the cut is shown."""

_LONGEST_KIND = 120

_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_SPEAKABLE = re.compile(r"[^\s;\[\]]+")


class Part(Value, frozen=True):
    """A piece of evidence as it is shown: its key, what kind it is, and what it says."""

    key: str
    kind: str
    text: str


class Group(Value, frozen=True):
    """Parts that belong together: a file, a source, a list."""

    title: str
    parts: tuple[Part, ...]


class Mark:
    """The mark that begins each record: derived from the pack, and taken out of every text that is shown.

    It stays the same for the same pack, so that requests do, and no text can hold it: it is a digest of all of them,
    and what is looked up later goes through `clean` too. It is short, because it stands before every record.

    Attributes:
        text: The mark. aliases: short keys, by which lines of files are shown.
    """

    def __init__(self, pack: EvidencePack) -> None:
        self.text = f"=={fingerprint(pack.evidence, pack.context.traps, pack.research.passages)[:5]}"
        self.aliases = Aliases(pack.evidence)

    def clean(self, text: str) -> str:
        """The text without the mark, and without characters that a person would not see."""
        text = _HIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
        while self.text in text:
            text = text.replace(self.text, "")
        return text

    def enclose(self, title: str, text: str) -> str:
        """A text that is material, between two lines that it cannot hold itself; its keys are shown short."""
        said = self.aliases.shorten(self.clean(text).strip())
        return f"{self.text} begin: {title}\n{said}\n{self.text} end: {title}"

    def part(self, part: Part) -> str:
        """A record: its head with the key, and the kind where the key does not tell it; then what it says."""
        text = self.clean(part.text).strip()
        if len(text) > LONGEST_PART:
            text = f"{text[:LONGEST_PART].rstrip()} … (cut)"
        kind = " ".join(self.clean(part.kind).split())[:_LONGEST_KIND]
        told = "" if part.key.startswith(f"{kind}:") else f" {kind}"
        return f"{self.text} {marker(self.aliases.short(part.key))}{told}\n{text}\n"


def is_speakable(key: str) -> bool:
    """Whether a marker can name the key; a path with a blank in it cannot be."""
    return _SPEAKABLE.fullmatch(key) is not None


def estimate_tokens(text: str) -> int:
    """Tokens of a text, estimated as a quarter of its characters; the same for everybody, unlike a count."""
    return -(-len(text) // 4)


def render_groups(
    groups: Iterable[Group], mark: Mark, *, native: bool, cached: bool = False, told: Iterable[str] = ()
) -> tuple[Json, ...]:
    """The content blocks of some groups: one `search_result` block each with citations on, or one text block each.

    In a `search_result` block each part is a text block of its own, which is the least that a citation can point at.
    The title of a group says which files its short keys stand for, where no group before it did.

    Args:
        groups: What to show.
        mark: Begins each record.
        native: Whether the endpoint knows `search_result` blocks.
        cached: Puts a cache breakpoint on the last block.
        told: Numbers of files that the reader knows already.
    """
    known, blocks = set(told), []
    for group in groups:
        if group.parts:
            title = _title(group, mark, known)
            blocks.append(_native(group, title, mark) if native else _plain(group, title, mark))
    if cached and blocks:
        blocks[-1] = {**blocks[-1], "cache_control": {"type": "ephemeral"}}
    return tuple(blocks)


def text_block(text: str) -> Json:
    """A text block."""
    return {"type": "text", "text": text}


def files_of(groups: Iterable[Group], mark: Mark) -> dict[str, str]:
    """The paths that the short keys of some groups stand for, by the file's number."""
    return mark.aliases.files_in(" ".join(mark.aliases.short(part.key) for group in groups for part in group.parts))


def _native(group: Group, title: str, mark: Mark) -> Json:
    return {
        "type": "search_result",
        "source": title,
        "title": title,
        "content": [text_block(mark.part(part)) for part in group.parts],
        "citations": {"enabled": True},
    }


def _plain(group: Group, title: str, mark: Mark) -> Json:
    parts = "".join(mark.part(part) for part in group.parts)
    return text_block(f"{mark.text} group: {title}\n{parts}")


def _title(group: Group, mark: Mark, known: set[str]) -> str:
    """The group's title with the files that it is the first to show; their numbers are then `known`."""
    title = " ".join(mark.clean(group.title).split())[:400] or "evidence"
    for file, path in files_of((group,), mark).items():
        if file not in known:
            known.add(file)
            named = f"{file} = {mark.clean(path)}"
            title = title.replace(path, named, 1) if path in title else f"{title}; {named}"
    return title


def read_cited(content: Sequence[Json], groups: Iterable[Group], mark: Mark) -> str:
    """The reply's text with each native citation as the marker of the evidence whose record it points at.

    The record is recognised by its own text, never by what the reply says about it. Markers that the model wrote stay;
    inside code no marker is put.
    """
    records = {mark.part(part).strip(): part.key for group in groups for part in group.parts}
    text = ""
    inserts: list[tuple[int, str]] = []
    for block in content:
        if block.get("type") != "text":
            continue
        said = str(block["text"])
        keys = _cited_keys(block.get("citations") or (), records)
        new = [key for key in keys if not {key, mark.aliases.short(key)} & {*parse_keys(said)}]
        text += said
        if new:
            inserts.append((len(text.rstrip()), marker(*new)))
    code = find_code(text)
    for offset, put in reversed(inserts):
        if not any(start < offset < end for start, end in code):
            text = f"{text[:offset]} {put}{text[offset:]}"
    return text


def _cited_keys(citations: Iterable[Json], records: dict[str, str]) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for citation in citations:
        cited = str(citation.get("cited_text") or "")
        for record, key in records.items():
            if record in cited:
                found.setdefault(key)
    return tuple(found)
