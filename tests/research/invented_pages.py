"""Invented documentation: the same sentences as pages of every shape, and what copying or lying does to a sentence."""

from __future__ import annotations

import html
import json
import random
import re
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from torusnb.models.sources import Citation, Source
from torusnb.research.binding import check_citation
from torusnb.research.pages import Page, extract_page

_THINGS = re.findall(
    r"\S+",
    """
    batch buffer café client column cursor file flow index janitor lease ledger lock mailbox naïve-worker node
    offline-queue order partition queue reader replica retry row scope shard snapshot socket stream table token
    topic vacuum worker writer
    """,
)
_DOINGS = re.findall(
    r"\S+",
    """
    acknowledges archives batches compacts drains flushes holds locks rebuilds reflects refills replays rolls
    scans
    """,
)
_WHENS = (
    "before the first {a} is opened",
    "until the last {a} has let go of its {b}",
    "once the {a} has seen every {b}",
    "while a non-blocking {a} waits for its {b}",
    "as soon as `{call}/{n}` has answered",
    'when the {a} says "{b} is full"',
)


class Shape(NamedTuple):
    """A way to publish sentences."""

    name: str
    media_type: str
    url: str
    render: Callable[[list[str], random.Random], str]


class Case(NamedTuple):
    """A quote with what it claims to come from."""

    kind: str
    shape: str
    quote: str
    verdict: str
    reason: str


def invent_sentences(chance: random.Random, count: int = 12) -> list[str]:
    """Sentences that differ from each other, in Markdown's inline form."""
    return [_sentence(chance, number) for number in range(count)]


def _sentence(chance: random.Random, number: int) -> str:
    a, b, c, d = chance.sample(_THINGS, 4)
    amount, call = 10 * number + chance.randint(2, 9), f"{chance.choice(_THINGS).split('-')[0]}_{b.split('-')[0]}"
    call = "".join(char for char in call if char.isascii())
    when = chance.choice(_WHENS).format(a=c, b=d, call=call, n=chance.randint(0, 4))
    negation = chance.choice(("", "", " never", " does not only lock it but"))
    return f"Each {a} of the {b}{negation} {chance.choice(_DOINGS)} {amount} of its {d}s {when}."


def _inline(sentence: str, chance: random.Random) -> str:
    """A sentence as HTML, as different tools write it."""
    made = html.escape(sentence, quote=chance.random() < 0.5)
    parts = made.split("`")
    for place in range(1, len(parts), 2):
        parts[place] = f'<code class="inline">{parts[place]}</code>'
    made = "".join(parts)
    if chance.random() < 0.3:
        made = made.replace(" of the ", " of&nbsp;the ", 1)
    if chance.random() < 0.3:
        made = made.replace("ch ", "ch <em>", 1).replace(" of", "</em> of", 1)
    if chance.random() < 0.3:
        made = made.replace("-", chance.choice(("&#8209;", "\u2010", "-")))
    if chance.random() < 0.2:
        made = made.replace("fl", "\ufb02").replace("fi", "\ufb01")
    if chance.random() < 0.2:
        made = made.replace("tch", "t&shy;ch").replace("ock", "o<wbr>ck")
    return made.replace(" ", chance.choice((" ", "\n   ")), 1)


def _exdoc(sentences: list[str], chance: random.Random) -> str:
    """ExDoc's page of a module, with a summary that says some sentences twice."""
    functions = "".join(
        f'<section class="detail" id="act{n}/{n % 4}"><div class="detail-header"><a href="#act{n}/{n % 4}" '
        f'class="detail-link"><i class="ri-link-m" aria-hidden="true"></i></a><div class="heading-with-actions">'
        f'<h1 class="signature" translate="no">act{n}(one, two)</h1></div></div><section class="docstring">'
        f'<div class="specs"><pre translate="no">@spec act{n}(term(), term()) :: :ok</pre></div>'
        f"<p>{_inline(sentence, chance)}</p></section></section>"
        for n, sentence in enumerate(sentences[4:])
    )
    intro = "".join(f"<p>{_inline(sentence, chance)}</p>" for sentence in sentences[:4])
    return (
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta name="generator" content="ExDoc v0.38.1">'
        '<meta name="project" content="quarry v1.2.0"><title>Quarry.Pit — quarry v1.2.0</title></head><body>'
        '<nav id="sidebar"><p>Sidebar words are no documentation at all.</p></nav><main class="content" id="main">'
        '<div id="content" class="content-inner"><div class="top-search">Search</div><div id="top-content">'
        '<h1><span translate="no">Quarry.Pit</span> <small class="app-vsn">(quarry v1.2.0)</small></h1>'
        f'<section id="moduledoc">{intro}</section></div><section id="summary" class="details-list">'
        f'<h1 class="section-heading">Summary</h1><div class="summary-row"><div class="summary-synopsis"><p>'
        f"{_inline(sentences[5], chance)}</p></div></div></section>"
        f'<section id="functions" class="details-list"><h1 class="section-heading">Functions</h1>{functions}</section>'
        '<footer class="footer"><p>Built using ExDoc</p></footer></div></main></body></html>'
    )


