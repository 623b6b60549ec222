"""Section 12: who may do what, the checks before it with their lines, personal data by field, audit."""

from __future__ import annotations

import re
from collections.abc import Iterator

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.guards import tell_guards
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.placing import Placed, grants, is_row_of_rights
from torusnb.drafting.offline.retention import keeps_or_hides
from torusnb.drafting.offline.rights import UNCHECKED, find_story, open_rights, tell_rights
from torusnb.drafting.offline.wording import bullets, clip, code, labelled, paragraphs, plain, sentence, some
from torusnb.models.codebase import Route
from torusnb.models.modules import Module

_GATES = re.compile(
    r"^(?:authori[sz]e(?!_redirect)\w*|can_\w+\?|is_\w*(?:admin|instructor|author|enrolled|learner|student|owner)\w*\?|"
    r"require_(?:auth\w*|admin\w*|instructor\w*|author\w*|role\w*|permission\w*)|has_\w*(?:role|access|instructor|permission)\w*\?|verify_access\w*|ensure_\w*(?:access|allowed|auth\w*)|"
    r"\w*permissions?\w*|at_least_\w+\?)$"
)
"""Functions that decide access, by their names."""
_GENERIC = re.compile(r"\b(?:roles?|users?|primary|secondary)\b", re.IGNORECASE)
_AUDIT = re.compile(r"\baudit\w*\b", re.IGNORECASE)
_AUDITS = re.compile(r"Audit")
_ENTERS = re.compile(r"(?:capture|log|record|write|insert|create|track|audit|add)(?:_|$)")
"""How a function is called that makes an audit entry; what builds or lists them makes none."""
_CELL = re.compile(r"(?:^|;\s+)(?P<head>[A-Z][\w /&-]{2,30}):\s+(?P<text>.*?)(?=;\s+[A-Z][\w /&-]{2,30}:\s|$)")
_PERSONAL = re.compile(
    r"^(?:email|name|(?:given|family|middle|first|last|full|preferred)_?name|nickname|preferred_username|picture|"
    r"phone\w*|birth\w*|gender|address|zoneinfo|sub|ip_address|remote_ip|password_hash|student_name|guest)$"
)
"""Names of columns that tell of a person."""
_TENANT = re.compile(r"tenan|institution|scoped|cross-", re.IGNORECASE)
_OWNER = re.compile(r":(?P<name>(?P<what>section|project|institution|course)_(?:slug|id))\b")


def draft_security(ledger: Ledger) -> str:
    """Roles and what they may do, where it is enforced, tenant boundary, personal data, audit."""
    table, rest = permission_table(ledger)
    checks = _gates(ledger)
    checked = not checks[0].startswith("Not applicable")
    roles = [*_roles(ledger, rest), *tell_rights(ledger, ledger.plan.asking("authorize")[:2], checked=checked)]
    taken = open_rights(ledger, " ".join(checks) if checked else "")
    return paragraphs(
        labelled("Permissions", table),
        labelled("Roles", bullets(dict.fromkeys(roles))),
        _today([UNCHECKED] if not checked and (table or roles or taken) else checks, checked=checked),
        labelled("Taken for granted", bullets(taken)),
        labelled("Personal data and audit", bullets([*_kept(ledger), *_personal(ledger), *_audit(ledger)])),
        bullets(ledger.advice("12")),
    )


def _today(lines: list[str], *, checked: bool) -> str:
    """The checks of today below their own words; what stands in their place where none is known stands alone."""
    return labelled("Roles and permissions checked today", bullets(lines)) if checked else bullets(lines)


