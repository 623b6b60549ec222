"""The rules by id, with their severity; `docs/review-rules.md` explains each with an example and a remedy."""

from __future__ import annotations

from torusnb.models.base import Place
from torusnb.models.review import Finding

RULES: dict[str, str] = {
    "structure.no-heading": "error",
    "structure.missing-section": "error",
    "structure.empty-section": "warning",
    "structure.no-reason": "warning",
    "structure.order": "warning",
    "structure.duplicate-section": "warning",
    "structure.heading-level": "warning",
    "structure.sentence-count": "warning",
    "structure.too-long": "warning",
    "structure.too-thin": "warning",
    "structure.repeated-text": "warning",
    "structure.placeholder": "error",
    "structure.diagram": "warning",
    "trace.missing-id": "error",
    "trace.range-hides-ids": "error",
    "trace.no-test": "warning",
    "trace.only-listed": "note",
    "trace.unknown-id": "warning",
    "trace.unstated-assumption": "warning",
    "trace.missing-number": "warning",
    "trace.untested-event": "note",
    "trace.not-checked": "note",
    "code.unknown-module": "warning",
    "code.unknown-function": "warning",
    "code.unknown-path": "warning",
    "code.moved-name": "warning",
    "code.unknown-name": "warning",
    "code.undeclared-name": "note",
    "code.other-callers": "note",
    "code.line-beyond-end": "warning",
    "code.not-checked": "note",
    "citation.unresolved-key": "error",
    "citation.unlisted-label": "error",
    "citation.unused-reference": "warning",
    "citation.incomplete-reference": "warning",
    "citation.malformed-url": "warning",
    "citation.broken-link": "warning",
    "citation.misattributed": "error",
    "citation.version-mismatch": "warning",
    "citation.near-match": "warning",
    "citation.misquoted": "warning",
    "citation.not-verified": "note",
    "citation.low-primary-share": "warning",
    "citation.unpinned-version": "note",
    "citation.replaceable": "warning",
    "citation.search-failed": "warning",
    "citation.blocked-cited": "error",
    "citation.uncited-claim": "note",
    "citation.no-external-source": "note",
    "guardrail.tenant": "warning",
    "guardrail.permissions": "warning",
    "guardrail.lti": "warning",
    "guardrail.accessibility": "warning",
    "guardrail.telemetry": "warning",
    "guardrail.performance-target": "warning",
    "guardrail.rollout": "warning",
    "guardrail.migration": "warning",
    "guardrail.rollback": "warning",
    "guardrail.personal-data": "warning",
    "guardrail.audit": "warning",
    "language.vague": "warning",
    "language.undecided": "warning",
    "language.as-needed": "note",
    "language.open-list": "warning",
    "contradiction.value": "warning",
    "contradiction.name": "warning",
    "contradiction.new-and-existing": "warning",
    "contradiction.migration": "warning",
    "stale.requirement": "warning",
    "stale.code": "warning",
    "stale.guide": "warning",
    "stale.package": "warning",
    "stale.section": "note",
    "stale.commit": "warning",
    "stale.line": "warning",
    "stale.not-checked": "note",
    "profile.older": "error",
    "profile.newer": "error",
}
"""Rule id to severity: `error` blocks the architect gate, `warning` wants a look, `note` informs.

Required sections that are empty, and unknown names in a document that torusnb drafted, are errors.
"""


def found(rule: str, path: str, line: int, text: str, remedy: str, *, section: str = "", severity: str = "") -> Finding:
    """A finding of a known rule, with the rule's severity unless another is given.

    Raises:
        KeyError: The rule is not in `RULES`.
    """
    return Finding(
        rule=rule,
        severity=severity or RULES[rule],
        place=Place(path=path, line=line),
        text=text,
        remedy=remedy,
        section=section,
    )
