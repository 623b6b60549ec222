"""A review as SARIF 2.1.0, the form that code-scanning tools read (OASIS, sarif-v2.1.0)."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from torusnb.models.review import Finding, Review, ReviewSettings
from torusnb.review.handbook import RuleHelp
from torusnb.review.rules import RULES
from torusnb.review.settings import weight_of

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_COUNT = re.compile(r"(?<![\w.:/-])\d+(?![\w/-]|\.\d)")


def render_sarif(
    review: Review, handbook: Mapping[str, RuleHelp], *, version: str, settings: ReviewSettings | None = None
) -> str:
    """The review as one SARIF log with one run; the same review always gives the same bytes.

    Severities are SARIF's own words. Every rule is described, found or not, so that a viewer can tell what was looked
    for. Paths are URI references from the repository's root, never absolute ones. A result's fingerprint leaves out
    line numbers, so that it stays when text above it grows.

    Args:
        review: With paths relative to the repository's root.
        handbook: What each rule means and what to do.
        version: torusnb's version.
        settings: A team's own weights, to tell which rules ran otherwise than they do by default.
    """
    rules = list(RULES)
    run: dict[str, Any] = {
        "tool": {
            "driver": {
                "name": "torusnb",
                "version": version,
                "rules": [_descriptor(rule, handbook.get(rule) or RuleHelp(rule, rule)) for rule in rules],
            }
        },
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
        "columnKind": "unicodeCodePoints",
        "invocations": [{"executionSuccessful": True, "ruleConfigurationOverrides": _overrides(settings, rules)}],
        "artifacts": [{"location": _location(review.path), "roles": ["analysisTarget"]}],
        "results": _results(review, rules),
        "properties": {"measures": review.measures},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    return json.dumps(log, ensure_ascii=False, indent=2) + "\n"


def fingerprint_finding(finding: Finding) -> str:
    """What stays the same of a finding when lines above it come and go: its rule, file, section and words.

    Numbers that stand alone (a line, a count) are left out of the words; ids and names of code keep theirs.
    """
    words = _COUNT.sub("#", " ".join(finding.text.split()))
    parts = (finding.rule, finding.place.path, finding.section, words)
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _descriptor(rule: str, helped: RuleHelp) -> dict[str, Any]:
    family, _, name = rule.partition(".")
    parts = [helped.about]
    parts += [f"Example: {helped.example}"] if helped.example else []
    parts += [f"Remedy: {helped.remedy}"] if helped.remedy else []
    return {
        "id": rule,
        "name": "".join(word.capitalize() for word in (family, *name.split("-"))),
        "shortDescription": {"text": _plain(helped.short)},
        "fullDescription": {"text": _plain(helped.about)},
        "help": {"text": _plain("\n\n".join(parts)), "markdown": "\n\n".join(parts)},
        "defaultConfiguration": {"level": RULES[rule]},
        "properties": {"tags": [family]},
    }


def _overrides(settings: ReviewSettings | None, rules: Sequence[str]) -> list[dict[str, Any]]:
    found = []
    for index, rule in enumerate(rules):
        weight = weight_of(settings, rule) if settings is not None else ""
        if weight and weight != RULES[rule]:
            chosen: dict[str, Any] = {"enabled": False} if weight == "off" else {"level": weight}
            found.append({"descriptor": {"id": rule, "index": index}, "configuration": chosen})
    return found


def _results(review: Review, rules: Sequence[str]) -> list[dict[str, Any]]:
    seen: Counter[str] = Counter()
    found = []
    for finding in review.findings:
        mark = fingerprint_finding(finding)
        seen[mark] += 1
        result: dict[str, Any] = {
            "ruleId": finding.rule,
            "ruleIndex": rules.index(finding.rule),
            "level": finding.severity,
            "message": {"text": f"{finding.text} {finding.remedy}".strip()},
            "locations": [{"physicalLocation": _physical(finding)}],
            # The name is the one that GitHub reads; the count tells alike findings of one section apart.
            "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{seen[mark]}"},
        }
        if finding.section:
            result["properties"] = {"section": finding.section}
        found.append(result)
    return found


def _physical(finding: Finding) -> dict[str, Any]:
    """A finding on the document as a whole points to its first line: viewers pass over a place without a line."""
    line = max(1, finding.place.line)
    return {"artifactLocation": _location(finding.place.path), "region": {"startLine": line}}


def _location(path: str) -> dict[str, str]:
    return {"uri": quote(path, safe="/"), "uriBaseId": _ROOT}


def _plain(markdown: str) -> str:
    return markdown.replace("`", "")
