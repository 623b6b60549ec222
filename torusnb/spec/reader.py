"""A spec pack's folder to a SpecPack; the only module of this room that reads packs from disk."""

from __future__ import annotations

import hashlib
from pathlib import Path

import msgspec

from torusnb.errors import PackError
from torusnb.models.base import Place, Problem, Stamp
from torusnb.models.requirements import (
    AcceptanceCriterion,
    Mention,
    NonFunctional,
    Note,
    Requirement,
    SpecPack,
    Statement,
)
from torusnb.spec.definitions import NONFUNCTIONAL, Definition, split_steps
from torusnb.spec.discovery import INFORMAL, PRD
from torusnb.spec.epic import add_epic, read_epic
from torusnb.spec.flat_lists import mark_flat_lists
from torusnb.spec.listing_note import LISTING_NOTE, find_listing, leave_rest, parse_listing
from torusnb.spec.mentions import parse_mentions
from torusnb.spec.merge import merge_definitions
from torusnb.spec.notes import ReadNote, choose_request, find_asked, find_bounds, find_wishes, parse_note, read_notes
from torusnb.spec.prd import ParsedPrd, parse_prd
from torusnb.spec.quantities import parse_quantities
from torusnb.spec.requirements_yaml import YamlRequirements, parse_requirements
from torusnb.spec.ticket import read_ticket
from torusnb.spec.withdrawals import match_withdrawals

_LISTS = ("requirements.yml", "requirements.yaml")


def load_pack(folder: Path, root: Path | None = None) -> SpecPack:
    """The spec pack in a folder, as far as it can be read; what could not be read is in its `problems`.

    Args:
        folder: The folder that holds prd.md. An `informal.md` stands for a prd.md that is not there or is empty.
        root: The checkout's root; places are relative to it when the folder lies inside.

    Raises:
        PackError: No such folder, or its prd.md is missing, empty, not UTF-8 or not readable; or a file of it is a
            link that leads out of the folder and the checkout.
    """
    if not folder.is_dir():
        raise PackError("There is no such folder. Give the folder that holds prd.md.", path=folder)
    directory = _directory(folder, root)
    prefix = f"{directory}/" if root is not None and not Path(directory).is_absolute() else ""
    _refuse_outside(folder, root)
    notes, problems = read_notes(folder, prefix)
    beside = tuple(parse_note(note) for note in notes)
    path, data, told = _read_request(folder, prefix, notes, problems)
    prd = parse_prd(data.decode("utf-8-sig", "replace"), path)
    stamps = [Stamp(path, hashlib.sha256(data).hexdigest())]
    listed, mentions = YamlRequirements(), prd.mentions
    problems = (*problems, *told)
    for name in _LISTS:
        if (folder / name).exists():
            raw, trouble = _read_list(folder / name, prefix + name)
            problems += tuple(trouble)
            if raw is not None:
                listed = parse_requirements(_plain(raw), prefix + name)
                mentions += parse_mentions(_plain(raw), prefix + name)
                stamps.append(Stamp(prefix + name, hashlib.sha256(raw).hexdigest()))
            break
    else:
        listing = find_listing(notes, prd, path)
        problems += tuple(_unanswered(prd)) if listing is None else ()
        if listing is not None:
            listed = YamlRequirements(parse_listing(listing))
            mentions += parse_mentions(listing.text, listing.path)
            beside = leave_rest(beside, listing, listed.definitions)
    stamps += [Stamp(note.path, hashlib.sha256(note.data).hexdigest()) for note in notes if note.path != path]
    request = next((note for note in notes if note.path == path), None)
    if request is not None:
        prd = _with_wishes(prd, listed, request)
    prd = _with_notes(prd, beside)
    if not (prd.definitions or listed.definitions or _derive_requirements(prd) or prd.acceptance):
        problems += (_wordless(path),)
    slug = folder.resolve().name
    pack = _assemble(slug, directory, prd, listed, mentions, list(problems), stamps, beside)
    return add_epic(pack, *read_epic(folder, root, prefix))


def _directory(folder: Path, root: Path | None) -> str:
    whole = folder.resolve()
    if root is not None and whole.is_relative_to(root.resolve()):
        return whole.relative_to(root.resolve()).as_posix()
    return whole.as_posix()


