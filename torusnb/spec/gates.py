"""Which gates a spec pack has met, why it has not met the next one, and what to do.

The workflow is the Torus teams' own: analyze finalises prd.md, architect fdd.md, plan plan.md, and develop builds and
verifies. A gate is judged by its document, whoever wrote it: torusnb, an agent or a person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from torusnb.models.design import Template
from torusnb.models.gates import GATES, Gate, Gates, Obstacle, PackDocuments
from torusnb.models.requirements import name_in_pack
from torusnb.spec.codeparts import find_fences
from torusnb.spec.open_questions import find_questions

PLACEHOLDER = re.compile(r"\b(?:TODO|TBD|FIXME)\b")
"""Words that stand for work not done; capitals only, as both validators in the field read them."""

_BOX = re.compile(r"^\s*(?:[-*+]|\d+[.)])\s+\[(?P<mark>[ xX])\]\s+(?P<text>.+)$")
_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*$")
_DONE = frozenset({"verified", "implemented", "done", "complete", "completed", "accepted", "shipped", "released"})
_DOCUMENT = dict(zip(GATES, ("prd.md", "fdd.md", "plan.md", ""), strict=True))
_MOST_TOLD = 3
_WIDEST = 80


def judge_gates(documents: PackDocuments, template: Template) -> Gates:
    """The four gates of a pack.

    Each document that is there is judged, also when an earlier gate is open, so that nothing comes as a surprise later;
    a gate whose document is not there waits for the one before it.

    Args:
        documents: The pack.
        template: The sections of the design document.
    """
    judged: list[Gate] = []
    for name, judge in zip(GATES, (_analyze, _architect, _plan, _develop), strict=True):
        obstacles, facts = judge(documents, template)
        ready = all(gate.state in ("met", "elsewhere") for gate in judged)
        if name != "analyze" and _is_epic(documents) and _DOCUMENT[name] not in documents.texts:
            judged.append(Gate(name, "elsewhere", facts=_elsewhere(documents)))
        elif not obstacles:
            judged.append(Gate(name, "met", facts=facts))
        elif not ready and (_DOCUMENT[name] or "plan.md") not in documents.texts:
            judged.append(Gate(name, "waits"))
        else:
            judged.append(Gate(name, "open", obstacles, facts))
    return Gates(tuple(judged))


Judged = tuple[tuple[Obstacle, ...], tuple[str, ...]]


def _is_epic(documents: PackDocuments) -> bool:
    """A pack over other packs, without a design of its own: an epic, whose parts are designed one by one."""
    return bool(documents.below) and "fdd.md" not in documents.texts


def _elsewhere(documents: PackDocuments) -> tuple[str, ...]:
    count = len(documents.below)
    return (f"An epic: its {count} pack{'' if count == 1 else 's'} below {'has' if count == 1 else 'have'} it.",)


def _analyze(documents: PackDocuments, _: Template) -> Judged:
    if documents.pack is None:
        return (
            Obstacle(documents.trouble or "There is no prd.md.", "Write prd.md, or mend what keeps it unread."),
        ), ()
    pack = documents.pack
    obstacles = [
        Obstacle(f"{problem.place}: {problem.text}", problem.remedy)
        for problem in pack.problems
        if problem.severity == "error" or problem.broken
    ]
    if not any(not item.derived for item in pack.requirements) and not _is_epic(documents):
        obstacles.append(Obstacle("No requirement has an id.", "Number them (FR-001) in requirements.yml or prd.md."))
    if not any(not item.derived for item in pack.criteria) and not _is_epic(documents):
        obstacles.append(
            Obstacle("No acceptance criterion has an id.", "Write them with ids (AC-001), each with its requirement.")
        )
    places = [*(asked.place for asked in pack.requirements), *(asked.place for asked in pack.criteria)]
    lists = ("prd.md", "requirements.yml", "requirements.yaml", *(name_in_pack(place.path) for place in places))
    obstacles += _placeholders(documents, *dict.fromkeys(lists))
    return tuple(obstacles), ()


def _architect(documents: PackDocuments, template: Template) -> Judged:
    if "fdd.md" not in documents.texts:
        remedy = f"Draft it with `torusnb run {documents.slug}`, or write it."
        return (Obstacle("There is no fdd.md.", remedy),), ()
    obstacles = [*_review_errors(documents), *_stale(documents), *_open_questions(documents, template)]
    facts = (f"torusnb exported it to {documents.exported}; copy it into the pack.",) if documents.exported else ()
    return tuple(obstacles), facts


def _review_errors(documents: PackDocuments) -> Iterator[Obstacle]:
    errors = (
        [finding for finding in documents.review.findings if finding.severity == "error"] if documents.review else []
    )
    if errors:
        rules = list(dict.fromkeys(finding.rule for finding in errors))
        told = f"{_cut(errors[0].text, 2 * _WIDEST)} ({_listed(rules)})"
        yield Obstacle(
            f"The review of fdd.md has {_count(len(errors), 'error')}: {told}",
            f"See them with `torusnb review {documents.slug}`.",
        )


def _stale(documents: PackDocuments) -> Iterator[Obstacle]:
    if documents.changes:
        what = _listed(list(dict.fromkeys(documents.changes)))
        yield Obstacle(
            f"What fdd.md rests on changed since: {what}.",
            f"Look with `torusnb status {documents.slug}`, then redraft, or accept it with `--accept`.",
        )


def _open_questions(documents: PackDocuments, template: Template) -> Iterator[Obstacle]:
    questions = [question for question in find_questions(documents.texts["fdd.md"], template) if not question.default]
    if questions:
        more = f", and {len(questions) - 1} more" if len(questions) > 1 else ""
        yield Obstacle(
            f"{_count(len(questions), 'open question')} without a default: “{_cut(questions[0].text)}”{more}.",
            "Write beside each what holds until somebody answers, or the answer.",
        )


def _plan(documents: PackDocuments, _: Template) -> Judged:
    text = documents.texts.get("plan.md")
    if text is None or not text.strip():
        what = "There is no plan.md." if text is None else "plan.md is empty."
        return (Obstacle(what, "Write the phases and their tasks, each with the criteria it meets."),), ()
    obstacles = list(_placeholders(documents, "plan.md"))
    if _is_epic(documents):  # its plan orders packs; tasks and criteria are theirs
        return tuple(obstacles), ()
    if not list(_boxes(text)):
        obstacles.append(Obstacle("plan.md lists no tasks.", "Write each task as a check box (`- [ ] …`)."))
    return (*obstacles, *_unplanned(documents)), ()


def _unplanned(documents: PackDocuments) -> Iterator[Obstacle]:
    """Criteria (requirements, where the pack has no criteria) that the plan leaves out; a range counts in a plan."""
    if documents.plan_trace is None:
        return
    rows = [row for row in documents.plan_trace.rows if row.kind == "criterion"] or list(documents.plan_trace.rows)
    missing = [row.id for row in rows if row.state == "missing"]
    kind = "criterion" if rows and rows[0].kind == "criterion" else "requirement"
    if missing and len(missing) == len(rows):
        text = f"plan.md names no {kind} of the pack ({_listed(missing)})."
    elif missing:
        text = f"plan.md leaves out {len(missing)} of {len(rows)}: {_listed(missing)}."
    else:
        text = ""
    if text:
        yield Obstacle(text, "Say at the task that meets each of them, by its id.")
    if unknown := list(documents.plan_trace.unknown):
        yield Obstacle(f"plan.md names ids that the pack does not have: {_listed(unknown)}.", "Correct them.")


def _develop(documents: PackDocuments, _: Template) -> Judged:
    boxes = list(_boxes(documents.texts.get("plan.md", "")))
    undone = [box for box in boxes if not box[0]]
    told = f"{len(boxes) - len(undone)} of {_count(len(boxes), 'task')} of plan.md ticked"
    if documents.archived and {"fdd.md", "plan.md"} & documents.texts.keys():
        return (), (f"The pack is archived; {told}.",) if undone else ()
    if _all_verified(documents):
        return (), (f"Every criterion is verified; {told}.",) if undone else ()
    if not boxes:
        return (Obstacle("Nothing tells what is built.", "Tick the tasks of plan.md as they are done."),), ()
    if undone:
        where, text = undone[0][1:]
        under = f" ({_cut(where)})" if where else ""
        remedy = "Build it, test it, tick it."
        if documents.records:
            remedy = f"Tick what {_listed(documents.records)} say{'s' if len(documents.records) == 1 else ''} is done."
        return (Obstacle(f"{told}; next{under}: {_cut(text)}", remedy),), ()
    return (), ()


def _all_verified(documents: PackDocuments) -> bool:
    criteria = documents.pack.criteria if documents.pack else ()
    return bool(criteria) and all(criterion.status.strip().lower() in _DONE for criterion in criteria)


def _boxes(text: str) -> Iterator[tuple[bool, str, str]]:
    """Every check box: whether it is ticked, the heading it stands under, its words."""
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    heading = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if number in fenced:
            continue
        if match := _HEADING.match(line):
            heading = match["text"]
        elif match := _BOX.match(line):
            yield match["mark"] != " ", heading, match["text"].strip()


def _placeholders(documents: PackDocuments, *names: str) -> Iterator[Obstacle]:
    for name in names:
        lines = documents.texts.get(name, "").splitlines()
        found = [(number, match.group()) for number, line in enumerate(lines, 1) if (match := PLACEHOLDER.search(line))]
        if found:
            number, word = found[0]
            more = f" (and {len(found) - 1} more)" if len(found) > 1 else ""
            yield Obstacle(f"{name}:{number}: {word} is left in the text{more}.", "Settle it, or ask it in words.")


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_TOLD} more" if len(names) > _MOST_TOLD else ""
    return ", ".join(names[:_MOST_TOLD]) + more


def _cut(text: str, most: int = _WIDEST) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
