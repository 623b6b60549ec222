"""What designs say of the same code: who makes it, who changes it, who only reads it."""

from __future__ import annotations

from torusnb.models.base import Place, Value

ROLES = ("new", "change", "read")
"""What a design does with a thing, the strongest first."""


class Claim(Value, frozen=True):
    """A thing of the code that a design names.

    Attributes:
        kind: `module`, `table`, `file`, `route`, `event`, `topic`, `flag`, `cache`.
        name: Its full name; a table's name also where the design names the schema of it.
        role: One of `ROLES`: the strongest that the design claims anywhere.
        place: The line that claims it. text: That line, without its indentation.
        exists: The checkout has it.
    """

    kind: str
    name: str
    role: str
    place: Place
    text: str
    exists: bool = True


class Design(Value, frozen=True):
    """One pack's design as far as it claims things.

    Attributes:
        slug: The pack. directory: Its folder. path: The document that was read.
        archived: The pack is done with (its folder lies under one named `archive`, `archived` or `done`).
        claims: Each thing once, in the order of the document.
        depends: The slugs of the packs beside it that its documents say it depends on, sorted.
    """

    slug: str
    directory: str
    path: str
    claims: tuple[Claim, ...] = ()
    archived: bool = False
    depends: tuple[str, ...] = ()


class Conflict(Value, frozen=True):
    """A thing that two designs claim.

    Attributes:
        severity: `high` (both make it), `medium` (both change it, or one makes what the other names), `low` (one
            changes what the other reads, or one depends on the other, which gives the order), `none` (both only read
            it).
        kind, name: The thing. one, other: The two designs' claims. slugs: Their packs.
        text: What that means, in one sentence.
        archived: The other pack is done with.
    """

    severity: str
    kind: str
    name: str
    slugs: tuple[str, str]
    one: Claim
    other: Claim
    text: str
    archived: bool = False
