"""For whom a thing is kept, by the pack's words (`per section`, `not per person`), and tables whose key is another."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.wording import plain, plural_of, singular_of
from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.modules import Module
from torusnb.models.requirements import SpecPack

_GROUPS: dict[str, frozenset[str]] = {
    "user": frozenset({"person"}),
    "learner": frozenset({"person"}),
    "student": frozenset({"person"}),
    "instructor": frozenset({"person"}),
    "author": frozenset({"person"}),
    "teacher": frozenset({"person"}),
    "enrollment": frozenset({"person", "section"}),
    "section": frozenset({"section"}),
    "course": frozenset({"section"}),
    "project": frozenset({"project"}),
    "institution": frozenset({"institution"}),
    "tenant": frozenset({"institution"}),
}
"""Whose a row can be, by the nouns of packs and of foreign keys; an enrollment is a person's in a section."""
_NOUN = rf"(?P<noun>{'|'.join(_GROUPS)})"
_OWNED = re.compile(
    rf"\b(?:per[ -]|for (?:each|every) |keyed by (?:the )?)(?:\w+ )?{_NOUN}\b|"
    rf"\b{_NOUN.replace('noun', 'level')}[ -](?:scoped?|level|wide|shared)\b",
    re.IGNORECASE,
)
_SHARED = re.compile(
    rf"\bshared (?:by|across|between|among) (?:(?:all|every|the) )?(?:\w+ )?{_NOUN}s?\b", re.IGNORECASE
)
_NOT = re.compile(r"\b(?:not|never|rather than|instead of|nor|no)(?: (?:be )?(?:kept|stored|saved))?\s*$", re.I)


class Owner(Value, frozen=True):
    """For whom the feature keeps something.

    Attributes:
        nouns: The pack's words for it, each once (`section`). refused: those for whom it must not be kept apart.
        key: The evidence of the first statement that says so.
    """

    nouns: tuple[str, ...]
    refused: tuple[str, ...]
    key: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns of a table's unique key that the nouns call for."""
        return tuple(f"{noun}_id" for noun in self.nouns)


def find_owner(pack: SpecPack, asks: Collection[str]) -> Owner | None:
    """For whom the pack keeps what some requirements store; None where neither they nor the data notes tell."""
    said = [(r.id, f"{r.title}. {r.text}") for r in pack.requirements if r.id in asks]
    said += [(c.id, c.text) for c in pack.criteria if set(c.requirements) & set(asks)]
    said += [(place_key(note.place), note.text) for note in pack.data_notes]
    nouns: dict[str, str] = {}
    refused: dict[str, str] = {}
    for key, text in said:
        bare = plain(text)
        for match in _OWNED.finditer(bare):
            noun = (match["noun"] or match["level"]).lower()
            (refused if _NOT.search(bare[: match.start()]) else nouns).setdefault(noun, key)
        for match in _SHARED.finditer(bare):
            refused.setdefault(match["noun"].lower(), key)
    for note in pack.non_goals:
        for match in _OWNED.finditer(plain(note.text)):
            refused.setdefault((match["noun"] or match["level"]).lower(), place_key(note.place))
    if not (nouns or any(key in asks for key in refused.values())):
        return None
    kept = {noun: key for noun, key in nouns.items() if not _groups([noun]) & _groups(refused)}
    keys = [*kept.values(), *refused.values()]
    return Owner(tuple(kept), tuple(refused), keys[0]) if keys else None


def keeps_for_another(owner: Owner | None, module: Module, code: CodeMap) -> bool:
    """Whether each row of a schema's table is kept for somebody else than the pack keeps the thing for.

    That is so when every unique index of the table that tells an owner tells one whom the pack refuses, or none of
    those it names. A table without such an index tells nothing.
    """
    table = module.schema.table if module.schema is not None else ""
    if owner is None or not table:
        return False
    keys = [
        _groups(column.lstrip(":").removesuffix("_id") for column in index.columns)
        for migration in code.migrations
        for index in migration.indexes
        if index.table == table and index.unique
    ]
    told = [key for key in keys if key]
    wanted, refused = _groups(owner.nouns), _groups(owner.refused)
    return bool(told) and all(key & refused or (wanted and not wanted & key) for key in told)


def key_of(owner: Owner, tables: Collection[str]) -> tuple[tuple[str, str], ...]:
    """The key columns that the owner calls for, each with the table it points to, empty where there is none."""
    return tuple(
        (column, table if (table := plural_of(singular_of(noun))) in tables else "")
        for noun, column in zip(owner.nouns, owner.columns, strict=True)
    )


def _groups(nouns: Iterable[str]) -> frozenset[str]:
    return frozenset[str]().union(*(_GROUPS.get(noun, frozenset()) for noun in nouns))
