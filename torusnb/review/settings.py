"""A team's own weights for the rules: `torusnb.toml`, read and laid over a review.

The file names rules, or whole families, and what each weighs:

    [review.rules]
    "language.vague" = "off"
    "citation.*" = "note"
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Iterator, Mapping

import msgspec

from torusnb.errors import ParameterError
from torusnb.models.base import fingerprint
from torusnb.models.review import Finding, Review, ReviewSettings
from torusnb.review.rules import RULES
from torusnb.spec.flaws import explain_toml

SETTINGS_NAME = "torusnb.toml"
"""The file's name, beside a document, in its pack's folder, or at the checkout's root."""

WEIGHTS = ("off", "note", "warning", "error")
"""What a rule can weigh, the lightest first."""

_FAMILY = ".*"


def parse_settings(text: str, path: str) -> ReviewSettings:
    """The weights that a `torusnb.toml` gives; nothing in it is passed over in silence.

    Args:
        text: The file's text.
        path: How messages and the review name it.

    Raises:
        ParameterError: It is no TOML, or holds a table, a rule or a weight that nobody knows.
    """
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        flaw = explain_toml(text, error)
        said = f"This is not valid TOML: {flaw.text} (column {flaw.column}). {flaw.remedy}"
        raise ParameterError(said, path=path, line=flaw.line) from error
    review = _table(content, "review", "", path)
    weights = dict(_flat(_table(review, "rules", "review.", path), "", path))
    for name, weight in weights.items():
        _check(name, weight, path)
    return ReviewSettings(path, dict(sorted(weights.items())))


def weight_of(settings: ReviewSettings, rule: str) -> str:
    """What a rule weighs by the settings: its own entry before its family's; empty where they are silent."""
    return settings.weights.get(rule) or settings.weights.get(rule.partition(".")[0] + _FAMILY, "")


def apply_settings(review: Review, settings: ReviewSettings) -> Review:
    """The review as the team weighs it: findings of rules that are off are left out and counted.

    A weight replaces the severity of all findings of its rule, also where torusnb is stricter than the rule's own
    severity. The review carries the file's name and the fingerprint of the weights, so that nobody takes a review
    with rules switched off for a full one. Without weights the review stays as it is.
    """
    if not settings.weights:
        return review
    kept = tuple(_weighed(finding, settings) for finding in review.findings if not _is_off(finding, settings))
    return msgspec.structs.replace(
        review,
        findings=kept,
        measures=review.measures | {"switched_off": len(review.findings) - len(kept)},
        settings=settings.path,
        settings_key=fingerprint(settings.weights),
    )


def _is_off(finding: Finding, settings: ReviewSettings) -> bool:
    return weight_of(settings, finding.rule) == "off"


def _weighed(finding: Finding, settings: ReviewSettings) -> Finding:
    return msgspec.structs.replace(finding, severity=weight_of(settings, finding.rule) or finding.severity)


def _table(content: Mapping[str, object], name: str, above: str, path: str) -> dict[str, object]:
    """The one table that is allowed; an empty one where it is not there."""
    for other in content:
        if other != name:
            raise ParameterError(
                f"There is no setting [{above}{other}]. Weights of rules stand under [review.rules].",
                path=path,
                key=other,
            )
    table = content.get(name, {})
    if not isinstance(table, dict):
        raise ParameterError(
            f"{above}{name} is a table: write [{above}{name}] on a line of its own.", path=path, key=name
        )
    return table


def _flat(table: Mapping[str, object], above: str, path: str) -> Iterator[tuple[str, str]]:
    """Rule to weight; `language.vague` without quotes is a table in a table and means the same."""
    for name, value in table.items():
        if isinstance(value, dict) and not above:
            yield from _flat(value, f"{name}.", path)
        elif isinstance(value, str):
            yield above + name, value
        else:
            raise ParameterError(f"The rule {above}{name} takes one of {_listed()}, in quotes.", path=path, key=name)


def _check(name: str, weight: str, path: str) -> None:
    families = {rule.partition(".")[0] + _FAMILY for rule in RULES}
    known = [*RULES, *sorted(families)]
    if name not in known:
        near = difflib.get_close_matches(name, known, 1)
        hint = f"Did you mean {near[0]}?" if near else "docs/review-rules.md lists them."
        raise ParameterError(f"There is no rule {name}. {hint}", path=path, key=name)
    if weight not in WEIGHTS:
        raise ParameterError(f"The rule {name} cannot be {weight!r}. Use one of {_listed()}.", path=path, key=name)


def _listed() -> str:
    return ", ".join(WEIGHTS)
