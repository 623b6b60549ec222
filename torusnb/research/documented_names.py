"""Names that documentation is held of: modules, their functions, macros and callbacks, options, and bindings.

A name is taken as a library writes it: `Garden.Repo.insert_all/3`, `Repo.insert_all`, `start_async`, `Garden.Multi`,
`:on_conflict`, `phx-mounted`, `:telemetry.span/3` (also `telemetry:span/3` and `telemetry.span/3`).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from torusnb.models.base import Value
from torusnb.models.sources import Passage
from torusnb.research.words import word_set

_NAME = re.compile(
    r"(?:(?P<module>[A-Z]\w*(?:\.[A-Z]\w*)*)(?:\.(?=[a-z_]))?)?(?P<member>[a-z_]\w*[?!]?)?(?:/(?P<arity>\d{1,2}))?"
)
_TERM = re.compile(r":[a-z_]\w*|[a-z]+(?:-[a-z]+)+")
_ERLANG = re.compile(r"(?::(?P<module>[a-z]\w*)\.|(?P<bare>[a-z]\w*)[:.])(?P<member>[a-z]\w*)(?:/(?P<arity>\d{1,2}))?")
_MODULE = re.compile(r"[A-Z]\w*(?:\.[A-Z]\w*)*")
_MEMBER = re.compile(r"(?:c:)?(?P<member>[a-z_]\w*[?!]?)/(?P<arity>\d{1,2})(?:-.*)?")
_MEMBER_ALONE = re.compile(r"(?:c:)?[a-z_]\w*[?!]?/\d{1,2}")
_EXAMPLE = re.compile(r"-(?:examples?|testing|usage)(?:-|$)")
_UNDER_HEADING, _IN_EXAMPLE = 2.0, 6.0
_OPTION = r"(?:^|\n)[ \t]*[-*][ \t]+`{term}`"
_BINDING = r"`{term}(?:=[^`\n]{{0,80}})?`"

_FUNCTION = r"`{term}\d{{1,2}}`"
_LEANS = re.compile(r"(?:For (?:example|instance)|You can do so|So|Then|Or|But|And|Here|Now|In the example)\b")
_OF_OPTION = re.compile(r"`:(?P<name>\w+)`")
_LEANING, _OTHER_OPTION = 3.0, 6.0

GENERAL = word_set(
    "key value name map string list set return function argument option give call data client server browser html text "
    "read show type path user page case way example application code module state create"
)
"""Stems of words that documentation is full of: a quote that shares nothing else speaks of nothing that was asked."""

_TOLD = word_set(
    "raises error failure crashes exits rolls rollback aborted rejected ignored discarded skipped dropped removed "
    "cleaned cancelled timeout expires restarted retried again returned unique conflict duplicate atomic transaction "
    "order sorted sequence concurrent asynchronously blocking waits locks invoked called executed runs triggered "
    "rendered default always never otherwise instead therefore automatically immediately guaranteed"
)
"""Stems of words in which behaviour is told: what fails, when it runs, what is kept apart, what is cleaned up."""
TELLS = 1.5
"""What such a word weighs in a sentence, against the rarity of the words that are asked for (up to about 10)."""


class Wanted(Value, frozen=True):
    """A name, taken apart; `term` is an option, a binding or a function of Erlang, else there is a module or a member.

    Attributes:
        arity: -1 for any; a callback's must be its own, a function may take fewer arguments than it documents, and so
            may one that a module has by a callback (`Repo.delete_all/1`).
        callback: Only a callback is meant (`c:perform/1`).
    """

    module: str = ""
    member: str = ""
    arity: int = -1
    callback: bool = False
    term: str = ""

    @property
    def name(self) -> str:
        """The member's name, or the last of the module's; as `name_of` tells of a passage."""
        return self.member or self.module.rpartition(".")[2]

    def is_module(self, title: str) -> bool:
        """Whether a page's title is the module that is named, by its whole name or its end; any without a module."""
        return bool(_MODULE.fullmatch(title)) and (not self.module or f".{title}".endswith(f".{self.module}"))

    def is_told_in(self, title: str, passage: Passage) -> bool:
        """Whether a passage documents what is named; of a module alone, its own words count and not its members'."""
        if self.term:
            if self.term not in passage.text:
                return False
            kind = _OPTION if self.term.startswith(":") else _FUNCTION if self.term.endswith("/") else _BINDING
            return re.search(kind.format(term=re.escape(self.term)), passage.text) is not None
        member = _MEMBER.fullmatch(passage.anchor)
        if not self.is_module(title) or not self.member:
            of_member = re.match(r"(?:[ct]:)?\w+[?!]?/\d", passage.anchor)
            return self.is_module(title) and bool(self.module) and not of_member
        if member is None or member["member"] != self.member:
            return False
        arity, documented = self.arity, int(member["arity"])
        if self.callback or (passage.anchor.startswith("c:") and not self.module):
            return passage.anchor.startswith("c:") and arity in (-1, documented)
        return arity <= documented

    def place_of(self, passage: Passage, quote: str, asked: Collection[str]) -> float:
        """What stands against a quote by its place: 0 for a name's first words, more under a heading or as example.

        Also for words that lean on those before them, and of an option that nobody asked for by the stems of its name.
        """
        option = _OF_OPTION.match(quote)
        other = option is not None and not word_set(option["name"]) <= {*asked, *word_set(self.term)}
        against = _LEANING * bool(_LEANS.match(quote)) + _OTHER_OPTION * other
        if self.term or not passage.anchor or _MEMBER_ALONE.fullmatch(passage.anchor):
            return against
        return against + (_IN_EXAMPLE if _EXAMPLE.search(passage.anchor) else _UNDER_HEADING)


def parse_wanted(name: str) -> Wanted | None:
    """The name taken apart; None for what no library calls anything."""
    name = name.strip().strip("`").removeprefix("&")
    erlang = None if name.startswith(("c:", "t:")) else _ERLANG.fullmatch(name.partition("(")[0])
    if erlang is not None:
        return Wanted(term=f"{erlang['module'] or erlang['bare']}:{erlang['member']}/")
    callback, name = name.startswith("c:"), name.removeprefix("c:")
    if _TERM.fullmatch(name):
        return Wanted(term=name)
    found = _NAME.fullmatch(name.partition("(")[0])
    if found is None or not (found["module"] or found["member"]) or (found["arity"] and not found["member"]):
        return None
    return Wanted(found["module"] or "", found["member"] or "", int(found["arity"] or -1), callback)


def name_of(title: str, passage: Passage) -> str:
    """What a passage of a module's page documents: a member by its name, else the last of the module's."""
    member = _MEMBER.fullmatch(passage.anchor)
    return member["member"] if member is not None else title.rpartition(".")[2]


def weigh_told(asked: Mapping[str, float]) -> dict[str, float]:
    """What each stem weighs in a choice of sentences: those asked for, and those in which behaviour is told."""
    told = dict.fromkeys(sorted(_TOLD), TELLS)
    return {**told, **{stem: weight + told.get(stem, 0.0) for stem, weight in asked.items()}}
