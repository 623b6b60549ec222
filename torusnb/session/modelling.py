"""The model of a session: who writes and searches, with every request on record, and what may be looked up."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from torusnb.context.map.codemap import source_reader
from torusnb.context.waypoints.history import load_history
from torusnb.drafting.drafters import Desk
from torusnb.drafting.evidence import add_evidence
from torusnb.errors import ParameterError
from torusnb.lookups.lookups import open_lookups
from torusnb.lookups.recorded import RecordedLookups
from torusnb.lookups.tools import TOOLS
from torusnb.messages import Budget, load_prices, open_model
from torusnb.messages.recording import RecordingModel
from torusnb.messages.wire import is_native
from torusnb.models.base import fingerprint
from torusnb.models.design import Evidence, SectionDraft
from torusnb.models.messages import Json, LookedUp, LookupAnswer, Lookups, LookupTool, Model, RecordedReply
from torusnb.models.review import Finding
from torusnb.research.providers.deps import open_deps
from torusnb.research.providers.opening import find_hex_home
from torusnb.session import places
from torusnb.session.drafting import find_namesakes, pack_evidence
from torusnb.session.foreseeing import load_spent
from torusnb.session.parameters import ASKS_A_MODEL, Parameters
from torusnb.session.voice import say, show
from torusnb.trail.replay import render_design
from torusnb.trail.store import Trail

if TYPE_CHECKING:
    from torusnb.session.session import Session

KEY = "ANTHROPIC_API_KEY"
"""The environment variable that holds the key; it is read nowhere else and written nowhere."""

ENDPOINT_KEY = "TORUSNB_ENDPOINT_KEY"
"""Likewise the key of another endpoint; Anthropic's is never sent there."""


def open_recorded_model(session: Session) -> Model | None:
    """Who answers requests, the record first; None where neither the drafter nor a provider asks a model.

    Offline the record alone answers.

    Raises:
        ParameterError: A price file or endpoint is unusable, or torusnb works offline and nothing is on record.
        ModelError: There is no key.
    """
    parameters = session.parameters
    if ASKS_A_MODEL not in (parameters.drafter, *parameters.provider_names()):
        return None
    if parameters.drafter == ASKS_A_MODEL and parameters.offline and not _has_replies(session.outputs.trail):
        raise ParameterError(
            "the drafter 'claude' asks a model, torusnb works offline, and this trail holds no model's reply; set "
            "`offline` to false, or choose the drafter 'offline'",
            key="drafter",
        )
    return _record(session, None if parameters.offline else _open_model(parameters, _spent(session.outputs.trail)))


def search_model(model: Model | None) -> Model | None:
    """The model for the web search: on record like every other, but asked anew.

    What a search answered is recorded as a provider's answer; a refusal in it must not answer the next run.
    """
    return model.afresh() if isinstance(model, RecordingModel) else model


def _record(session: Session, inner: Model | None) -> RecordingModel:
    return RecordingModel(
        inner,
        lambda key: session.trail.value(RecordedReply, "model", key),
        lambda record: session.trail.append("model", record.summary, key=record.key, value=record),
        lambda data: session.trail.put_snapshot(data),
        native=is_native(session.parameters.endpoint),
    )


def _has_replies(trail: Path) -> bool:
    """Whether a trail is there and a model's replies are on record in it."""
    if not trail.is_file():
        return False
    with Trail.open(trail, create=False) as record:
        return record.latest("model") is not None


def _spent(trail: Path) -> float:
    """What earlier runs over a trail took; nothing where there is none yet."""
    if not trail.is_file():
        return 0.0
    with Trail.open(trail, create=False) as record:
        return load_spent(record)


def _open_model(parameters: Parameters, spent: float) -> Model:
    prices = load_prices(Path(parameters.prices).expanduser() if parameters.prices else None)
    known = prices.price(parameters.model) is not None
    if not known and not parameters.endpoint:
        raise ParameterError(
            f"the model {parameters.model!r} is not on the price list, so no budget holds for it; correct `model` "
            f"(such as {Parameters.model}), or give a price file with it as `prices`",
            key="model",
        )
    if not known:
        say(f"{parameters.model} has no price, so no budget in US dollars holds; a price file (`prices`) can give one")
    return open_model(
        name=parameters.model,
        base_url=parameters.endpoint,
        key=os.environ.get(ENDPOINT_KEY if parameters.endpoint else KEY, ""),
        batches=parameters.batches,
        prices=prices,
        budget=Budget(parameters.budget, spent=spent) if known else Budget(),
        say=say,
    )


def open_desk(session: Session, model: Model | None, *, again: bool = False) -> Desk:
    """What a drafter may work with: the model, the lookups, the review as it would judge an export, and a voice.

    Args:
        session: The session.
        model: Who answers, the record first.
        again: Whether sections that could not be taken before are asked for afresh.
    """
    parameters = session.parameters
    return Desk(
        model=model if parameters.drafter == ASKS_A_MODEL else None,
        model_name=parameters.model,
        lookups=SessionLookups(session),
        review=lambda sections, found: _review(session, sections, found),
        prompts=Path(parameters.prompts).expanduser() if parameters.prompts else None,
        batches=parameters.batches,
        afresh=model.afresh() if again and isinstance(model, RecordingModel) and not parameters.offline else None,
        say=say,
        on_text=show if parameters.interactive else _ignore,
    )


class SessionLookups:
    """What a model may look up in a session: nothing is opened before it asks, and every answer is on record."""

    def __init__(self, session: Session) -> None:
        """The lookups of a session."""
        self._session = session
        self._recorded: Lookups | None = None

    def tools(self) -> tuple[LookupTool, ...]:
        """All that can be asked, in a fixed order."""
        return TOOLS

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        """What was found, from the record where it was asked before."""
        if self._recorded is None:
            self._recorded = self._open()
        return self._recorded.answer(name, arguments)

    def _open(self) -> Lookups:
        session = self._session
        code, trail = session.code_map, session.trail
        inner = open_lookups(
            code,
            source_reader(session.root),
            session.capture(),
            session.research(),
            history=lambda: load_history(session.root, code.commit.id, cache=places.history_cache()),
            docs=open_deps(session.root, find_hex_home()),
            decisions=session.decided("source"),
            today=session.parameters.today or places.today(),
            on_captured=trail.put_snapshot,
            cache=places.outline_cache(),
        )
        return RecordedLookups(
            inner,
            lambda key: trail.value(LookedUp, "lookup", key),
            lambda record: trail.append("lookup", f"{record.tool} {record.arguments}", key=record.key, value=record),
            identity=fingerprint(session.identity, session.capture(), session.research()),
        )


def _review(session: Session, sections: Iterable[SectionDraft], found: Iterable[Evidence]) -> tuple[Finding, ...]:
    items = tuple(found)
    pack = add_evidence(pack_evidence(session), items, find_namesakes(session, items))
    return session.review_of(render_design(pack, sections), pack.research).findings


def _ignore(_: str) -> None:
    """A batch run shows no text as it comes: thousands of small outputs would make its notebook slow."""