def _landmark(sentences: list[str], chance: random.Random) -> str:
    sections = "".join(
        f'<div class="sect1" id="PART-{n}"><h2 class="title">{n}. Part</h2><ul><li><p>'
        f"{_inline(s, chance)}</p></li></ul>"
        f"<table><tr><td>{n}</td><td>cell</td></tr></table></div>"
        for n, s in enumerate(sentences)
    )
    return f"<html><body><header>Site</header><main><h1>Manual</h1>{sections}</main><footer>End</footer></body></html>"


def _general(sentences: list[str], chance: random.Random) -> str:
    text = "".join(f"<p>{_inline(sentence, chance)}</p>" for sentence in sentences)
    return (
        "<html><head><title>Notes</title><style>.gone{display:none}</style></head><body><nav><a>Home</a></nav>"
        f'<div class="post"><h1>Notes</h1>{text}<p class="gone">Words that nobody sees.</p></div></body></html>'
    )


def _markdown(sentences: list[str], _: random.Random) -> str:
    return "# Notes\n\n" + "\n\n".join(f"## Part {n}\n\n  * {s}" for n, s in enumerate(sentences)) + "\n"


def _search_data(sentences: list[str], _: random.Random) -> str:
    items = [
        {"type": "function", "title": f"Quarry.Pit.act/{n}", "ref": f"Quarry.Pit.html#act/{n}", "doc": sentence}
        for n, sentence in enumerate(sentences)
    ]
    return "searchData=" + json.dumps({"items": items, "content_type": "text/markdown"})


_BASE = "https://hexdocs.pm/quarry/1.2.0/"
SHAPES = (
    Shape("exdoc", "text/html", f"{_BASE}Quarry.Pit.html", _exdoc),
    Shape("landmark", "text/html", "https://manual.example.org/pits.html", _landmark),
    Shape("general", "text/html", "https://blog.example.org/pits", _general),
    Shape("markdown", "text/markdown", f"{_BASE}pits.md", _markdown),
    Shape("search data", "application/javascript", f"{_BASE}dist/search_data-00AA11.js", _search_data),
)


def publish(shape: Shape, sentences: list[str], chance: random.Random) -> Page:
    """The page that extraction makes of the sentences published in a shape."""
    return extract_page(shape.render(sentences, chance).encode(), shape.media_type, url=shape.url)


def copied(sentence: str, chance: random.Random) -> str:
    """What copying does to a sentence and its meaning does not notice."""
    made = sentence
    if chance.random() < 0.5:
        made = made.replace("`", "")
    if chance.random() < 0.4:
        made = made.replace('"', "\u201c", 1).replace('"', "\u201d", 1)
    if chance.random() < 0.3:
        made = html.escape(made, quote=True)
    if chance.random() < 0.3:
        made = made.replace("fl", "\ufb02").replace("fi", "\ufb01")
    if chance.random() < 0.3:
        made = made.replace("-", chance.choice(("\u2011", "\u2010", "\u2013")))
    made = unicodedata.normalize(chance.choice(("NFC", "NFD")), made)
    if chance.random() < 0.4:
        place = chance.randrange(6, len(made) - 6)
        unseen = chance.choice(("\u00ad", "\u200b", "\u2060", "\ufeff"))
        if made[place].isascii() and made[place].isalpha() and made[place - 1].isalpha() and "&" not in made:
            made = made[:place] + unseen + made[place:]
    return made.replace(" ", chance.choice((" ", "  ", "\n", "\u00a0", "\t \n", "\u202f")))


def _fabricated(sentences: list[str], chance: random.Random) -> str:
    return (
        f"Every {chance.choice(_THINGS)} is safe to remove at any time, and the {chance.choice(_THINGS)} forgives it."
    )


