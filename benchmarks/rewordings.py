"""How alike words must be to count as the same statement in other words: errors by threshold, over an invented corpus.

    python -m benchmarks.rewordings

Each case is a sentence of a manual, three ways in which a later edition could say it (`near`, `middle`, `far`), and a
sentence about a sister thing that says something else. A later page holds the sentences of all other cases, and for a
rewording one of the three in its place; besides those written by hand, a rewording is made of each sentence by a
changed number or word, an inserted clause, and a clause left out. A rewording that is not found, or found in another
sentence, is *refused*; on a page that says nothing of it any more, but has its sister, whatever is found is *accepted*
falsely. The exit code is 1 when the threshold in use is not the one that errs least.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from typing import NamedTuple

from torusnb.research.recheck import LIKE, find_reworded

THRESHOLDS = tuple(float(number) for number in range(50, 96, 5))


class Case(NamedTuple):
    """A sentence, what could become of it, and a sister of it that says something else."""

    said: str
    near: str
    middle: str
    far: str
    sister: str


CASES = (
    Case(
        "A lease that is not renewed within thirty seconds is given to the next worker in line.",
        "A lease not renewed within thirty seconds goes to the next worker in line.",
        "The next worker in line gets a lease that has not been renewed within thirty seconds.",
        "If its holder stays silent for thirty seconds, a lease passes on to whichever worker waits longest.",
        "A lease that is handed back early may be taken by any worker on the same node.",
    ),
    Case(
        "Calling `flush/1` writes every pending row to the table and returns how many there were.",
        "Calling `flush/1` writes all pending rows to the table and returns their number.",
        "`flush/1` returns the number of pending rows after it has written them to the table.",
        "All rows still in memory reach the table once `flush/1` has run, which tells how many it wrote.",
        "Calling `peek/1` reads every pending row from the table and leaves them where they were.",
    ),
    Case(
        "The journal keeps at most one thousand entries and drops the oldest first.",
        "The journal keeps no more than one thousand entries, dropping the oldest first.",
        "At most one thousand entries are kept in the journal; the oldest are dropped first.",
        "Once a thousand entries are in the journal, each new one pushes out the oldest.",
        "The ledger keeps every entry for a year and moves the oldest to cold storage.",
    ),
    Case(
        "Subscribers receive each message at least once, and must be ready to see it twice.",
        "Subscribers get each message at least once, and have to be ready to see it twice.",
        "Each message reaches subscribers at least once, so they must be prepared for duplicates.",
        "Delivery may be repeated, since every subscriber is promised a message one time or more.",
        "Publishers send each message exactly once, and must not wait for anybody to see it.",
    ),
    Case(
        "An index can be built while the table is written to, provided that no transaction is open around it.",
        "An index can be built while the table is being written to, as long as no transaction is open around it.",
        "As long as no transaction surrounds it, building an index does not keep others from writing to the table.",
        "Writers may go on while an index is made, but this works outside of a transaction only.",
        "A column can be dropped while the table is read from, provided that no view is built upon it.",
    ),
    Case(
        "The socket closes after sixty seconds without a heartbeat, and the client connects again by itself.",
        "The socket is closed after sixty seconds without a heartbeat, and the client reconnects by itself.",
        "After a minute without heartbeat the socket closes and the client reconnects on its own.",
        "Clients reconnect unaided when their socket was shut because no heartbeat came for a minute.",
        "The channel stays open after a refused join, and the client may join another topic by itself.",
    ),
    Case(
        "Options given to the function take precedence over those in the configuration of the application.",
        "Options given to the function override those in the application's configuration.",
        "What the application configures is overridden by options passed to the function itself.",
        "An option from the call wins where the configuration says something else.",
        "Functions named in the configuration run before those that the application starts itself.",
    ),
    Case(
        "A changeset with errors is returned unchanged and nothing is sent to the database.",
        "A changeset that has errors is returned unchanged, and nothing is sent to the database.",
        "Nothing goes to the database for a changeset with errors; it is returned as it was.",
        "The database is never asked about an invalid changeset, which comes back untouched.",
        "A schema without fields is accepted silently and only its table is made in the database.",
    ),
    Case(
        "Every node holds its own copy of the cache, and changes reach the others after a short delay.",
        "Every node has its own copy of the cache, and changes reach the other nodes after a short delay.",
        "Since each node keeps its own copy of the cache, a change is seen by the others only a little later.",
        "Copies of the cache on other nodes lag a moment behind the one where something changed.",
        "Every node joins the same ring of workers, and keys move to the others when one leaves it.",
    ),
    Case(
        "The supervisor gives up after three restarts within five seconds and stops with all its children.",
        "The supervisor gives up after three restarts in five seconds and terminates with all of its children.",
        "If children are restarted three times within five seconds, the supervisor stops them all and itself.",
        "Too many restarts, three in five seconds, end the supervisor together with everything below it.",
        "The registry forgets a name after its process ends and tells all who watch that name.",
    ),
    Case(
        "Uploads larger than the limit are refused before any byte of them is read.",
        "Uploads that are larger than the limit are refused before a single byte of them is read.",
        "Before a byte is read, an upload that exceeds the limit is refused.",
        "No part of a file beyond the permitted size is ever taken in.",
        "Downloads slower than the limit are ended before the last byte of them is sent.",
    ),
    Case(
        "The callback runs in the process of the caller, so a slow one holds up the request.",
        "The callback runs in the caller's process, so that a slow one delays the request.",
        "Because it runs in the process of the caller, a slow callback makes the request wait.",
        "Requests wait for their callbacks, which are executed by the calling process itself.",
        "The handler runs in a process of its own, so a crash in it leaves the request alone.",
    ),
    Case(
        "A test may share the connection of its parent, which then has to wait for it to end.",
        "A test can share the connection of its parent, which must then wait until it ends.",
        "When a test shares its parent's connection, the parent has to wait for the test's end.",
        "Parents that lend their connection to a test cannot finish before it does.",
        "A test may start a server of its own, which then has to be stopped when it fails.",
    ),
    Case(
        "Values are compared by their encoded form, so two maps with other key orders are equal.",
        "Values are compared by encoded form, so that two maps whose keys are ordered otherwise are equal.",
        "Two maps that differ in key order only are equal, because their encoded forms are compared.",
        "The order of keys makes no difference to equality, which looks at what values encode to.",
        "Values are hashed by their decoded form, so two lists with other lengths never collide.",
    ),
    Case(
        "The rate of retries halves with each failure until it reaches one attempt an hour.",
        "The retry rate halves with every failure until it is down to one attempt an hour.",
        "With each failure retries become half as frequent, down to one attempt per hour.",
        "A job that keeps failing is tried ever more rarely, in the end just once in an hour.",
        "The size of batches doubles with each success until it reaches one thousand rows.",
    ),
    Case(
        "Templates are compiled once at boot, and a change to one needs a restart to be seen.",
        "Templates are compiled once at boot, so a change to one needs a restart before it is seen.",
        "A restart is needed to see a changed template, for they are compiled at boot only.",
        "Whoever edits a template has to boot again, as compilation does not happen later.",
        "Routes are matched from top to bottom, and a change of order needs a look at each of them.",
    ),
    Case(
        "The token is signed and not encrypted, so that anybody who holds it can read what it says.",
        "The token is signed, not encrypted, so anybody who holds it can read what it says.",
        "As it is only signed and not encrypted, whoever holds the token can read it.",
        "Do not put secrets into a token: its signature keeps nobody from reading it.",
        "The cookie is encrypted and not signed, so that nobody but the server can tell who made it.",
    ),
    Case(
        "Measurements are sent to all handlers in the order in which these were attached.",
        "Measurements are sent to all handlers in the order in which they were attached.",
        "All handlers get the measurements, in the order of their attachment.",
        "Whichever handler was attached first is also the first to hear of a measurement.",
        "Metrics are kept by all reporters for the time in which these were configured.",
    ),
    Case(
        "A query without a limit is stopped after fifteen seconds and raises an error.",
        "A query that has no limit is stopped after fifteen seconds and raises an error.",
        "After fifteen seconds a query without limit is cancelled, which raises.",
        "Unlimited queries may take a quarter of a minute; then they fail with an exception.",
        "A statement without parameters is prepared after five executions and kept by name.",
    ),
    Case(
        "Deleting a parent deletes its children in the same transaction, one level after the other.",
        "Deleting a parent also deletes its children in the same transaction, level by level.",
        "Children are deleted with their parent, in the same transaction and level by level.",
        "Level after level, whatever belongs to a deleted parent goes with it in one transaction.",
        "Copying a parent leaves its children in the old place, one pointer after the other.",
    ),
    Case(
        "The screen reader announces a change only where the region was there before the change.",
        "A screen reader announces a change only if the region was there before the change.",
        "Only changes in a region that existed before are announced by the screen reader.",
        "A region must already be in the page, or else its change is announced to nobody.",
        "The focus ring appears around a link only where the keyboard was used before the click.",
    ),
    Case(
        "Times are stored without a zone and are taken to be in UTC when they are read.",
        "Times are stored without zone and are assumed to be in UTC when read.",
        "When read, times are assumed to be UTC, because no zone is stored with them.",
        "Nothing tells the zone of a stored time; readers have to know that it is UTC.",
        "Dates are shown without a year and are taken to be in the current one when they are typed.",
    ),
    Case(
        "The scheduler skips a run when the one before it has not ended yet.",
        "The scheduler skips a run if the previous one has not ended yet.",
        "A run is skipped by the scheduler while the previous one is still going on.",
        "No second run is begun as long as the first is busy; the scheduler leaves it out.",
        "The scheduler repeats a run when the node that began it has not come back.",
    ),
    Case(
        "Names are unique within a tenant, and two tenants may use the same name.",
        "Names are unique within each tenant, but two tenants may use the same name.",
        "Two tenants may have the same name in use, since names are unique per tenant only.",
        "Uniqueness of a name ends at the border of its tenant.",
        "Roles are global to the server, and one person may hold several roles.",
    ),
)
_NUMBERS = re.compile(
    r"\b(?:one|two|three|five|fifteen|thirty|sixty|each|every|all|at most|at least|before|after|only|without)\b"
)
_OTHERS = {
    "one": "four",
    "two": "nine",
    "three": "seven",
    "five": "ninety",
    "fifteen": "forty",
    "thirty": "ten",
    "sixty": "twenty",
    "each": "no",
    "every": "no",
    "all": "some",
    "at most": "more than",
    "at least": "less than",
    "before": "after",
    "after": "before",
    "only": "even",
    "without": "with",
}
_INSERTED = (
    ", as of the second edition,",
    ", unless the administrator said otherwise at the time of installation,",
    ", which is what most people expect,",
)


class Errors(NamedTuple):
    """Shares of errors at one threshold, 0 to 1; `by_kind` are those refused, by what was done to the sentence."""

    accepted: float
    refused: float
    by_kind: dict[str, float]


def measure() -> dict[float, Errors]:
    """The errors at each threshold."""
    found = [(kind, *_find(case, instead, number)) for case, kind, instead, number in _make_pages()]
    return {threshold: _count(found, threshold) for threshold in THRESHOLDS}


def main() -> int:
    """Print the table; returns the exit code."""
    errors = measure()
    kinds = sorted(errors[THRESHOLDS[0]].by_kind)
    print("at least  accepted falsely  refused falsely  " + "  ".join(f"{kind:>8}" for kind in kinds))
    for threshold, found in errors.items():
        by_kind = "  ".join(f"{100 * found.by_kind[kind]:7.1f} %" for kind in kinds)
        print(f"{threshold:6.0f} %  {100 * found.accepted:14.1f} %  {100 * found.refused:13.1f} %  {by_kind}")
    best = choose(errors)
    print(f"errs least: {best:.0f} %; in use: {LIKE:.0f} %")
    return 0 if best == LIKE else 1


def choose(errors: dict[float, Errors]) -> float:
    """The threshold whose two shares of errors add up to least; of equal ones the highest."""
    return min(errors, key=lambda least: (round(errors[least].accepted + errors[least].refused, 6), -least))


def _make_pages() -> Iterator[tuple[Case, str, str, int]]:
    """Case, kind, the sentence that stands in place of the old one, and the number of the case."""
    for number, case in enumerate(CASES):
        for kind, instead in (*case._asdict().items(), *edit_sentence(case.said, number)):
            if kind != "said":
                yield case, kind, instead, number


def edit_sentence(said: str, number: int) -> Iterator[tuple[str, str]]:
    """The sentence with one word changed, with a clause put in, and with its end left out, each with its kind."""
    found = list(_NUMBERS.finditer(said))
    for place, match in enumerate(found[:2]):
        yield f"word{place + 1}", said[: match.start()] + _OTHERS[match[0]] + said[match.end() :]
    words = said.split()
    third = len(words) // 3
    yield "longer", " ".join(words[:third]) + _INSERTED[number % len(_INSERTED)] + " " + " ".join(words[third:])
    yield "shorter", " ".join(words[: -max(4, third)]).rstrip(",;") + "."


def _find(case: Case, instead: str, seed: int) -> tuple[bool, float]:
    """Whether the sentence that stands in its place is what is found, and how alike it is said to be."""
    others = [text for other in CASES if other is not case for text in (other.said, other.sister)]
    random.Random(seed).shuffle(others)
    place = seed % len(others)
    page = "\n\n".join([" ".join(others[:place]), instead, " ".join(others[place:])])
    start, end, score = find_reworded(case.said, page, least=THRESHOLDS[0])
    return bool(end) and page[start:end] == instead, score


def _count(found: list[tuple[str, bool, float]], threshold: float) -> Errors:
    taken = {kind: [right and score >= threshold for k, right, score in found if k == kind] for kind, _, _ in found}
    gone = [score >= threshold for kind, _, score in found if kind == "sister"]
    del taken["sister"]
    told = [hit for hits in taken.values() for hit in hits]
    by_kind = {kind: 1 - sum(hits) / len(hits) for kind, hits in taken.items()}
    return Errors(sum(gone) / len(gone), 1 - sum(told) / len(told), by_kind)


if __name__ == "__main__":
    raise SystemExit(main())
