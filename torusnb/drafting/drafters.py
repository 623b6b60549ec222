"""Who drafts: one protocol, and a factory for each drafter that imports it when it is chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from torusnb.errors import ParameterError
from torusnb.models.design import Drafting, Evidence, EvidencePack, SectionDraft
from torusnb.models.messages import Lookups, Model
from torusnb.models.review import Finding

Reviewer = Callable[[Iterable[SectionDraft], Iterable[Evidence]], tuple[Finding, ...]]
"""The findings on some sections, as the review would tell them of an export that also rests on what was looked up."""


def _ignore(_: str) -> None:
    """Nobody is told."""


@dataclass(frozen=True)
class Desk:
    """What a drafter may work with besides the evidence pack; the offline drafter needs none of it.

    Attributes:
        model: Who writes; None where no model is to be asked.
        model_name: The model's id.
        lookups: What the model may look up.
        review: Tells the findings on some sections; None leaves them as first drafted.
        rounds: How often sections are revised for findings, at most.
        prompts: A folder with a team's own prompt files; None for those that travel with torusnb.
        batches: Whether to send requests that do not wait for each other as one message batch.
        afresh: Who writes sections that could not be taken before, answering nothing from a record; None leaves them.
        say: Told one line for each step of the work.
        on_text: Hears a section's text as it comes.
    """

    model: Model | None = None
    model_name: str = ""
    lookups: Lookups | None = None
    review: Reviewer | None = None
    rounds: int = 2
    prompts: Path | None = None
    batches: bool = False
    afresh: Model | None = None
    say: Callable[[str], None] = _ignore
    on_text: Callable[[str], None] = _ignore


class Drafter(Protocol):
    """Drafts all sections from an evidence pack.

    Attributes:
        name: What it is chosen by, and the author of its drafts.
        deterministic: Whether the same pack gives the same text, so that a replay can draft again and compare.
    """

    name: str
    deterministic: bool

    def identify(self) -> str:
        """A digest of what the text depends on besides the pack: the model, the prompts; empty for nothing."""
        ...

    def draft_all(self, pack: EvidencePack) -> Drafting:
        """A text for each section of the template, with `[@key]` markers that all resolve."""
        ...


def _offline(_: Desk) -> Drafter:
    from torusnb.drafting.offline.drafter import OfflineDrafter

    return OfflineDrafter()


def _claude(desk: Desk) -> Drafter:
    from torusnb.drafting.claude.drafter import ClaudeDrafter

    return ClaudeDrafter(desk)


NEED_A_MODEL = frozenset({"claude"})
"""Drafters that cannot draft without asking a model."""

DRAFTERS: dict[str, Callable[[Desk], Drafter]] = {"claude": _claude, "offline": _offline}


def open_drafter(name: str, desk: Desk | None = None) -> Drafter:
    """The drafter of that name.

    Raises:
        ParameterError: There is none, or it needs what the desk lacks.
    """
    if name not in DRAFTERS:
        raise ParameterError(f"there is no drafter {name!r}; choose among {', '.join(sorted(DRAFTERS))}", key="drafter")
    return DRAFTERS[name](desk or Desk())
