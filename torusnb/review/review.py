"""The whole review: every family of rules over one document."""

from __future__ import annotations

from collections.abc import Callable, Collection

from torusnb.models.codebase import CodeMap
from torusnb.models.design import Finding, Review, Template
from torusnb.models.requirements import SpecPack
from torusnb.models.sources import Research
from torusnb.review.citations import review_citations
from torusnb.review.codenames import review_code_names
from torusnb.review.reading import Reading
from torusnb.review.sentences import count_sentences
from torusnb.review.structure import review_structure
from torusnb.review.trace import has_id, pack_ids, review_trace


def review_text(
    text: str,
    *,
    path: str,
    template: Template,
    pack: SpecPack | None = None,
    code: CodeMap | None = None,
    evidence: Collection[str] | None = None,
    research: Research | None = None,
    strict_names: bool = False,
    link_exists: Callable[[str], bool] | None = None,
) -> Review:
    """The findings on a design document, by line and rule; what could not be checked is a note, never silence.

    Args:
        text: The document, torusnb's own or any other.
        path: How findings name it.
        template: The sections it should have.
        pack: Its spec pack, for the ids.
        code: The code map of the whole checkout (not one restricted to waypoints), for the names of code.
        evidence: Keys that markers may still name; only for a draft that is not exported yet.
        research: Sources and verdicts behind the references.
        strict_names: Unknown names of code are errors, as in a document that torusnb drafted.
        link_exists: Tells for a relative link's path whether a file is there.
    """
    reading = Reading(path=path, text=text.replace("\r\n", "\n").replace("\r", "\n"), template=template)
    findings = [
        *review_structure(reading),
        *review_trace(reading, pack),
        *review_code_names(reading, code, strict=strict_names),
        *review_citations(reading, evidence=evidence, research=research, link_exists=link_exists),
    ]
    return Review(path=path, findings=tuple(sorted(findings, key=_place)), measures=_measures(reading, pack))


def _place(finding: Finding) -> tuple[int, str, str]:
    return finding.place.line, finding.rule, finding.text


def _measures(reading: Reading, pack: SpecPack | None) -> dict[str, int]:
    first = next((section for section in reading.sections if section.id == reading.template.sections[0].id), None)
    ids = pack_ids(pack) if pack is not None else ()
    return {
        "words": len(reading.prose.split()),
        "sections": len({section.id for section in reading.sections if section.id}),
        "summary_sentences": count_sentences(first.whole) if first is not None else 0,
        "ids": len(ids),
        "ids_present": sum(has_id(reading.text, name) for name in ids),
    }
