"""Who drafts: one protocol, and a factory for each drafter that imports it when it is chosen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from torusnb.models.design import EvidencePack, SectionDraft


class Drafter(Protocol):
    """Drafts one section from an evidence pack; the same pack gives the same text."""

    name: str

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
