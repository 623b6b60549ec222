"""What the rules that look for gaps see: the pack, the code map, the waypoints and what is known."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from torusnb.context.knowledge.customs import Customs
from torusnb.context.quotebook import QuoteBook
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Known, Unknown, Waypoint
from torusnb.models.requirements import SpecPack

_NEAR = 12


@dataclass(frozen=True)
class Gap:
    """What the rules look at; `unseen` says why tests cannot be seen, and is empty where they can."""

    pack: SpecPack
    code_map: CodeMap
    waypoints: Sequence[Waypoint]
    known: Sequence[Known]
    customs: Customs
    book: QuoteBook
    unseen: str = ""

    @property
    def said(self) -> str:
        """Everything the pack says, in one text."""
        texts = [f"{section.title}\n{section.text}" for section in self.pack.sections]
        texts += [f"{entry.title} {entry.text}" for entry in self.pack.requirements]
        return "\n".join([*texts, *(entry.text for entry in self.pack.criteria)])

    def waypoint(self, *layers: str) -> Waypoint | None:
        """The best waypoint of the first of the layers that the nearest ones have, or the best of all.

        Layers joined by `|` count as one: a page is a LiveView or a controller's, whichever the feature is nearer to.
        """
        for layer in layers:
            for waypoint in self.waypoints[:_NEAR]:
                if waypoint.layer in layer.split("|"):
                    return waypoint
        return next(iter(self.waypoints), None)

    def lead(self, *words: str) -> str:
        """The id of the first standing requirement that speaks of a word, or of the first of all; or empty."""
        standing = [entry for entry in self.pack.requirements if entry.id not in self.pack.withdrawn]
        for entry in standing:
            if any(word in f"{entry.title} {entry.text}".lower() for word in words):
                return entry.id
        return standing[0].id if standing else ""


Rule = Callable[[Gap], Unknown | None]
"""A rule: the gap it found, without an id, or None."""