def _one_word(sentences: list[str], chance: random.Random) -> str:
    words = chance.choice(sentences).split()
    place = chance.choice([n for n, word in enumerate(words) if word.isalpha() and n > 0])
    words[place] = chance.choice(("otherwise", "seldom", words[place][:-1] or "x", words[place] + "s"))
    return " ".join(words)


def _number(sentences: list[str], chance: random.Random) -> str:
    words = chance.choice(sentences).split()
    place = next(n for n, word in enumerate(words) if word.isdigit())
    words[place] = chance.choice(
        (words[place] + "0", words[place] + ".5", str(int(words[place]) + 1), "-" + words[place])
    )
    return " ".join(words)


def _negated(sentences: list[str], chance: random.Random) -> str:
    sentence = chance.choice(sentences)
    if " never " in sentence:
        return sentence.replace(" never ", " ", 1)
    place = next(doing for doing in _DOINGS if f" {doing} " in sentence)
    return sentence.replace(f" {place} ", f" never {place} ", 1)


def _swapped(sentences: list[str], chance: random.Random) -> str:
    words = chance.choice(sentences).split()
    words[1], words[4] = words[4], words[1]
    return " ".join(words)


_LIES = {
    "fabricated": _fabricated,
    "one word": _one_word,
    "number": _number,
    "negation": _negated,
    "swapped": _swapped,
}
FALSE_KINDS = (*_LIES, "other source", "thin page", "other version", "page of another version")


def source_of(shape: Shape, version: str = "1.2.0") -> Source:
    """The source of a page, captured."""
    package = "quarry" if "hexdocs" in shape.url else ""
    held = version if package else ""
    return Source(
        "src:pits", "Pits", shape.url, "web", package=package, version=held, sha256="ab", accessed="2031-05-04"
    )


def false_case(number: int, seed: int) -> Case:
    """A citation that must not pass: its kind and shape by number, its words by number and seed."""
    chance = random.Random(f"false {seed} {number}")
    kind = FALSE_KINDS[number % len(FALSE_KINDS)]
    shape = SHAPES[number // len(FALSE_KINDS) % len(SHAPES)]
    sentences = invent_sentences(chance)
    page, source, locked = publish(shape, sentences, chance), source_of(shape), "1.2.0"
    others = {"src:other": publish(SHAPES[chance.randrange(len(SHAPES))], invent_sentences(chance), chance)}
    quote = chance.choice(sentences)
    if kind in _LIES:
        quote = _LIES[kind](sentences, chance)
    elif kind == "other source":
        foreign = [f"Lanterns of harbour {chance.randint(2, 99)} burn {chance.choice(_THINGS)} oil."] * 3
        foreign = [*foreign, *invent_sentences(chance, 9)]
        quote = foreign[0]
        others["src:harbour"] = publish(SHAPES[chance.randrange(len(SHAPES))], foreign, chance)
    elif kind == "thin page":
        shell = f"<html><body><main>Please enable JavaScript to go on. {html.escape(quote)}</main></body></html>"
        page = extract_page(shell.encode(), "text/html", url=shape.url)
    elif kind == "other version":
        source, locked = source_of(SHAPES[0], "1.1.9"), "1.2.0"
    else:
        shape = SHAPES[0]
        page, source, locked = publish(shape, sentences, chance), source_of(shape, "1.3.0"), "1.3.0"
    return _check(kind, shape, copied(quote, chance), source, page, others, locked)


def true_case(number: int, seed: int) -> Case:
    """A citation that must pass."""
    chance = random.Random(f"true {seed} {number}")
    shape = SHAPES[number % len(SHAPES)]
    sentences = invent_sentences(chance)
    quote = copied(chance.choice(sentences), chance)
    others = {"src:other": publish(SHAPES[chance.randrange(len(SHAPES))], invent_sentences(chance), chance)}
    return _check("true", shape, quote, source_of(shape), publish(shape, sentences, chance), others, "1.2.0")


def _check(
    kind: str, shape: Shape, quote: str, source: Source, page: Page, others: dict[str, Page], locked: str
) -> Case:
    claimed = Citation(source.key, "Q-1", quote, "unchecked", "Claimed.")
    captured = {source.key: page, **others}
    checked = check_citation(claimed, source, page, captured, locked if source.package else None)
    return Case(kind, shape.name, quote, checked.verdict, checked.reason)
