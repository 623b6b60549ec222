"""Gaps in how it runs: latency, load, permissions, tenancy, data that exists and data that stays."""

from __future__ import annotations

import re

from torusnb.context.gap import Gap
from torusnb.context.sentences import place_key
from torusnb.models.knowledge import Unknown
from torusnb.spec.quantities import parse_quantities

_TIME_UNITS = frozenset({"us", "ms", "s", "min"})
_LOAD = re.compile(
    r"rps|qps|rpm|/s|users?|learners?|students?|requests?|sessions?|connections?|sections?|rows|enroll", re.IGNORECASE
)
_TENANT = re.compile(
    r"tenan|institution|cross-(?:section|course|user|project)|section[- ]scoped|isolation"
    r"|within (?:the|their|a) (?:own )?(?:section|course|project)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(permission|authoriz|authoris|only (?:admin|instructor|author|student)|role|access control|unauthor)",
    re.IGNORECASE,
)
_STORED = re.compile(r"\b(table|column|schema|persist|stor(?:e|ed|es|age)|history|audit log|record)\b", re.IGNORECASE)
_NOT_STORED = re.compile(r"\bno\b[^.]{0,60}\b(schema|migration|table|persist)", re.IGNORECASE)
_RETAINED = re.compile(
    r"\b(retention|retain|purge|expire|expiry|ttl|delet|cleanup|clean-up|archiv|gdpr|keep for)", re.IGNORECASE
)
_EXISTING_DATA = re.compile(
    r"\b(backfill|existing (?:rows|records|data|content|sections|projects|users|pages|activities)"
    r"|migrat|legacy|backward)",
    re.IGNORECASE,
)


def find_latency(gap: Gap) -> Unknown | None:
    """No duration given for the interactive path."""
    if any(q.unit in _TIME_UNITS for entry in gap.pack.nonfunctional for q in entry.quantities):
        return None
    where = gap.waypoint("live_view", "controller", "component", "context")
    path = f"through `{where.module or where.path}`" if where else "of this feature"
    lead = gap.lead("display", "render", "show", "load", "list", "return", "validate", "submit")
    vague = next((e for e in gap.pack.nonfunctional if re.search(r"perform|scal", e.area, re.IGNORECASE)), None)
    evidence = (place_key(vague.place),) if vague else tuple(filter(None, (lead,)))
    return Unknown(
        id="",
        topic="latency",
        text=f"The pack gives no latency number{f' for {lead}' if lead else ''}.",
        assumption=f"The interactive path {path} is held to P50 100 ms, P95 300 ms and P99 800 ms on the server.",
        risk="a stricter expectation would move work out of the request or into a cache.",
        question=f"Which P95 must the path {path} hold?",
        default="P95 300 ms on the server, measured without the browser.",
        impact="medium",
        owner="product",
        evidence=evidence,
    )


def find_load(gap: Gap) -> Unknown | None:
    """No number of people or requests given."""
    numbers = [q for entry in gap.pack.nonfunctional for q in (*entry.quantities, *parse_quantities(entry.text))]
    if any(_LOAD.search(q.unit) for q in numbers):
        return None
    where = gap.waypoint("live_view", "controller", "worker", "context")
    path = f" on `{where.module or where.path}`" if where else ""
    return Unknown(
        id="",
        topic="load",
        text="The pack gives no number of people or requests at the same time.",
        assumption="The peak is one large section in use at once: 200 people, one action each in ten seconds, "
        f"20 requests per second{path}.",
        risk="a larger peak would need its own load test before the rollout.",
        question="How many people use this at the same time at its peak?",
        default="200 people in one section, 20 requests per second.",
        impact="low",
        owner="infrastructure",
        evidence=(where.key,) if where else (),
    )


def find_roles(gap: Gap) -> Unknown | None:
    """No role, or no word on who may do what."""
    if gap.pack.roles and _ROLE.search(gap.said):
        return None
    where = gap.waypoint("live_view", "controller", "router")
    if where is None:
        return None
    who = "No role is named" if not gap.pack.roles else "Who may do what is not said"
    return Unknown(
        id="",
        topic="permissions",
        text=f"{who} for the actions of {gap.lead() or 'this feature'}.",
        assumption=f"The checks that guard `{where.module or where.path}` today hold for the new actions as well.",
        risk="an action could be open to someone who may read the page but must not change it.",
        question="Which roles may read, and which may change, what this feature adds?",
        default="The narrowest existing check on that path, on every event and not only on mount.",
        impact="high",
        owner="product and security",
        evidence=(where.key,),
    )


def find_tenancy(gap: Gap) -> Unknown | None:
    """No boundary stated although rows near the feature carry one."""
    known = next(
        (entry for entry in gap.known if entry.topic == "tenancy" and entry.evidence[0].startswith("code:")), None
    )
    if known is None or _TENANT.search(gap.said):
        return None
    path = known.evidence[0].split(":")[1]
    module = next((module.name for module in gap.code_map.by_path[path].modules), path)
    return Unknown(
        id="",
        topic="tenancy",
        text="The pack does not say within which boundary this feature's data may be seen.",
        assumption=f"Everything it reads or writes near `{module}` stays inside the boundary of its rows.",
        risk="a query without that key would show one tenant's data to another.",
        question="May any part of this feature cross sections, projects or institutions?",
        default="No; every query takes the owner's id as an argument.",
        impact="high",
        owner="product and security",
        evidence=known.evidence[:2],
    )


def find_existing_data(gap: Gap) -> Unknown | None:
    """New columns or tables without a word on rows that exist."""
    changed = [s for s in gap.pack.data_notes if re.search(r"\b(add|adds|new|extend|extends)\b", s.text, re.IGNORECASE)]
    changed = [s for s in changed if _STORED.search(s.text) and not _NOT_STORED.search(s.text)]
    where = gap.waypoint("schema")
    if not changed or where is None or where.layer != "schema" or _EXISTING_DATA.search(gap.said):
        return None
    return Unknown(
        id="",
        topic="existing data",
        text="The pack adds to the data model and does not say what holds for rows that exist already.",
        assumption=f"Existing rows, first those of `{where.module}`, read as the default and need no backfill.",
        risk="old rows show up as if someone had chosen the default.",
        question="What is the right value for rows written before this feature?",
        default="A nullable column or a default that means the old behaviour.",
        impact="medium",
        owner="product",
        evidence=(place_key(changed[0].place), where.key),
    )


def find_retention(gap: Gap) -> Unknown | None:
    """Data stored without a word on how long."""
    storing = [s for s in gap.pack.data_notes if _STORED.search(s.text) and not _NOT_STORED.search(s.text)]
    if not storing or _RETAINED.search(gap.said):
        return None
    return Unknown(
        id="",
        topic="retention",
        text="The pack stores data and does not say how long it is kept.",
        assumption="It lives as long as the record it belongs to, and is deleted with it.",
        risk="the table grows without bound, and deleting a person leaves traces behind.",
        question="How long is it kept, and what removes it?",
        default="Foreign keys that delete with their owner; no purge job in the first delivery.",
        impact="medium",
        owner="product and infrastructure",
        evidence=(place_key(storing[0].place),),
    )