def _refuse_outside(folder: Path, root: Path | None) -> None:
    """Raises where a file of the pack is a link to somewhere else: a checkout must not show what is not its own."""
    homes = [place.resolve() for place in (folder, root) if place is not None]
    for name in (PRD, *_LISTS):
        path = folder / name
        try:
            inside = not path.is_symlink() or any(path.resolve().is_relative_to(home) for home in homes)
        except RuntimeError:  # a loop of links
            inside = False
        except OSError:  # what cannot be looked at is told when it is read
            continue
        if not inside:
            raise PackError(
                f"{name} is a link that leads out of the checkout. Put the file itself into the folder.", path=path
            )


def _read_request(
    folder: Path, prefix: str, notes: tuple[ReadNote, ...], left_out: tuple[Problem, ...]
) -> tuple[str, bytes, list[Problem]]:
    """The path and the bytes of what says what the feature is: prd.md, or another document where it has no words."""
    path = folder / PRD
    try:
        begun = path.exists()
        blank = not begun or (path.is_file() and not path.read_bytes().decode("utf-8-sig", "replace").strip())
    except OSError:
        begun, blank = True, False  # reading it as a PRD tells why
    instead = choose_request(notes, begun=begun) if blank else None
    if instead is None and blank:
        _refuse_unread(folder, begun, prefix, left_out)
    if instead is None:
        return prefix + PRD, _read_prd(path), []
    what = f"{'prd.md is empty' if begun else 'There is no prd.md'}, so {instead.name} was read in its place."
    remedy = "Write prd.md from it, with requirements as FR-001, FR-002, …; what is designed until then rests on it."
    return instead.path, instead.data, [Problem(Place(prefix + PRD), what, remedy, "error")]


def _refuse_unread(folder: Path, begun: bool, prefix: str, left_out: tuple[Problem, ...]) -> None:
    """Raises where a document would have stood for prd.md, but could not be read: the reason is the document's."""
    named = {problem.place.path.removeprefix(prefix): problem.text for problem in left_out}
    name = next((name for name in named if name.lower() == INFORMAL), next(iter(named), "") if begun else "")
    if name:
        what = f"{'prd.md is empty' if begun else 'There is no prd.md'}, and {name} cannot stand for it: {named[name]}"
        raise PackError(f"{what} Mend {name}, or write prd.md.", path=folder / name)


def _with_wishes(prd: ParsedPrd, listed: YamlRequirements, informal: ReadNote) -> ParsedPrd:
    """What an informal description says, with what its prose asks for as requirements where it names none."""
    if prd.definitions or listed.definitions:
        return prd
    marked = mark_flat_lists(informal.text)
    if marked != informal.text:
        informal = msgspec.structs.replace(informal, text=marked)
        prd = msgspec.structs.replace(parse_prd(marked, informal.path), sections=prd.sections)
    prd = read_ticket(prd, informal)
    if _derive_requirements(prd):
        return prd
    said = {criterion.text for criterion, _ in prd.acceptance}
    return msgspec.structs.replace(prd, functional=find_wishes(parse_note(informal), said))


def _with_notes(prd: ParsedPrd, beside: tuple[Note, ...]) -> ParsedPrd:
    """What a PRD says, with the questions and the bounds of the documents beside it that it does not hold yet."""
    asked = prd.statements.get("questions", ())
    held: tuple[Definition | NonFunctional | Statement, ...] = (*prd.definitions, *prd.nonfunctional, *prd.functional)
    places = {said.place for said in (*held, *asked, *(criterion for criterion, _ in prd.acceptance))}
    more = tuple(s for s in find_asked(beside) if s.place not in places)
    bounds = tuple(
        NonFunctional("", "Bound", s.text, s.place, parse_quantities(s.text))
        for s in find_bounds(beside)
        if s.place not in places
    )
    statements = {**prd.statements, "questions": (*asked, *more)} if more else prd.statements
    return msgspec.structs.replace(prd, statements=statements, nonfunctional=(*prd.nonfunctional, *bounds))


def _read_prd(path: Path) -> bytes:
    try:
        if not path.exists():
            raise PackError(
                "The folder holds no prd.md. Give the folder of a spec pack, or write its prd.md first.", path=path
            )
        if not path.is_file():
            raise PackError("This is a folder and not a file. Put the PRD's text into a file named prd.md.", path=path)
        data = path.read_bytes()
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise PackError("The file is not UTF-8 text. Save it as UTF-8.", path=path, line=line) from error
    except OSError as error:
        raise PackError(f"The file cannot be read ({error.strerror}). Check its permissions.", path=path) from error
    if not text.strip() or "\0" in text:
        what = "is empty" if not text.strip() else "is not text"
        raise PackError(f"The file {what}. Write what the feature is for and what it requires.", path=path)
    return data


