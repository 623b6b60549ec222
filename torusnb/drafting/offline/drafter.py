"""The offline drafter: looks up who writes a section, and holds the whole document to the house rules."""

from __future__ import annotations

import re
from collections.abc import Callable

import msgspec

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline import (
    alternatives,
    closing,
    components,
    consistency,
    data,
    flow,
    hotspots,
    interfaces,
    lifecycle,
    observability,
    performance,
    questions,
    requirements,
    resilience,
    security,
    summary,
    surroundings,
    testing,
)  # fmt: skip
from torusnb.drafting.offline.bounding import bound_texts
from torusnb.drafting.offline.exclusions import leave_out
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.migration import call_tables_new
from torusnb.drafting.offline.negatives import hold_negatives
from torusnb.drafting.offline.origin import tell_origin
from torusnb.drafting.offline.placing import keep_normative
from torusnb.drafting.offline.plan import known_modules
from torusnb.drafting.offline.refused import drop_refused
from torusnb.drafting.offline.repeats import tell_once
from torusnb.drafting.offline.shortening import shorten_names
from torusnb.drafting.offline.siblings import find_siblings
from torusnb.drafting.offline.telling import tell_statements
from torusnb.drafting.offline.withdrawals import TakenBack, take_back
from torusnb.drafting.offline.wording import bullets, labelled, paragraphs, plain
from torusnb.drafting.offline.work import words_of
from torusnb.drafting.unanswered import add_note, note_stops
from torusnb.errors import EvidenceError
from torusnb.models.design import Drafting, EvidencePack, SectionDraft, TemplateSection, parse_keys

Writer = Callable[[Ledger], str]

_WRITERS: tuple[tuple[str, str, Writer], ...] = (
    ("1", "executive summary", summary.draft_summary),
    ("2", "requirements assumptions", requirements.draft_requirements),
    ("3", "context summary", surroundings.draft_surroundings),
    ("4", "proposed design", components.draft_design),
    ("4.1", "component roles interactions", components.draft_components),
    ("4.2", "state message flow", flow.draft_flow),
    ("4.3", "supervision lifecycle", lifecycle.draft_lifecycle),
    ("4.4", "alternatives considered", alternatives.draft_alternatives),
    ("5", "interfaces", interfaces.draft_interfaces),
    ("5.1", "http json apis", interfaces.draft_http),
    ("5.2", "liveview", interfaces.draft_live_view),
    ("5.3", "processes", interfaces.draft_processes),
    ("6", "data model storage", data.draft_data),
    ("6.1", "ecto schemas", data.draft_schemas),
    ("6.2", "query performance", data.draft_queries),
    ("7", "consistency transactions", consistency.draft_consistency),
    ("8", "caching strategy", consistency.draft_caching),
    ("9", "performance scalability plan", performance.draft_performance),
    ("9.1", "budgets", performance.draft_budgets),
    ("9.2", "load tests", performance.draft_load),
    ("9.3", "hotspots mitigations", hotspots.draft_hotspots),
    ("10", "failure modes resilience", resilience.draft_resilience),
    ("11", "observability", observability.draft_observability),
    ("12", "security privacy", security.draft_security),
    ("13", "testing strategy", testing.draft_testing),
    ("14", "backwards compatibility", closing.draft_compatibility),
    ("15", "risks mitigations", closing.draft_risks),
    ("16", "open questions follow ups", questions.draft_questions),
    ("17", "references", closing.draft_references),
)
"""Number and words of each section of torusnb's template, with who writes it."""

_MODULE = re.compile(r"“[^”]*”|`([A-Z]\w*(?:\.[A-Z]\w*)+)((?:\.[a-z_]\w*[?!]?)?(?:/\d+)?)`")
"""A module in a code span; quoted words are passed over, because they stay as their author wrote them."""


class OfflineDrafter:
    """Drafts from evidence alone; a section of one document knows what the others said."""

    name = "offline"
    deterministic = True

    def identify(self) -> str:
        """Nothing: its text depends on the pack and on torusnb's version alone."""
        return ""

    def draft_all(self, pack: EvidencePack) -> Drafting:
        """A text for each section of the template; every marker in it resolves in the pack's evidence.

        How the draft was made stands in it, which holds for no text that another drafter builds on `draft_texts`.

        Raises:
            EvidenceError: A marker does not resolve.
        """
        notes = note_stops(pack)
        told = tell_origin(pack, draft_texts(pack))
        texts = {name: add_note(text, notes.get(name, "")) for name, text in told.items()}
        return Drafting(tuple(SectionDraft(name, text, author=self.name) for name, text in texts.items()))


def draft_texts(pack: EvidencePack) -> dict[str, str]:
    """Section id to its text, without the notes on what is stopped.

    Raises:
        EvidenceError: A marker does not resolve.
    """
    pack, gone = take_back(msgspec.structs.replace(pack, pack=keep_normative(bound_texts(pack.pack))))
    pack = drop_refused(leave_out(pack))
    return shorten_names(_write(pack, gone), known_modules(pack))


