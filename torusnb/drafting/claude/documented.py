"""What the held documentation says of the library mechanisms on which decisions stand, asked for by the program.

A design that relies on how Phoenix, Ecto or Oban behave can be held against the library's own words. What research
found was asked for before anything was decided, so it is general; by now the decisions name functions, rest on lines
that call some, and change functions that call others. Which of these names are a library's, and what its documentation
says of them, the tool `docs` knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from torusnb.drafting.claude.exchange import Bounds, Exchange, Talk
from torusnb.drafting.claude.ledger import Entry, Ledger
from torusnb.drafting.claude.library_names import LibraryNames
from torusnb.drafting.claude.progress import Progress
from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.design import MARKER, Evidence, parse_keys
from torusnb.models.messages import DOCUMENTED_HERE, Lookups, ModelRequest
from torusnb.models.telling import count_told

DOCUMENTED_BOUNDS = Bounds(calls=48, tokens=6_000, answer=600)
"""What the program asks of the documentation; what finds nothing costs a call and hardly a token."""
MOST_DOCUMENTED = 12
"""Answers that are shown; asked in the order of how much a decision depends on the name."""
TOOL = "docs"

_LONGEST = 560
"""Characters that the tool takes of names and of words."""
_SENTENCE = re.compile(r"(?<=[.!?;])\s+|\n+")
_OWNER = re.compile(r"\w+\.(?=\w)")


class Asked(Value, frozen=True):
    """What is asked of the documentation: names, and the words of the decision that depends on them.

    Attributes:
        names: Of one name the forms that a library may have it under, the likeliest first, the first that is documented
            is asked; else several names, of which the one passage that says most of the words is wanted.
        alone: Whether they are forms of one.
    """

    names: tuple[str, ...]
    words: str
    alone: bool = False


class _Said(Value, frozen=True):
    """A decision or a sentence of the approach.

    Attributes:
        words: With the words of the decided name. named: each name in it, by its forms. modules, called: names that
        stand behind these, and such as the lines call that it rests on.
    """

    words: str
    named: tuple[tuple[str, ...], ...]
    others: tuple[str, ...]
    called: tuple[str, ...]


def read_documented(talk: Talk, request: ModelRequest, progress: Progress) -> Exchange:
    """What the documentation says, each passage once; nothing where none is held or no name is a library's.

    Of a decision that names a function of which something was said, what else it calls is not asked. A passage that
    tells no behaviour (see `count_told`) decides nothing, and is left out.

    Args:
        talk: Who is asked.
        request: What the exchange begins with; its purpose stands before each look-up that is told.
        progress: The ledger, the approach, and the lines that were read.
    """
    documented = Exchange(request)
    if not talk.offers(TOOL) or talk.desk.lookups is None:
        return documented
    asked = list_asked(progress.ledger, progress.approach, progress.pack.context.code, progress.usable)
    held = _find_held(talk.desk.lookups, dict.fromkeys(name for each in asked for name in each.names))
    said: set[str] = set()
    answered: set[str] = set()
    for each in asked:
        names = [name for name in each.names if name in held][: 1 if each.alone else None]
        if not names or answered & {*names} or len(documented.read) == MOST_DOCUMENTED:
            continue
        count, evidence = len(documented.read), dict(documented.evidence)
        asked_of = next(_chunks(names))
        arguments = {"name": asked_of if each.alone else f"{asked_of};", "words": _cut(each.words, _LONGEST)}
        talk.read_ahead(documented, TOOL, arguments, DOCUMENTED_BOUNDS)
        shown = {line for _, text in documented.read[count:] for line in text.splitlines() if not line.startswith("#")}
        if shown <= said or not count_told(_quoted(documented.read[count:])):
            del documented.read[count:]
            documented.evidence = evidence
        elif each.alone:
            answered.update(names)
        said |= shown
    return documented


def _quoted(read: Iterable[tuple[str, str]]) -> str:
    """The words of the documentation that some answers show, without keys and headings."""
    lines = (line for _, text in read for line in text.splitlines() if not line.startswith("#"))
    return " ".join(line.partition(" | ")[2].strip() for line in lines)


def _find_held(lookups: Lookups, names: Iterable[str]) -> frozenset[str]:
    """Which of some names the documentation has."""
    held: list[str] = []
    for together in _chunks(names):
        answer = lookups.answer(TOOL, {"name": together, "words": together})
        for line in answer.text.splitlines():
            if line.startswith(DOCUMENTED_HERE):
                held += line.removeprefix(DOCUMENTED_HERE).split("; ")
    return frozenset(held)


def list_asked(ledger: Ledger, approach: str, code: CodeMap, seen: Mapping[str, Evidence]) -> tuple[Asked, ...]:
    """What could be asked, each once: first the functions, options and modules that a decision names, one by one.

    Then for each decision these, the functions that the lines it rests on call, and those that the functions around
    these lines and the function it changes call, all together. Of the approach the chosen option counts and what is
    said of all; no rejected option, and no trade-off. Which of these names belong to a library is not known here.
    """
    names = LibraryNames(code, seen)
    said = [_read(f"{entry.decision} {entry.because}", names, entry) for entry in ledger.entries]
    said += [_read(sentence, names) for sentence in _SENTENCE.split(_chosen(approach)) if sentence.strip()]
    forms: dict[str, dict[str, None]] = {}
    texts: dict[str, dict[str, None]] = {}
    for each in said:
        for named in each.named:
            forms.setdefault(named[-1], {}).update(dict.fromkeys(named))
        for name in dict.fromkeys((*(named[-1] for named in each.named), *each.called)):
            texts.setdefault(name, {})[each.words] = None
    asked = [
        Asked(tuple(forms[name]), _plain(" ".join(texts[name])), alone=True)
        for name in forms
        if not name.startswith("c:")
    ]
    for each in said:
        together = [*(form for named in each.named for form in named), *each.others, *each.called]
        if together:
            asked.append(Asked(tuple(dict.fromkeys(together)), _plain(each.words)))
    return tuple(dict.fromkeys(asked))


def _read(text: str, names: LibraryNames, entry: Entry | None = None) -> _Said:
    keys = entry.keys if entry is not None else parse_keys(text)
    homes = names.homes(keys, entry.kind, entry.name) if entry is not None else names.homes(keys)
    modules = [*names.modules_in(text)]
    return _Said(
        words=f"{text} {_OWNER.sub('', entry.name)}" if entry is not None else text,
        named=(
            *names.said_in(text, homes),
            *names.terms_in(text, homes),
            *((module,) for module in modules if "." in module),
        ),
        others=tuple(modules),
        called=tuple(names.around(keys)),
    )


def _chosen(approach: str) -> str:
    """What an approach says for itself: the request as it was understood, the option that was chosen, and why."""
    lines = approach.splitlines()
    chosen = next((line for line in lines if line.startswith("Chosen: ")), "")
    return "\n".join(
        line
        for line in lines
        if line.startswith(("The request: ", "Chosen: "))
        or (line.startswith("Option ") and chosen.startswith(f"Chosen: {line[7:].partition(': ')[0]}. "))
    )


def _plain(text: str) -> str:
    return " ".join(MARKER.sub(" ", text).split())


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0]


def _chunks(names: Iterable[str]) -> Iterator[str]:
    """Names apart by `;`, as many as one look-up takes."""
    joined = ""
    for name in names:
        if joined and len(joined) + len(name) + 2 > _LONGEST:
            yield joined
            joined = ""
        joined = f"{joined}; {name}" if joined else name
    if joined:
        yield joined
