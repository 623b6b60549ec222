"""What a heading or a label of a PRD is about, in any of the wordings people use."""

from __future__ import annotations

import re

_TOPICS: tuple[tuple[str, str], ...] = (
    ("goals_mixed", r"goals?( and|/| or)* ?(non[- ]?goals?|out of scope)"),
    ("non_goals", r"non[- ]?goals?\b|out[- ]of[- ]scope|not in scope"),
    ("questions_mixed", r"questions?.*assumptions?|assumptions?.*questions?"),
    ("nonfunctional", r"non[- ]?functional|\bnfrs?\b|quality attributes|quality requirements|\bslos?\b"),
    ("acceptance", r"acceptance"),
    ("ux", r"\b(ux|ui|user (interface|experience)|wireframes?|mocks?)\b"),
    (
        "functional",
        r"\bfunctional\b|^(key |core |product |system |the )?requirements?$|^frs?$"
        r"|^requirements? (list|table|inventory)$",
    ),
    (
        "other",
        r"traceability|timeline|milestones?|definition of done|decision|change ?log|revision history"
        r"|\bqa\b|test(ing)? (plan|strategy)|validation plan|^references?$|^links?$|appendix|glossary|success criteria",
    ),
    ("users", r"users? .*use[- ]?cases|personas? .*use[- ]?cases"),
    ("use_cases", r"use[- ]?cases?|scenarios?|user (stories|journeys|flows)"),
    ("data", r"^data\b|data model|schemas?\b|\bstorage\b|persistence"),
    ("flags", r"flag|roll ?out|roll ?back|canary|release plan|^migrations?$|deployment"),
    ("telemetry", r"telemetry|analytics|success metrics|observability|\bkpis?\b|metrics|instrumentation"),
    ("risks", r"\brisks?\b"),
    ("mitigations", r"^mitigations?$"),
    ("questions", r"questions?|unknowns"),
    ("assumptions", r"assumptions?"),
    ("goals", r"\bgoals?\b|^objectives?$"),
    ("users", r"\busers?\b|\broles?\b|personas?|stakeholders?|audience|actors?"),
    (
        "integration",
        r"integrations?|platform|repository|dependenc|technical (considerations|constraints)|^constraints$|external",
    ),
    ("interfaces", r"interfaces?|\bapis?\b|contracts?|endpoints?|routes?"),
    ("background", r"background|problem|motivation|context|why now|current (state|behaviou?r)"),
    ("overview", r"overview|^summary$|executive summary|introduction|abstract"),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _TOPICS)

_LABELS: dict[str, tuple[tuple[str, str], ...]] = {
    "goals": (("non_goals", r"non[- ]?goals?|out of scope"), ("goals", r"goals?")),
    "users": (
        ("use_cases", r"use[- ]?cases?|scenarios?|stories|journeys"),
        ("roles", r"users?|roles?|personas?|stakeholders?|audience|actors?"),
    ),
    "data": (
        ("integration", r"dependenc|integration|external|upstream|downstream|infrastructure"),
        (
            "interfaces",
            r"interface|\bapis?\b|contracts?|endpoint|routes?|boundar|permission|events?|functions?|components?",
        ),
        ("data", r"schema|migration|model|storage|table"),
    ),
    "flags": (
        ("telemetry", r"telemetry|metric|monitor|kpi"),
        ("rollout", r"roll ?out|roll ?back|environment|migration|backfill|deploy|stages?\b|phases?\b"),
        ("flags", r"flag|toggle|gate"),
    ),
    "questions_mixed": (
        ("assumptions", r"assum"),
        ("questions", r"questions?|unknowns"),
        ("risks", r"\brisks?\b"),
        ("decided", r"decision|resolved|answered|closed"),
    ),
}
_LABELS["goals_mixed"] = _LABELS["goals"]
_LABELS["roles"] = _LABELS["users"]
_LABELS["use_cases"] = _LABELS["users"]
_LABELS["questions"] = _LABELS["questions_mixed"]
_LABELS["assumptions"] = _LABELS["questions_mixed"]
_LABELS["interfaces"] = _LABELS["data"]
_REFINED = {topic: tuple((name, re.compile(pattern)) for name, pattern in rules) for topic, rules in _LABELS.items()}

_OPEN_TOPICS = frozenset({"", "overview", "background"})
"""Topics below which a sub-heading may open any other topic."""


def read_topic(heading: str) -> str:
    """The topic of a heading (`goals`, `functional`, `risks`, …), or an empty string for an unknown one."""
    plain = re.sub(r"[*_`]", "", heading).lower().replace("&", "and").strip()
    return next((name for name, pattern in _COMPILED if pattern.search(plain)), "")


def refine_topic(topic: str, label: str) -> str:
    """The topic of what stands under a label inside a section of some topic.

    A label only changes a topic that is known to hold several: `Observability` below the
    non-functional requirements stays a non-functional requirement.
    """
    plain = re.sub(r"[*_`]", "", label).lower()
    for name, pattern in _REFINED.get(topic, ()):
        if pattern.search(plain):
            return name
    return topic


def topic_below(topic: str, heading: str) -> str:
    """The topic of a sub-heading, given the topic of the heading above it."""
    if topic in _OPEN_TOPICS:
        return read_topic(heading) or topic
    return refine_topic(topic, heading)