def _write(pack: EvidencePack, gone: TakenBack) -> dict[str, str]:
    """All sections in the template's order; a module that the checkout lacks is called new where it is first named."""
    ledger = Ledger(pack, gone)
    sections = pack.template.sections
    numbers = {section.id: found[0] for section in sections if (found := _writer_of(section)) is not None}
    written = tell_statements(ledger, {section.id: _text(ledger, section) for section in sections}, numbers)
    written = call_tables_new(ledger, hold_negatives(ledger, written, numbers))
    written = requirements.define_cited(
        ledger, tell_once(written), next((i for i, n in numbers.items() if n == "2"), "")
    )
    declared: set[str] = set()
    texts: dict[str, str] = {}
    for name, body in written.items():
        text = _declare_new(body or _silent(ledger), ledger, declared)
        for key in parse_keys(text):
            if key not in pack.evidence:
                raise EvidenceError(f"Section {name} rests on {key}, which the evidence does not hold.", key=key)
        texts[name] = text
    return texts


def _text(ledger: Ledger, section: TemplateSection) -> str:
    """A section's text; one whose sub-sections the template lacks takes in what they would say."""
    found = _writer_of(section)
    if found is None:
        return _unknown(ledger, section)
    number, writer = found
    text = writer(ledger)
    if ledger.evidence.template.children(section.id):
        return text
    below = [(words, write) for n, words, write in _WRITERS if n.startswith(f"{number}.")]
    return paragraphs(text, *(labelled(words.capitalize(), write(ledger)) for words, write in below))


def _silent(ledger: Ledger) -> str:
    """What a section says when the evidence gives it nothing."""
    said = [place_key(s.place) for s in (*ledger.pack.summary, *ledger.pack.background)[:1]]
    asked = [r.id for r in ledger.pack.requirements[:1]]
    return f"Not applicable: sections 2 and 4.1 tell what is asked and where.{ledger.cite(*asked, *said, most=1)}"


def _writer_of(section: TemplateSection) -> tuple[str, Writer] | None:
    """Who writes a section: by the words of its title, because a team's template may number otherwise."""
    for title in (section.title, *section.aliases):
        said = _bare(title)
        exact = [(number, writer) for number, words, writer in _WRITERS if words == said]
        within = [(number, writer) for number, words, writer in _WRITERS if set(words.split()) <= set(said.split())]
        if exact or within:
            return (exact or sorted(within, key=lambda found: -len(found[0])))[0]
    return None


def _bare(title: str) -> str:
    """A title in small letters without the words that join."""
    return " ".join(word for word in re.findall(r"[a-z]+", title.lower()) if word not in {"and", "of", "the", "torus"})


def _unknown(ledger: Ledger, section: TemplateSection) -> str:
    """A section of a team's own: what the pack says on the words of its title and guidance."""
    wanted = set(words_of(f"{section.title} {section.guidance}"))
    spoken = [(r.id, f"{r.title} {r.text}") for r in ledger.pack.requirements]
    spoken += [(place_key(n.place), n.text) for n in ledger.pack.nonfunctional]
    for group in (ledger.pack.goals, ledger.pack.data_notes, ledger.pack.integration_notes, ledger.pack.flags):
        spoken += [(place_key(s.place), s.text) for s in group]
    scored = [
        (len(wanted & set(words_of(plain(text)))), position, key, text) for position, (key, text) in enumerate(spoken)
    ]
    best = sorted((item for item in scored if item[0] > 0), key=lambda item: (-item[0], item[1]))[:6]
    if not best:
        basis = ledger.cite(*(r.id for r in ledger.pack.requirements[:1]))
        return f"Not applicable: nothing in the pack of {ledger.title} speaks of it.{basis}"
    return bullets(f"{ledger.said(text, 30)}.{ledger.cite(key)}" for _, _, key, text in best)


def _declare_new(text: str, ledger: Ledger, declared: set[str]) -> str:
    """Adds `(new)` after the first mention of a module that the checkout does not have."""
    known = ledger.plan.known
    used = {sibling.name for sibling in find_siblings(ledger.evidence, known)}
    roots = {module.split(".")[0] for module in ledger.code.modules}

    def declare(match: re.Match[str]) -> str:
        name = match.group(1)
        foreign = not name or name in known or name in declared or name.split(".")[0] not in roots
        if foreign or ledger.pack.takes_back(name):
            return match.group(0)
        declared.add(name)
        rest = text[match.end() : match.end() + 8]
        if rest.lstrip("*").startswith((" (new", " is plan", " are pla")):
            return match.group(0)
        return f"{match.group(0)} ({'planned elsewhere' if name in used else 'new'})"

    return _MODULE.sub(declare, text).replace("….", "…")
