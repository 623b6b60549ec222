"""A review as GitHub workflow commands: each finding shows at its line of the pull request."""

from __future__ import annotations

from torusnb.models.review import Finding, Review

_COMMANDS = {"error": "error", "warning": "warning", "note": "notice"}
_ORDER = tuple(_COMMANDS)


def render_annotations(review: Review) -> str:
    """A workflow command a line, errors first, since GitHub shows only the first ten of each kind; may be empty.

    Nothing a document says can end its command or begin another one: what the runner reads as its own signs is
    encoded as the runner's toolkit does it (https://github.com/actions/toolkit, `command.ts`).
    """
    ranked = sorted(review.findings, key=lambda finding: _ORDER.index(finding.severity))
    return "".join(f"{_command(finding)}\n" for finding in ranked)


def _command(finding: Finding) -> str:
    place = [f"file={_property(finding.place.path)}"]
    if finding.place.line:
        place.append(f"line={finding.place.line}")
    place.append(f"title={_property(finding.rule)}")
    message = f"{finding.text} {finding.remedy}".strip()
    return f"::{_COMMANDS[finding.severity]} {','.join(place)}::{_message(message)}"


def _message(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
