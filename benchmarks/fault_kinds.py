"""Kinds of faults that a design document can have, each planted by one function into a good one.

A planter takes the document's lines and gives them back with exactly one fault, or None where the document offers no
place for it. It draws from the given generator only, so a seed always plants the same fault.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from torusnb.models.codebase import CodeMap
from torusnb.models.requirements import SpecPack

_MODULE = re.compile(r"(?<![\w./:@-])[A-Z]\w*(?:\.[A-Z]\w*)+(?![\w/(.])")
_FUNCTION = re.compile(r"`(?P<name>[A-Z][\w.]*\.[a-z_]\w*[!?]?)/(?P<arity>\d+)`")
_PATH = re.compile(r"(?<![\w./-])lib/(?:[\w-]+/)*[\w-]+\.ex(?![\w])")
_PLACE = re.compile(r"(?P<path>lib/(?:[\w-]+/)*[\w-]+\.ex):(?P<line>\d+)")
_LABEL = re.compile(r"^- \*\*\[(?P<label>[a-z0-9][\w.-]*)\]\*\*")
_QUOTE = re.compile(r"“[^”]*\d[^”]*”")
_LETTERS = re.compile(r"“(?P<words>[^”]{20,})”")
_DOCS = re.compile(r"(?P<head>hexdocs\.pm/\w+/)(?P<version>\d+\.\d+\.\d+)(?=/)")
_ACCESS = re.compile(r"\s*·\s*(?:Accessed \d{4}-\d{2}-\d{2}|Not accessed)[^·]*")
_BUDGET = re.compile(r"\bP95\b\D{0,12}(?P<number>\d+)\s*ms\b|\b(?P<days>\d+) days\b")
_COMMIT = re.compile(r"(?<=commit `)[^`]+(?=`)")
_TOP = re.compile(r"^## ")


@dataclass(frozen=True)
class Ground:
    """What a planter may know besides the text: the pack, and the checkout the document is about."""

    pack: SpecPack
    code: CodeMap


Lines = list[str]
Planter = Callable[[Lines, random.Random, Ground], "Lines | None"]


@dataclass(frozen=True)
class Kind:
    """A kind of fault, and the beginnings of the rules that count as finding it."""

    name: str
    plant: Planter
    rules: tuple[str, ...]


def _sections(lines: Lines) -> list[tuple[int, int]]:
    """First and last line (exclusive) of every `##` section."""
    starts = [at for at, line in enumerate(lines) if _TOP.match(line)]
    return list(pairwise([*starts, len(lines)]))


def _named(lines: Lines, *words: str) -> tuple[int, int] | None:
    """The section whose heading holds one of the words."""
    for start, end in _sections(lines):
        if any(word in lines[start].lower() for word in words):
            return start, end
    return None


def _without_id(lines: Lines, name: str) -> Lines:
    pattern = re.compile(rf"(?<![\w-]){re.escape(name)}(?!\w|-\d)")
    return [pattern.sub("the feature", line) for line in lines]


def _drop_requirement(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    return _without_id(lines, rng.choice([item.id for item in ground.pack.requirements]))


def _drop_criterion(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    return _without_id(lines, rng.choice([item.id for item in ground.pack.criteria]))


def _drop_test(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    """A criterion stays in the document, but no test names it any longer."""
    place = _named(lines, "testing")
    if place is None:
        return None
    name = rng.choice([item.id for item in ground.pack.criteria])
    start, end = place
    changed = lines[:start] + _without_id(lines[start:end], name) + lines[end:]
    return changed if changed != lines else None


def _hide_in_range(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    names = [item.id for item in ground.pack.criteria]
    at = rng.randrange(1, len(names) - 1) if len(names) > 2 else 0
    if not at:
        return None
    place = _named(lines, "testing")
    if place is None:
        return None
    changed = _without_id(lines, names[at])
    changed.insert(place[0] + 1, f"\nCovered by tests: {names[at - 1]} through {names[at + 1]}.")
    return changed


def _foreign_id(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    family = re.sub(r"\d.*", "", ground.pack.requirements[0].id)
    return _insert(lines, rng, f"This part also meets {family}{rng.randrange(700, 999)} of the pack.")


def _insert(lines: Lines, rng: random.Random, sentence: str, *sections: str) -> Lines | None:
    """A paragraph of its own behind one that is there, in any section or one of those named."""
    place = _named(lines, *sections) if sections else None
    if sections and place is None:
        return None
    start, end = place or (0, len(lines))
    fences = _fenced(lines)
    gaps = [at for at in range(start + 2, end) if not lines[at].strip() and at not in fences and lines[at - 1].strip()]
    gaps = [at for at in gaps if not lines[at - 1].startswith(("#", "|", "```"))]
    if not gaps:
        return None
    at = rng.choice(gaps)
    return [*lines[:at], "", sentence, *lines[at:]]


def _fenced(lines: Lines) -> set[int]:
    inside, found = False, set()
    for at, line in enumerate(lines):
        if line.startswith("```"):
            inside = not inside
        if inside:
            found.add(at)
    return found


def _replace(
    lines: Lines, rng: random.Random, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]
) -> Lines | None:
    """One match somewhere changed; all other mentions stay."""
    places = [(at, match) for at, line in enumerate(lines) for match in pattern.finditer(line)]
    places = [(at, match) for at, match in places if new(match) != match.group() and not lines[at].startswith("#")]
    if not places:
        return None
    at, match = rng.choice(places)
    line = lines[at]
    return [*lines[:at], line[: match.start()] + new(match) + line[match.end() :], *lines[at + 1 :]]


def _slip(name: str, rng: random.Random) -> str:
    """A name with two letters of its last part swapped, or one doubled."""
    at = rng.randrange(len(name) - 4, len(name) - 1)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return swapped if swapped != name else name + name[-1]


def _misspell_module(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    known = ground.code.modules
    mark = rng.randrange(10**6)
    return _replace(
        lines,
        rng,
        _MODULE,
        lambda match: _slip(match.group(), random.Random(mark)) if match.group() in known else match.group(),
    )


def _invent_module(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    root = rng.choice(sorted(name for name in ground.code.modules if name.count(".") == 1))
    name = f"{root}.{rng.choice(('Ledgerbook', 'QuorumGate', 'Tallyman', 'Wayfarer'))}"
    return _insert(lines, rng, f"The call goes through `{name}`, as it does today.")


def _invent_function(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    known = [
        m.name for m in ground.code.modules.values() if m.functions and not any(r.kind == "use" for r in m.references)
    ]
    name = f"{rng.choice(sorted(known))}.{rng.choice(('tally_rows', 'settle_books', 'fetch_quorum'))}"
    return _insert(lines, rng, f"The result comes from `{name}/{rng.randrange(1, 5)}`, which the callers of today use.")


def _change_arity(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return _replace(lines, rng, _FUNCTION, lambda match: f"`{match['name']}/{int(match['arity']) + 5}`")


def _misspell_path(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    known = ground.code.paths
    mark = rng.randrange(10**6)

    def slipped(match: re.Match[str]) -> str:
        stem = match.group().removesuffix(".ex")
        return f"{_slip(stem, random.Random(mark))}.ex" if match.group() in known else match.group()

    return _replace(lines, rng, _PATH, slipped)


def _invent_path(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    folder = rng.choice(sorted({path.rpartition("/")[0] for path in ground.code.paths if path.startswith("lib/")}))
    name = rng.choice(("quorum_ledger", "tally_board", "wayfarer"))
    return _insert(lines, rng, f"The rule of today stands in `{folder}/{name}.ex`.")


def _invent_table(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    name = rng.choice(("quorum_ledger_rows", "tally_entries", "wayfarer_tokens"))
    return _insert(lines, rng, f"The query joins the existing table `{name}` by its section.")


def _invent_event(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    prefix = ground.code.app
    name = rng.choice(("ledger, :closed", "quorum, :met", "tally, :counted"))
    return _insert(lines, rng, f"The existing telemetry event `[:{prefix}, :{name}]` is kept as it is.")


def _invent_route(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    name = rng.choice(("quorum/:slug/ledger", "tally/:id/board"))
    return _insert(lines, rng, f"The existing route `GET /{name}` stays as it is.")


def _unknown_key(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    key = rng.choice(("src:nobody-wrote-this", "code:lib/nowhere.ex:3", "A-77", "practice:none-1"))
    return _insert(lines, rng, f"Writes are grouped in one transaction [@{key}].")


def _labels(lines: Lines) -> list[str]:
    return [match["label"] for line in lines if (match := _LABEL.match(line))]


def _unused_reference(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    labels = [
        label for label in _labels(lines) if any(f"[{label}]" in line and not _LABEL.match(line) for line in lines)
    ]
    if not labels:
        return None
    label = rng.choice(labels)
    return [line if _LABEL.match(line) else line.replace(f" [{label}]", "").replace(f"[{label}]", "") for line in lines]


def _unlisted_reference(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    labels = [
        label for label in _labels(lines) if any(f"[{label}]" in line and not _LABEL.match(line) for line in lines)
    ]
    if len(_labels(lines)) < 2 or not labels:
        return None
    label = rng.choice(labels)
    return [line for line in lines if not line.startswith(f"- **[{label}]**")]


def _undated_reference(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    places = [at for at, line in enumerate(lines) if _LABEL.match(line) and _ACCESS.search(line)]
    if not places:
        return None
    at = rng.choice(places)
    return [*lines[:at], _ACCESS.sub("", lines[at]), *lines[at + 1 :]]


def _other_version(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return _replace(lines, rng, _DOCS, lambda match: f"{match['head']}{_bumped(match['version'])}")


def _bumped(version: str) -> str:
    major, minor, patch = version.split(".")
    return f"{int(major) + 2}.{minor}.{patch}"


def _changed_digit(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground

    def changed(match: re.Match[str]) -> str:
        digit = re.search(r"\d", match.group())
        return (
            match.group()[: digit.start()] + str((int(digit.group()) + 3) % 10) + match.group()[digit.end() :]
            if digit
            else ""
        )

    return _replace(lines, rng, _QUOTE, changed)


def _changed_word(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground

    def changed(match: re.Match[str]) -> str:
        words = match["words"].split(" ")
        words[len(words) // 2] = "seldom"
        return f"“{' '.join(words)}”"

    return _replace(lines, rng, _LETTERS, changed)


def _broken_address(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return _replace(lines, rng, re.compile(r"https://(?=\w)"), lambda _: "https:/")


def _broken_link(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return _insert(lines, rng, f"The order of the work is in [the plan](../nowhere_{rng.randrange(99)}/plan.md).")


def _swap_sections(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    sections = _sections(lines)
    if len(sections) < 4:
        return None
    at = rng.randrange(len(sections) - 1)
    (a, b), (_, d) = sections[at], sections[at + 1]
    return [*lines[:a], *lines[b:d], *([""] if lines[d - 1].strip() else []), *lines[a:b], *lines[d:]]


def _empty_section(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, end = rng.choice(_sections(lines))
    return [*lines[: start + 1], "", *lines[end:]]


def _drop_section(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, end = rng.choice(_sections(lines))
    return [*lines[:start], *lines[end:]]


def _no_reason(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, end = rng.choice(_sections(lines))
    return [*lines[: start + 1], "", rng.choice(("N/A", "Not applicable.", "n/a.")), "", *lines[end:]]


def _short_summary(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    place = _named(lines, "executive summary")
    if place is None:
        return None
    sentences = re.split(r"(?<=[.)])\s+(?=[A-Z])", " ".join(lines[place[0] + 1 : place[1]]).strip())
    return [*lines[: place[0] + 1], "", " ".join(sentences[: rng.randrange(1, 4)]), "", *lines[place[1] :]]


def _placeholder(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return _insert(lines, rng, f"Retention: {rng.choice(('TODO', 'TBD', 'FIXME'))}.")


def _diagram(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    heading = next((at for at, line in enumerate(lines) if "Component Roles" in line and line.startswith("#")), None)
    if heading is None:
        return None
    kind = rng.choice(("mermaid", "plantuml"))
    return [*lines[: heading + 1], "", f"```{kind}", "A --> B", "```", *lines[heading + 1 :]]


def _heading_level(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    start, _ = rng.choice(_sections(lines))
    return [*lines[: start + 1], "", "##### Details apart", "", "They are few.", *lines[start + 1 :]]


def _same_text_twice(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    long = [at for at, line in enumerate(lines) if len(line.split()) > 25 and not line.startswith(("#", "|", "```"))]
    if not long:
        return None
    at = rng.choice(long)
    sections = [(start, end) for start, end in _sections(lines) if not start <= at < end]
    if not sections:
        return None
    _, end = rng.choice(sections)
    return [*lines[:end], *([""] if lines[end - 1].strip() else []), lines[at], "", *lines[end:]]


def _other_number(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    """A second value for a budget that the document states."""
    del ground
    stated = [match for line in lines for match in _BUDGET.finditer(line) if match["number"]]
    if not stated:
        return None
    number = int(rng.choice(stated)["number"])
    sentence = f"The P95 latency budget of server work is {number * 3} ms."
    return _insert(lines, rng, sentence, "observability", "performance")


def _vague(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    words = ("The page should be fast and scalable.", "Lookups are quick and the job is highly scalable.")
    return _insert(lines, rng, rng.choice(words), "performance", "proposed design")


def _undecided(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    words = (
        "We could use a GenServer or an ETS table here; this will be decided during implementation.",
        "The rows may or may not be kept, whatever turns out to be easier.",
    )
    return _insert(lines, rng, rng.choice(words), "proposed design", "consistency")


def _other_commit(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    mark = f"{rng.randrange(16**12):012x}"
    return _replace(
        lines, rng, _COMMIT, lambda match: f"{match.group().partition('-')[0]}-{mark}" if "-" in match.group() else mark
    )


def _line_beyond(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    shift = rng.randrange(2000, 9000)
    return _replace(lines, rng, _PLACE, lambda match: f"{match['path']}:{int(match['line']) + shift}")


def _without(*words: str) -> Planter:
    """Everything that speaks of a guardrail taken out: whole lines, and rows of tables."""
    pattern = re.compile("|".join(words), re.IGNORECASE)

    def plant(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
        del rng, ground
        kept = [line for line in lines if line.startswith("#") or not pattern.search(line)]
        return kept if len(kept) < len(lines) else None

    return plant


KINDS: Sequence[Kind] = (
    Kind("removed requirement", _drop_requirement, ("trace.",)),
    Kind("removed criterion", _drop_criterion, ("trace.",)),
    Kind("criterion without a test", _drop_test, ("trace.",)),
    Kind("id hidden in a range", _hide_in_range, ("trace.",)),
    Kind("id the pack does not have", _foreign_id, ("trace.",)),
    Kind("misspelt module", _misspell_module, ("code.",)),
    Kind("invented module", _invent_module, ("code.",)),
    Kind("invented function", _invent_function, ("code.",)),
    Kind("wrong arity", _change_arity, ("code.",)),
    Kind("misspelt path", _misspell_path, ("code.",)),
    Kind("invented path", _invent_path, ("code.",)),
    Kind("invented table", _invent_table, ("code.",)),
    Kind("invented event", _invent_event, ("code.",)),
    Kind("invented route", _invent_route, ("code.",)),
    Kind("key nobody has", _unknown_key, ("citation.",)),
    Kind("unused reference", _unused_reference, ("citation.",)),
    Kind("unlisted reference", _unlisted_reference, ("citation.",)),
    Kind("reference without a date", _undated_reference, ("citation.",)),
    Kind("version other than the lock", _other_version, ("citation.", "stale.")),
    Kind("changed digit in a quote", _changed_digit, ("citation.", "stale.")),
    Kind("changed word in a quote", _changed_word, ("citation.", "stale.")),
    Kind("broken address", _broken_address, ("citation.",)),
    Kind("broken link", _broken_link, ("citation.",)),
    Kind("swapped sections", _swap_sections, ("structure.",)),
    Kind("emptied section", _empty_section, ("structure.",)),
    Kind("removed section", _drop_section, ("structure.",)),
    Kind("not applicable without a reason", _no_reason, ("structure.",)),
    Kind("summary too short", _short_summary, ("structure.",)),
    Kind("word for unfinished work", _placeholder, ("structure.",)),
    Kind("diagram in prose", _diagram, ("structure.",)),
    Kind("heading too deep", _heading_level, ("structure.",)),
    Kind("same paragraph twice", _same_text_twice, ("structure.",)),
    Kind("contradictory number", _other_number, ("contradiction.",)),
    Kind("vague words", _vague, ("language.",)),
    Kind("no decision", _undecided, ("language.",)),
    Kind("stale commit", _other_commit, ("stale.",)),
    Kind("stale line", _line_beyond, ("code.", "stale.")),
    Kind("no word on tenants", _without("tenant", "institution", "scope[ds]?", "belongs? to"), ("guardrail.",)),
    Kind(
        "no word on roles",
        _without("role", "permission", "authori[sz]", "administrator", "instructor"),
        ("guardrail.",),
    ),
    Kind("no word on telemetry", _without("telemetry", "metric", "event", "alert", "AppSignal"), ("guardrail.",)),
    Kind("no word on rollback", _without("roll(?:ed)? ?back", "rollback", "revert", "reversib"), ("guardrail.",)),
    Kind("no word on flags or rollout", _without("flag", "rollout", "canary", "stage", "released"), ("guardrail.",)),
)
"""Every kind, in the order they are planted; which rules count is fixed before anything is planted."""