def permission_table(ledger: Ledger) -> tuple[str, bool]:
    """The pack's rows of rights as one table with its own columns; and whether roles have to be told besides."""
    rows = [(placed, cells) for placed in ledger.given("12") if len(cells := _cells(placed)) > 1 and placed.label]
    heads = list(dict.fromkeys(head for _, cells in rows for head in cells))
    if len(rows) < 2:
        return "", True
    by_action = any(is_row_of_rights(role) for role in ledger.pack.roles)
    lines = [f"| {'Action' if by_action else 'Role'} | {' | '.join(heads)} |", "|" + "---|" * (len(heads) + 1)]
    for placed, cells in rows:
        told = [plain(cells.get(head, "")).rstrip(".") or "—" for head in heads]
        lines.append(f"| {plain(placed.label)} | {' | '.join(told)}{ledger.cite(*placed.keys)} |")
    return "\n".join(lines), by_action


def _cells(placed: Placed) -> dict[str, str]:
    """The columns of a row that was read into one text: `Allowed actions: …; Notes: …`."""
    return {match["head"]: match["text"].strip() for match in _CELL.finditer(placed.text)}


def _roles(ledger: Ledger, rest: bool) -> list[str]:
    """The roles as the pack gives them, with what it allows; not again what a table of rights tells."""
    lines: dict[str, str] = {}
    for role in (r for r in ledger.pack.roles if rest and grants(r) and not is_row_of_rights(r)):
        label = "" if _GENERIC.search(role.label) else plain(role.label)
        text = clip(plain(role.text), 12)
        told = f"**{label}**: {text}" if label and label.lower() not in text.lower()[: len(label) + 2] else text
        lines.setdefault(label or told, f"{told.rstrip('.')}.{ledger.cite(place_key(role.place))}")
    asked = [f"{sentence(ledger.short(r, 20))}{ledger.cite(r)}" for r in ledger.plan.asking("authorize")[:2]]
    return [*list(lines.values())[:3], *asked]


def _gates(ledger: Ledger) -> list[str]:
    """What stands before the feature's pages and endpoints, and the checks that its modules make themselves."""
    entries = _entries(ledger)
    lines = [line for route in entries if (line := tell_guards(ledger, route))]
    lines += [line for route in entries[:1] if lines and (line := _boundary(ledger, route))]
    asked = _asked_checks(ledger)
    if asked:
        names = some([f"{code(check)} in {code(where)}" for check, where, _ in asked], 4)
        lines.append(f"Asked in the code of today: {names}.{ledger.cite(*(key for _, _, key in asked), most=3)}")
    if not lines:
        lead = ledger.plan.existing[:1]
        asks = [r.id for r in ledger.pack.requirements[:1]]
        lines.append(
            "Not applicable: nothing here says that roles or permissions change; the callers decide access and hold "
            "the tenant boundary."
            f"{ledger.cite(*asks, *(c.key for c in lead))}"
        )
    return lines


def _entries(ledger: Ledger) -> list[Route]:
    """The routes of the ways of today, else the first to a part of the plan or to a page of the feature."""
    found = [route for way in ledger.ways for route in way.routes[:1]]
    if not found and ledger.denied("5.2") is None:
        own = {component.name for component in ledger.plan.existing}
        found = [r for r in ledger.routes if r.module in own or ledger.is_home(r.module)][:1]
    return list({(route.verb, route.path): route for route in found}.values())[:2]


def _boundary(ledger: Ledger, route: Route) -> str:
    """Whose data a route is about, by its parameter; empty where the pack speaks of tenants itself."""
    if any(_TENANT.search(f"{placed.label} {placed.text}") for placed in ledger.given("12")):
        return ""
    owner = _OWNER.search(route.path)
    if owner is None:
        return ""
    told = ledger.pack.roles or find_story(ledger.pack)
    named = "" if told else "The pack names no role: whom these checks let through today may use it. "
    return (
        f"{named}Tenant boundary: `:{owner['name']}` of the route tells the {owner['what']}, and every read and write "
        f"stays within it.{ledger.cite(code_key(route.file, route.line))}"
    )


