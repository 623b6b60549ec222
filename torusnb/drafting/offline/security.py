"""Section 12: who may do what, the tenant boundary, personal data, audit."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.placing import grants
from torusnb.drafting.offline.wording import bullets, clip, code, labelled, listed, paragraphs, plain, sentence
from torusnb.models.modules import Module

_GATES = re.compile(
    r"authori[sz]|^can_\w+\?$|^is_\w*(?:admin|instructor|author|enrolled)\w*\?$|require_(?:auth|admin|"
    r"instructor|author|section)|permission|"
    r"has_\w*(?:role|access|instructor)\w*\?$|redirect_unauth"
)
_GENERIC = re.compile(r"\b(?:roles?|users?|primary|secondary)\b", re.IGNORECASE)
_AUDIT = re.compile(r"\baudit\w*\b", re.IGNORECASE)


def draft_security(ledger: Ledger) -> str:
    """Roles and what they may do, where it is enforced, tenant boundary, personal data, audit."""
    return paragraphs(
        labelled("Roles", bullets(_roles(ledger))),
        labelled("Enforcement and tenant boundary", bullets(_gates(ledger))),
        labelled("Personal data and audit", bullets(_audit(ledger))),
        bullets(ledger.advice("12")),
    )


def _roles(ledger: Ledger) -> list[str]:
    """The roles as the pack gives them, with what it allows."""
    lines: dict[str, str] = {}
    for role in (r for r in ledger.pack.roles if grants(r)):
        label = "" if _GENERIC.search(role.label) else plain(role.label)
        text = clip(plain(role.text), 12)
        told = f"**{label}**: {text}" if label and label.lower() not in text.lower()[: len(label) + 2] else text
        lines.setdefault(label or told, f"{told.rstrip('.')}.{ledger.cite(place_key(role.place))}")
    asked = [f"{sentence(ledger.short(r, 20))}{ledger.cite(r)}" for r in ledger.plan.asking("authorize")[:2]]
    return [*list(lines.values())[:3], *asked]


def _gates(ledger: Ledger) -> list[str]:
    """The checks that touched modules make today, and the pipelines of their routes."""
    lines = []
    routes = ledger.routes if ledger.denied("5.2") is None else ()
    piped = next((r for r in routes if r.pipelines), None)
    if piped is not None:
        names = listed(f"`:{p}`" for p in piped.pipelines[:5])
        lines.append(
            f"`{piped.path}` passes {names} before {code(piped.module)}; a new entry point goes "
            f"into the same scope.{ledger.cite(code_key(piped.file, piped.line))}"
        )
    found = [(c, gates) for c in ledger.plan.existing if (gates := _gate_functions(c.module))][:3]
    if found:
        names = listed(f"{listed(code(name) for name, _ in gates)} of {code(c.name)}" for c, gates in found)
        keys = [code_key(c.path, gates[0][1]) for c, gates in found]
        runs = "it runs" if sum(len(gates) for _, gates in found) == 1 else "they run"
        lines.append(f"Checks at hand, by their names: {names}; {runs} before the new behaviour.{ledger.cite(*keys)}")
    if not lines:
        lead = ledger.plan.existing[:1]
        asks = [r.id for r in ledger.pack.requirements[:1]]
        lines.append(
            "No access check shows in the outlined modules: the caller decides access, and new "
            "functions take an already authorized record, never an id from the client alone."
            f"{ledger.cite(*asks, *(c.key for c in lead))}"
        )
    return lines


def _gate_functions(module: Module | None) -> list[tuple[str, int]]:
    if module is None:
        return []
    found = [(f"{f.name}/{f.arity}", f.line) for f in module.functions if _GATES.search(f.name)]
    return found[:2]


def _audit(ledger: Ledger) -> list[str]:
    asked = [r for r in ledger.pack.requirements if _AUDIT.search(r.text)]
    if asked:
        return [f"Audit: {ledger.short(asked[0].id, 18)}.{ledger.cite(asked[0].id)}"]
    writes = ledger.plan.storage.requirements[:2]
    if any(_AUDIT.search(f"{placed.label} {placed.text}") for placed in ledger.placed):
        return []
    if writes and ledger.plan.storage.mode != "none":
        return [
            "The pack asks for no audit entry; the actor's id and the changed fields of "
            f"{listed(writes)} go into a structured log line.{ledger.cite(*writes)}"
        ]
    return []