def _read_list(path: Path, name: str) -> tuple[bytes | None, list[Problem]]:
    """The bytes of requirements.yml, or the reason why there are none."""
    try:
        data = path.read_bytes()
        data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        return None, [Problem(Place(name, line), "The file is not UTF-8 text.", "Save it as UTF-8.", "error", True)]
    except OSError as error:
        reason = f"The file cannot be read ({error.strerror})."
        return None, [Problem(Place(name), reason, "Make it a readable file.", "error", True)]
    return data, []


def _plain(data: bytes) -> str:
    return data.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")


def _unanswered(prd: ParsedPrd) -> list[Problem]:
    if prd.pointer is None:
        return []
    name = prd.pointer_name
    remedy = f"Add {name} with an id for each requirement to the folder, or write the requirements here."
    what = (
        "is not in the folder" if name.lower() != LISTING_NOTE else "is not in the folder or gives no requirement ids"
    )
    return [Problem(prd.pointer, f"The PRD points to {name}, which {what}.", remedy, "error")]


def _wordless(path: str) -> Problem:
    what = "The pack says nothing to design for: no requirement, goal or overview was found in it."
    return Problem(
        Place(path, 1), what, "Write what the feature shall do into prd.md, best as FR-001, FR-002, …", "warning"
    )


def _assemble(
    slug: str,
    directory: str,
    prd: ParsedPrd,
    listed: YamlRequirements,
    mentions: tuple[Mention, ...],
    problems: list[Problem],
    stamps: list[Stamp],
    beside: tuple[Note, ...],
) -> SpecPack:
    merged = merge_definitions(prd.definitions, listed.definitions)
    requirements = merged.requirements or _derive_requirements(prd)
    criteria = merged.criteria or _derive_criteria(prd)
    problems = [*problems, *listed.problems, *merged.problems, *_derived(requirements, criteria)]
    return SpecPack(
        slug=slug,
        directory=directory,
        title=prd.title or slug.replace("_", " ").replace("-", " ").strip().capitalize(),
        requirements=requirements,
        criteria=criteria,
        nonfunctional=_nonfunctional(prd.nonfunctional, listed.definitions),
        risks=prd.risks,
        mentions=mentions,
        sections=prd.sections,
        problems=tuple(sorted(problems, key=lambda problem: (problem.place, problem.text))),
        stamps=tuple(stamps),
        beside=beside,
        withdrawals=match_withdrawals(prd.retractions, requirements, criteria),
        **prd.statements,
    )


def _derive_requirements(prd: ParsedPrd) -> tuple[Requirement, ...]:
    source: tuple[Statement, ...] = (
        prd.functional or prd.statements.get("goals", ()) or prd.statements.get("summary", ())
    )
    return tuple(
        Requirement(f"FR-{number}", statement.text, statement.place, statement.label, derived=True)
        for number, statement in enumerate(source, start=1)
    )


def _derive_criteria(prd: ParsedPrd) -> tuple[AcceptanceCriterion, ...]:
    criteria = []
    for number, (statement, owners) in enumerate(prd.acceptance, start=1):
        given, when, then = split_steps(statement.text)
        criteria.append(
            AcceptanceCriterion(
                f"AC-{number}", statement.text, statement.place, owners, given, when, then, derived=True
            )
        )
    return tuple(criteria)


def _derived(requirements: tuple[Requirement, ...], criteria: tuple[AcceptanceCriterion, ...]) -> list[Problem]:
    problems = []
    for values, family in ((requirements, "requirement"), (criteria, "criterion")):
        if values and values[0].derived:
            what = f"The pack gives no {family} ids; {values[0].id} to {values[-1].id} were numbered by torusnb."
            problems.append(Problem(values[0].place, what, "Write the ids into prd.md to keep them stable.", "note"))
    return problems


def _nonfunctional(inline: tuple[NonFunctional, ...], listed: tuple[Definition, ...]) -> tuple[NonFunctional, ...]:
    known = {quality.id for quality in inline if quality.id}
    more = [
        NonFunctional(made.id, made.area, made.text, made.place, parse_quantities(made.text, made.area))
        for made in listed
        if made.family == NONFUNCTIONAL and made.id not in known
    ]
    return (*inline, *more)
