"""Gaps in how it runs: permissions, tenancy, data that exists and data that stays."""

from __future__ import annotations

import re

from torusnb.context.knowledge.customs import columns_with_default
from torusnb.context.knowledge.gap import Gap
from torusnb.context.knowledge.sentences import listed, place_key
from torusnb.models.knowledge import Known, Unknown, Waypoint

_TENANT = re.compile(
    r"tenan|institution|cross-(?:section|course|user|project)|section[- ]scoped|isolation"
    r"|within (?:the|their|a) (?:own )?(?:section|course|project)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(permission|authoriz|authoris|only (?:admin|instructor|author|student)|role|access control|unauthor)",
    re.IGNORECASE,
)
_CHECKS = re.compile(r"auth|ensure|require|protect|role|admin|access|permi|enroll|restrict|verify", re.IGNORECASE)
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


def find_roles(gap: Gap) -> Unknown | None:
    """No role, or no word on who may do what."""
    if gap.pack.roles and _ROLE.search(gap.said):
        return None
    where = gap.waypoint("live_view|controller", "router")
    if where is None:
        return None
    who = "No role is named" if not gap.pack.roles else "Who may do what is not said"
    default, keys = _guard(gap, where)
    return Unknown(
        id="",
        topic="permissions",
        text=f"{who} for the actions of {gap.lead() or 'this feature'}.",
        assumption=f"The checks that guard `{where.module or where.path}` today hold for the new actions as well.",
        risk="an action could be open to someone who may read the page but must not change it.",
        question="Which roles may read, and which may change, what this feature adds?",
        default=default,
        impact="high",
        owner="product and security",
        evidence=(where.key, *keys),
    )


def _guard(gap: Gap, where: Waypoint) -> tuple[str, tuple[str, ...]]:
    """The check on the path today, and the key of the route that shows it."""
    route = gap.customs.guard_of(where.module)
    if route is None:
        return "The narrowest existing check on that path, on every event and not only on mount.", ()
    checks = [f"`live_session :{route.live_session}`"] if route.live_session else []
    checks += [f"`on_mount {hook}`" for hook in route.on_mount if _CHECKS.search(hook)][:2]
    checks += [f"the pipeline `:{name}`" for name in route.pipelines if _CHECKS.search(name)][:3]
    if not checks:
        return (
            f"Whoever reaches `{route.path}` today: no check stands before it but its own, so the design names one.",
            (gap.book.key(route.file, route.line),),
        )
    lets = "lets" if len(checks) == 1 else "let"
    text = f"Those whom {listed(checks)} {lets} through to `{route.path}` today, asked again on every event."
    return text, (gap.book.key(route.file, route.line),)


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
        default=f"No; every query takes {_owner_ids(gap, known)} as an argument.",
        impact="high",
        owner="product and security",
        evidence=known.evidence[:2],
    )


def _owner_ids(gap: Gap, known: Known) -> str:
    """The keys by which rows near the feature belong to someone, as the quoted associations name them."""
    lines = [gap.book.quote(key) for key in known.evidence if key.startswith("code:")]
    names = [match[1] for line in lines if (match := re.search(r"belongs_to[ (]+:(\w+)", line))]
    owners = list(dict.fromkeys(f"`{name}_id`" for name in names))[:2]
    return listed(owners) if owners else "the owner's id"


def find_existing_data(gap: Gap) -> Unknown | None:
    """New columns or tables without a word on rows that exist."""
    changed = [s for s in gap.pack.data_notes if re.search(r"\b(add|adds|new|extend|extends)\b", s.text, re.IGNORECASE)]
    changed = [s for s in changed if _STORED.search(s.text) and not _NOT_STORED.search(s.text)]
    where = gap.waypoint("schema")
    if not changed or where is None or where.layer != "schema" or _EXISTING_DATA.search(gap.said):
        return None
    default, keys = _as_before(gap, where)
    return Unknown(
        id="",
        topic="existing data",
        text="The pack adds to the data model and does not say what holds for rows that exist already.",
        assumption=f"Existing rows, first those of `{where.module}`, read as the default and need no backfill.",
        risk="old rows show up as if someone had chosen the default.",
        question="What is the right value for rows written before this feature?",
        default=default,
        impact="medium",
        owner="product",
        evidence=(place_key(changed[0].place), where.key, *keys),
    )


def _as_before(gap: Gap, where: Waypoint) -> tuple[str, tuple[str, ...]]:
    """How the table's last new column treated old rows, and the key of the line that shows it."""
    module = gap.code_map.modules.get(where.module)
    found = columns_with_default(module, gap.code_map) if module else None
    if found is None:
        return "A nullable column or a default that means the old behaviour.", ()
    key = gap.book.key(found[0], found[1])
    return f"A default that means the old behaviour, as `{gap.book.quote(key)}` gave that table before.", (key,)


def find_retention(gap: Gap) -> Unknown | None:
    """Data stored without a word on how long."""
    storing = [s for s in gap.pack.data_notes if _STORED.search(s.text) and not _NOT_STORED.search(s.text)]
    if not storing or _RETAINED.search(gap.said):
        return None
    default, keys = _deleted_with(gap)
    return Unknown(
        id="",
        topic="retention",
        text="The pack stores data and does not say how long it is kept.",
        assumption="What the feature stores lives as long as the record it belongs to, and is deleted with it.",
        risk="the table grows without bound, and deleting a person leaves traces behind.",
        question="How long is what the feature stores kept, and what removes it?",
        default=default,
        impact="medium",
        owner="product and infrastructure",
        evidence=(place_key(storing[0].place), *keys),
    )


def _deleted_with(gap: Gap) -> tuple[str, tuple[str, ...]]:
    """How rows near the feature go with their owner, and the key of the migration's line that shows it."""
    tables = [m.schema.table for w in gap.waypoints[:20] if (m := gap.code_map.modules.get(w.module)) and m.schema]
    for table in filter(None, tables):
        for migration in reversed(gap.code_map.migrations):
            for column in migration.columns:
                if column.table == table and column.references:
                    key = gap.book.key(migration.path, column.line)
                    if "on_delete: :delete_all" in gap.book.quote(key):
                        said = f"As long as its owner, by `{gap.book.quote(key)}` as in `{table}`; no purge job yet."
                        return said, (key,)
    return "Foreign keys that delete with their owner; no purge job in the first delivery.", ()
