"""Faults in ids and names of code, commits and lines."""

from __future__ import annotations

import random
import re

from benchmarks.fault_ground import Ground, Lines, insert, named, replace, without_id

_MODULE = re.compile(r"(?<![\w./:@-])[A-Z]\w*(?:\.[A-Z]\w*)+(?![\w/(.])")
_FUNCTION = re.compile(r"`(?P<name>[A-Z][\w.]*\.[a-z_]\w*[!?]?)/(?P<arity>\d+)`")
_PATH = re.compile(r"(?<![\w./-])lib/(?:[\w-]+/)*[\w-]+\.ex(?![\w])")
_PLACE = re.compile(r"(?P<path>(?<=`)(?:[\w-]+/)*[\w-]+\.ex):(?P<line>\d+)")
_COMMIT = re.compile(r"(?<=commit `)[^`]+(?=`)")


def drop_requirement(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    return without_id(lines, rng.choice([item.id for item in ground.pack.requirements]))


def drop_criterion(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    return without_id(lines, rng.choice([item.id for item in ground.pack.criteria]))


def drop_test(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    """A criterion stays in the document, but no test names it any longer."""
    place = named(lines, "testing")
    if place is None:
        return None
    name = rng.choice([item.id for item in ground.pack.criteria])
    start, end = place
    changed = lines[:start] + without_id(lines[start:end], name) + lines[end:]
    return changed if changed != lines else None


def hide_in_range(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    names = [item.id for item in ground.pack.criteria]
    at = rng.randrange(1, len(names) - 1) if len(names) > 2 else 0
    if not at:
        return None
    place = named(lines, "testing")
    if place is None:
        return None
    changed = without_id(lines, names[at])
    changed.insert(place[0] + 1, f"\nCovered by tests: {names[at - 1]} through {names[at + 1]}.")
    return changed


def foreign_id(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    family = re.sub(r"\d.*", "", ground.pack.requirements[0].id)
    return insert(lines, rng, f"This part also meets {family}{rng.randrange(700, 999)} of the pack.")


def _slip(name: str, rng: random.Random) -> str:
    """A name with two letters of its last part swapped, or one doubled."""
    at = rng.randrange(len(name) - 4, len(name) - 1)
    swapped = name[:at] + name[at + 1] + name[at] + name[at + 2 :]
    return swapped if swapped != name else name + name[-1]


def misspell_module(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    known = ground.code.modules
    mark = rng.randrange(10**6)
    return replace(
        lines,
        rng,
        _MODULE,
        lambda match: _slip(match.group(), random.Random(mark)) if match.group() in known else match.group(),
    )


def invent_module(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    root = rng.choice(sorted(name for name in ground.code.modules if name.count(".") == 1))
    name = f"{root}.{rng.choice(('Ledgerbook', 'QuorumGate', 'Tallyman', 'Wayfarer'))}"
    return insert(lines, rng, f"The call goes through `{name}`, as it does today.")


def invent_function(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    known = [
        m.name for m in ground.code.modules.values() if m.functions and not any(r.kind == "use" for r in m.references)
    ]
    name = f"{rng.choice(sorted(known))}.{rng.choice(('tally_rows', 'settle_books', 'fetch_quorum'))}"
    return insert(lines, rng, f"The result comes from `{name}/{rng.randrange(1, 5)}`, which the callers of today use.")


def change_arity(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    return replace(lines, rng, _FUNCTION, lambda match: f"`{match['name']}/{int(match['arity']) + 5}`")


def misspell_path(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    known = ground.code.paths
    mark = rng.randrange(10**6)

    def slipped(match: re.Match[str]) -> str:
        stem = match.group().removesuffix(".ex")
        return f"{_slip(stem, random.Random(mark))}.ex" if match.group() in known else match.group()

    return replace(lines, rng, _PATH, slipped)


def invent_path(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    folder = rng.choice(sorted({path.rpartition("/")[0] for path in ground.code.paths if path.startswith("lib/")}))
    name = rng.choice(("quorum_ledger", "tally_board", "wayfarer"))
    return insert(lines, rng, f"The rule of today stands in `{folder}/{name}.ex`.")


def invent_table(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    name = rng.choice(("quorum_ledger_rows", "tally_entries", "wayfarer_tokens"))
    return insert(lines, rng, f"The query joins the existing table `{name}` by its section.")


def invent_event(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    prefix = ground.code.app
    name = rng.choice(("ledger, :closed", "quorum, :met", "tally, :counted"))
    return insert(lines, rng, f"The existing telemetry event `[:{prefix}, :{name}]` is kept as it is.")


def invent_route(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    name = rng.choice(("quorum/:slug/ledger", "tally/:id/board"))
    return insert(lines, rng, f"The existing route `GET /{name}` stays as it is.")


def other_commit(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    mark = f"{rng.randrange(16**12):012x}"
    return replace(
        lines, rng, _COMMIT, lambda match: f"{match.group().partition('-')[0]}-{mark}" if "-" in match.group() else mark
    )


def line_beyond(lines: Lines, rng: random.Random, ground: Ground) -> Lines | None:
    del ground
    shift = rng.randrange(2000, 9000)
    return replace(lines, rng, _PLACE, lambda match: f"{match['path']}:{int(match['line']) + shift}")