def _asked_checks(ledger: Ledger) -> list[tuple[str, str, str]]:
    """The checks that the plan's modules and the ways call: check, caller and line; each check once.

    A controller's other actions guard other work: of a controller the functions on the ways count alone.
    """
    near = {component.name for component in ledger.plan.existing[:4] if component.layer != "controller"}
    on_way = {hop.function for way in ledger.ways for hop in way.hops}
    found: dict[str, tuple[str, str, str]] = {}
    for behaviour in ledger.context.behaviours:
        if _GATES.match(behaviour.name) or (behaviour.module not in near and behaviour not in on_way):
            continue
        for call in (call for clause in behaviour.clauses for call in clause.calls):
            if _GATES.match(call.name) and not call.name.startswith("update_"):
                check = f"{call.module}.{call.name}/{call.arity}" if call.module != behaviour.module else call.name
                where = f"{behaviour.module}.{behaviour.name}/{behaviour.arity}"
                check = check if "/" in check else f"{check}/{call.arity}"
                found.setdefault(check, (check, where, code_key(behaviour.path, call.line)))
    return list(found.values())[:4]


def _kept(ledger: Ledger) -> list[str]:
    """The pack's bounds on keeping and showing data, each whole."""
    kept = [nfr for nfr in ledger.pack.nonfunctional if keeps_or_hides(nfr)]
    return [f"{sentence(clip(plain(n.text), 60)).rstrip('.')}.{ledger.cite(place_key(n.place))}" for n in kept[:3]]


def _personal(ledger: Ledger) -> list[str]:
    """The columns of touched tables that tell of a person, by name."""
    lines = []
    for module in _touched_schemas(ledger):
        schema = module.schema
        fields = [field for field in schema.fields if _PERSONAL.match(field.name)] if schema is not None else []
        if schema is not None and len(fields) > ("name" in {field.name for field in fields}):
            names = some([code(field.name) for field in fields], 6)
            key = code_key(module.path, fields[0].line)
            lines.append(
                f"{code(schema.table)} holds {names}: none of them in a log, an event or a tag.{ledger.cite(key)}"
            )
    return lines[:2]


def _touched_schemas(ledger: Ledger) -> Iterator[Module]:
    """The schemas of the tables that change, of the plan, and those that the ways name; each once."""
    names = [m.name for change in ledger.plan.storage.changes if (m := ledger.code.tables.get(change.table))]
    names += [component.name for component in ledger.plan.existing]
    names += [name for way in ledger.ways for hop in way.hops for name in hop.clause.schemas]
    for name in dict.fromkeys(names):
        module = ledger.code.modules.get(name)
        if module is not None and module.schema is not None and module.schema.table:
            yield module


def _audit(ledger: Ledger) -> list[str]:
    asked = [r for r in ledger.pack.requirements if _AUDIT.search(r.text)]
    told = [f"Audit: {ledger.short(asked[0].id, 18)}.{ledger.cite(asked[0].id)}"] if asked else []
    helper = _audit_helper(ledger)
    writes = ledger.plan.storage.requirements[:2]
    if told or any(_AUDIT.search(f"{placed.label} {placed.text}") for placed in ledger.placed):
        return [*told, *([f"{helper[0]}.{ledger.cite(helper[1])}"] if helper else [])]
    if helper and writes and ledger.plan.storage.mode != "none":
        return [f"The pack asks for no audit entry; {helper[0]}.{ledger.cite(*writes, helper[1])}"]
    return []


def _audit_helper(ledger: Ledger) -> tuple[str, str] | None:
    """What of today writes audit entries, with the line of a call to it or of its definition."""
    for behaviour in ledger.context.behaviours:
        for call in (call for clause in behaviour.clauses for call in clause.calls):
            if _AUDITS.search(call.module) and call.module != behaviour.module and _ENTERS.match(call.name):
                name = code(f"{call.module}.{call.name}/{call.arity}")
                return f"{name} writes audit entries today", code_key(behaviour.path, call.line)
    return None
