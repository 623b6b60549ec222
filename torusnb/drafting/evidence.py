"""Everything a sentence of the design may rest on, by its key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import msgspec

from torusnb.drafting.assumptions import derive_assumptions
from torusnb.drafting.bases import find_bases
from torusnb.models.base import Place
from torusnb.models.design import Evidence, EvidencePack, FocusArea, Template
from torusnb.models.knowledge import Context
from torusnb.models.modules import Function, Module
from torusnb.models.requirements import SpecPack
from torusnb.models.requirements import place_key as place_key
from torusnb.models.sources import Citation, Research


def build_evidence(
    pack: SpecPack, context: Context, research: Research, template: Template, playbook: tuple[FocusArea, ...]
) -> EvidencePack:
    """The evidence pack: all that a drafter may use, with the complete dictionary of evidence by key.

    Where two things would carry the same key, the first of this order holds: requirements, criteria, places of the
    pack, waypoints, the quoted lines of the checkout, the outline, guides, sources, practices, assumptions. The text of
    code is the verbatim line that the context quotes. Only where it quotes none, because the file could not be read
    when it was captured, the text is what the outline tells of that line (a function's head, a field with its type).

    A practice whose source is not among the research's is left out: a person dropped that source, or nobody offered it,
    and advice must not rest on what cannot be cited. What the others are cited by is told in `torusnb.drafting.bases`.
    """
    seats = {area.id: _seat(area) for area in playbook}
    playbook = _citable(playbook, research)
    bases = find_bases(playbook, research)
    research = msgspec.structs.replace(research, sources=(*research.sources, *bases.entries))
    evidence: dict[str, Evidence] = {}
    for source in (
        _requirements(pack),
        _statements(pack),
        _waypoints(context),
        _quotes(context),
        _outline(context),
        _guides(context),
        _sources(research),
        _practices(playbook, bases.cites),
        _assumptions(pack, context),
    ):
        for item in source:
            evidence.setdefault(item.key, item)
    return EvidencePack(
        pack=pack,
        context=context,
        research=research,
        template=template,
        playbook=playbook,
        evidence=evidence,
        seats=seats,
    )


def add_evidence(pack: EvidencePack, looked_up: Iterable[Evidence], namesakes: Iterable[str] = ()) -> EvidencePack:
    """The pack with what a drafter looked up besides; what the pack holds under a key already stands.

    A source that research did not find joins the research's sources, so that it can be cited and is listed; one that
    research only pointed to becomes what was captured of it. The words that were looked up join the citations, with
    their verdicts. The namesakes of the files looked up join the context's.
    """
    items = tuple(looked_up)
    found = {item.key: item for item in items if item.key not in pack.evidence}
    research = _add_sources(pack.research, items)
    known = tuple(sorted({*pack.context.namesakes, *namesakes}))
    if not found and research == pack.research and known == pack.context.namesakes:
        return pack
    context = msgspec.structs.replace(pack.context, namesakes=known)
    return msgspec.structs.replace(pack, context=context, evidence={**found, **pack.evidence}, research=research)


def _add_sources(research: Research, items: tuple[Evidence, ...]) -> Research:
    """The research with the sources and citations of what was looked up, each once."""
    held = {source.key: source for source in research.sources}
    fresh = {
        item.key: item.source
        for item in items
        if item.source is not None and (item.key not in held or (item.source.sha256 and not held[item.key].sha256))
    }
    quoted = {(citation.source, citation.quote) for citation in research.citations}
    added: list[Citation] = []
    for citation in (citation for item in items for citation in item.citations):
        if citation.source in {**held, **fresh} and (citation.source, citation.quote) not in quoted:
            quoted.add((citation.source, citation.quote))
            added.append(citation)
    if not fresh and not added:
        return research
    captured = {key for key, source in fresh.items() if source.sha256}
    told = (_once_captured(citation) if citation.source in captured else citation for citation in research.citations)
    return msgspec.structs.replace(research, sources=tuple({**held, **fresh}.values()), citations=(*told, *added))


def _once_captured(citation: Citation) -> Citation:
    """A pointer to a source of which bytes are there by now, though none of its words were found for the question."""
    if citation.verdict != "not-fetched":
        return citation
    reason = f"{citation.reason} It was captured while drafting, but no words of it were found for this question."
    return msgspec.structs.replace(citation, verdict="unchecked", reason=reason)


def _citable(playbook: tuple[FocusArea, ...], research: Research) -> tuple[FocusArea, ...]:
    known = {source.key for source in research.sources}
    return tuple(
        msgspec.structs.replace(area, practices=tuple(p for p in area.practices if p.source in known))
        for area in playbook
    )


def _seat(area: FocusArea) -> tuple[str, float]:
    """The section that most of an area's practices name first, and the share of them that do."""
    firsts = Counter(practice.sections[0] for practice in area.practices if practice.sections)
    seat, number = min(firsts.items(), key=lambda entry: (-entry[1], entry[0]), default=("", 0))
    return seat, number / max(1, len(area.practices))


def code_key(path: str, line: int) -> str:
    """The key of a line of the checkout."""
    return f"code:{path}:{line}"


def _requirements(pack: SpecPack) -> Iterator[Evidence]:
    for requirement in pack.requirements:
        text = requirement.text or requirement.title
        yield Evidence(key=requirement.id, kind="requirement", text=text, place=requirement.place)
    for criterion in pack.criteria:
        yield Evidence(key=criterion.id, kind="criterion", text=criterion.text, place=criterion.place)


def _statements(pack: SpecPack) -> Iterator[Evidence]:
    """Every line of the pack that a value was read from."""
    for requirement in pack.requirements:
        yield _prd(requirement.place, requirement.text or requirement.title)
    for criterion in pack.criteria:
        yield _prd(criterion.place, criterion.text)
    for nfr in pack.nonfunctional:
        yield _prd(nfr.place, nfr.text)
    for risk in pack.risks:
        yield _prd(risk.place, risk.text)
    for statement in (
        *pack.summary, *pack.background, *pack.roles, *pack.use_cases, *pack.goals, *pack.non_goals,
        *pack.interface_notes, *pack.data_notes, *pack.integration_notes, *pack.flags, *pack.rollout,
        *pack.telemetry, *pack.questions, *pack.assumptions, *pack.notes,
        *(said for asked in pack.requirements for said in asked.before),
        *(said for asked in pack.criteria for said in asked.before),
    ):  # fmt: skip
        yield _prd(statement.place, statement.text)
    for mention in pack.mentions:
        yield _prd(mention.place, mention.name)
    for section in pack.sections:
        yield _prd(section.place, section.title)
    for withdrawal in pack.withdrawals:
        for line in withdrawal.lines:
            yield _prd(line.place, line.text)
    for note in pack.beside:
        for statement in note.statements:
            yield _prd(statement.place, statement.text)


def _prd(place: Place, text: str) -> Evidence:
    key = place_key(place)
    return Evidence(key=key, kind="note" if key.startswith("note:") else "prd", text=text, place=place)


def _waypoints(context: Context) -> Iterator[Evidence]:
    for waypoint in context.waypoints:
        place = Place(path=waypoint.path, line=waypoint.line)
        yield Evidence(key=waypoint.key, kind="code", text=waypoint.quote, place=place)


def _quotes(context: Context) -> Iterator[Evidence]:
    """The checkout's lines as they stand there, for all that the context rests on."""
    for key, line in context.quotes.items():
        if line:
            yield _from_key(key, line)


def _outline(context: Context) -> Iterator[Evidence]:
    """The lines of the restricted code map; every function of a waypoint, and public ones of its neighbours."""
    near = {waypoint.path for waypoint in context.waypoints}
    for file in context.code.files:
        for module in file.modules:
            yield from _module(module, near)
        for route in file.routes:
            yield _code(file.path, route.line, f'{route.verb.lower()} "{route.path}", {route.module} {route.action}')
        if file.migration is not None:
            migration = file.migration
            yield _code(file.path, migration.line, migration.name)
            for index in migration.indexes:
                yield _code(file.path, index.line, f"index {index.table} {', '.join(index.columns)}")
            for column in migration.columns:
                yield _code(file.path, column.line, f"{column.name} {column.type}")
    for package in context.code.packages:
        yield _code("mix.lock", package.line, f"{package.name} {package.version}")
    for lines in context.runtime.values():
        for line in lines:
            yield from (_from_key(key, line.text) for key in line.evidence if key.startswith("code:"))


def _module(module: Module, near: set[str]) -> Iterator[Evidence]:
    path = module.path
    yield _code(path, module.line, f"defmodule {module.name} do")
    if module.schema is not None:
        yield _code(path, module.schema.line, f'schema "{module.schema.table}" do')
        for field in module.schema.fields:
            yield _code(path, field.line, f"field :{field.name}, {field.type}")
        for association in module.schema.associations:
            yield _code(path, association.line, f"{association.kind} :{association.name}, {association.module}")
    for child in module.children:
        yield _code(path, child.line, child.text)
    for use in (*module.callbacks, *module.telemetry, *module.topics, *module.caches, *module.flags):
        yield _code(path, use.line, f"{use.kind} {use.name}".strip())
    if path in near:
        for call in module.calls:
            yield _code(path, call.line, f"{call.module}.{call.name}/{call.arity}")
    for function in module.functions:
        if path in near or function.public:
            yield _code(path, function.line, function.head or _head(function))


def _head(function: Function) -> str:
    return f"{function.kind} {function.name}/{function.arity}"


def _code(path: str, line: int, text: str) -> Evidence:
    return Evidence(key=code_key(path, line), kind="code", text=text, place=Place(path=path, line=line))


def _from_key(key: str, text: str) -> Evidence:
    path, _, line = key.removeprefix("code:").rpartition(":")
    return _code(path, int(line), text)


def _guides(context: Context) -> Iterator[Evidence]:
    for note in context.notes:
        yield Evidence(key=note.key, kind="guide", text=note.quote, place=note.place)
    for guide in context.code.guides:
        for section in guide.sections:
            place = Place(path=guide.path, line=section.line)
            yield Evidence(key=f"guide:{guide.path}:{section.line}", kind="guide", text=section.heading, place=place)


def _sources(research: Research) -> Iterator[Evidence]:
    quotes: dict[str, str] = {}
    for citation in research.citations:
        if citation.quote:
            quotes.setdefault(citation.source, citation.quote)
    for source in research.sources:
        yield Evidence(key=source.key, kind="source", text=quotes.get(source.key, source.title), cites=source.key)


def _practices(playbook: Iterable[FocusArea], cites: Mapping[str, str]) -> Iterator[Evidence]:
    for area in playbook:
        for practice in area.practices:
            key = f"practice:{practice.id}"
            yield Evidence(key=key, kind="practice", text=practice.advice, cites=cites[practice.id])


def _assumptions(pack: SpecPack, context: Context) -> Iterator[Evidence]:
    for unknown in (*context.knowledge.unknown, *derive_assumptions(pack, context)):
        yield Evidence(key=unknown.id, kind="assumption", text=unknown.assumption)
