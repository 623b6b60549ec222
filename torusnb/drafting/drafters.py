"""Who drafts: one protocol, and a factory for each drafter that imports it when it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from torusnb.errors import ParameterError
from torusnb.models.design import EvidencePack, SectionDraft


class Drafter(Protocol):
    """Drafts one section from an evidence pack.

    Attributes:
        name: What it is chosen by, and the author of its drafts.
        deterministic: Whether the same pack gives the same text, so that a replay can draft again and compare.
    """

    name: str
    deterministic: bool

    def draft(self, pack: EvidencePack, section_id: str) -> SectionDraft:
        """The section's text with `[@key]` markers that all resolve in the pack."""
        ...


def _offline() -> Drafter:
    from torusnb.drafting.offline.drafter import OfflineDrafter

    return OfflineDrafter()


DRAFTERS: dict[str, Callable[[], Drafter]] = {"offline": _offline}


def draft_all(drafter: Drafter, pack: EvidencePack) -> tuple[SectionDraft, ...]:
    """A draft for every section of the pack's template, in its order."""
    return tuple(drafter.draft(pack, section.id) for section in pack.template.sections)


def open_drafter(name: str) -> Drafter:
    """The drafter of that name.

    Raises:
        ParameterError: There is none.
    """
    if name not in DRAFTERS:
        raise ParameterError(f"there is no drafter {name!r}; choose among {', '.join(sorted(DRAFTERS))}", key="drafter")
    return DRAFTERS[name]()
