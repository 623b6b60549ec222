"""Where a spec pack stands on its way: analyze, architect, plan, develop."""

from __future__ import annotations

from torusnb.models.base import Value
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review, TraceMatrix

GATES = ("analyze", "architect", "plan", "develop")
"""The gates, in order; each finalises one thing: prd.md, fdd.md, plan.md, the feature."""


class Obstacle(Value, frozen=True):
    """Why a gate is not met, in a sentence, and what to do about it in another."""

    text: str
    remedy: str


class Gate(Value, frozen=True):
    """One gate of a pack.

    Attributes:
        name: One of `GATES`.
        state: `met`, `open` (something is in the way), `waits` (its document is not there yet, and an earlier gate is
            open), `elsewhere` (an epic: the packs below it have it).
        obstacles: What is in the way, the gravest first; empty unless it is open.
        facts: What a person should know beside it, a sentence each.
    """

    name: str
    state: str
    obstacles: tuple[Obstacle, ...] = ()
    facts: tuple[str, ...] = ()


class Gates(Value, frozen=True):
    """The four gates of a pack, in order."""

    gates: tuple[Gate, ...]

    @property
    def stage(self) -> str:
        """The first gate that is not met, or `done`; `below` when the rest is up to the packs below this one."""
        open_gate = next((gate.name for gate in self.gates if gate.state not in ("met", "elsewhere")), "")
        return open_gate or ("below" if any(gate.state == "elsewhere" for gate in self.gates) else "done")

    @property
    def next(self) -> Obstacle | None:
        """The first thing to do, or None."""
        return next((obstacle for gate in self.gates for obstacle in gate.obstacles), None)


class PackDocuments(Value, frozen=True):
    """What a pack's folder holds, and what is known of it.

    Attributes:
        slug: The folder's name.
        texts: A document's name (`prd.md`, `requirements.yml` or `.md`, `fdd.md`, `plan.md`) to its text; one that is
            not there is missing here.
        pack: What the folder asks for; None when it cannot be read, and `trouble` says why.
        review: The findings on fdd.md, where there is one.
        changes: Names of what the design rests on that changed since and was not accepted.
        plan_trace: The pack's ids against plan.md, where there is one.
        exported: Where torusnb's own fdd.md lies when the pack's folder holds none; its text is in `texts` then.
        archived: The pack lies among those that are done.
        below: Slugs of the packs in folders below this one.
        records: Files that tell what was built, phase by phase (`phase_1_execution_record.md`), relative to the folder.
    """

    slug: str
    texts: dict[str, str] = {}
    pack: SpecPack | None = None
    trouble: str = ""
    review: Review | None = None
    changes: tuple[str, ...] = ()
    plan_trace: TraceMatrix | None = None
    exported: str = ""
    archived: bool = False
    below: tuple[str, ...] = ()
    records: tuple[str, ...] = ()
