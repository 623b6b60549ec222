"""The stage of external research: who is asked, and what goes to the trail before and after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from torusnb import __version__
from torusnb.models.base import fingerprint
from torusnb.models.record import Decision
from torusnb.models.sources import REFUSALS, Query, Research, Source
from torusnb.research.primary import load_package_links
from torusnb.research.providers import Provider, open_providers
from torusnb.research.providers.opening import find_hex_home
from torusnb.research.redaction import split_kept
from torusnb.research.run import run_research
from torusnb.session import places
from torusnb.session.modelling import search_model
from torusnb.session.outside import REPLAY

if TYPE_CHECKING:
    from torusnb.session.session import Session


def open_all(session: Session) -> dict[str, tuple[Provider, ...]]:
    """The providers of the parameter, by its names; `replay` stands for none yet, since the trail is not open.

    Raises:
        ParameterError: A name that no provider has, or one that sends something out although torusnb works offline.
    """
    names = session.parameters.provider_names()
    opened = open_providers(
        [name for name in names if name != REPLAY],
        session.root,
        session.catalogue,
        offline=session.parameters.offline,
        fetcher=session.outside,
        hex_home=find_hex_home(),
        model=search_model(session.model),
        model_name=session.parameters.model,
    )
    return {name: tuple(provider for provider in opened if provider.name == name) for name in names}


def list_providers(session: Session, opened: dict[str, tuple[Provider, ...]]) -> tuple[Provider, ...]:
    """Who is asked, in order, each once, with the recorded ones in the place of `replay`.

    Raises:
        TrailError: `replay` is among the names, and no answer is on record.
    """
    found: dict[str, Provider] = {}
    for name, providers in opened.items():
        for provider in session.outside.replay(session.catalogue) if name == REPLAY else providers:
            found.setdefault(provider.name, provider)
    return tuple(found.values())


def make_research(session: Session, *, retry: bool) -> Research:
    """The research; from the trail where nothing that it depends on has changed, asked online where it was.

    Args:
        session: The session.
        retry: Do it again when somebody refused a query the last time; only what was refused is asked again.
    """
    context, parameters = session.capture(), session.parameters
    decided = session.decided("source")
    asked = [(provider.name, provider.identify()) for provider in session.providers]
    kept = split_kept(parameters.keep_inside)
    earlier = _find_kept(session, decided)
    known = [(source.key, source.url) for source in earlier]
    seen = (__version__, session.pack, context, session.playbook, asked, kept, decided, *([known] if known else []))
    key = fingerprint(*seen, "offline" if parameters.offline else "online")
    recorded = session.trail.value(Research, "research", fingerprint(*seen, "online"))
    if recorded is None and parameters.offline:
        recorded = session.trail.value(Research, "research", key)
    if recorded is not None and not (retry and any(failure.outcome in REFUSALS for failure in recorded.failures)):
        return recorded
    outside = session.outside
    if retry:
        outside.begin_anew()
    result = run_research(
        session.pack,
        context,
        session.playbook,
        session.providers,
        today=parameters.today or places.today(),
        on_query=lambda query: _record_query(session, query),
        decisions=decided,
        keep_inside=kept,
        fetcher=None if parameters.offline and not outside.has_pages() else outside,
        links=load_package_links(session.root, (package.name for package in context.code.packages)),
        on_answer=outside.keep_answer,
        recall=outside.recall,
        on_fetch=outside.keep_page,
        earlier=earlier,
        pages=outside.pages,
    )
    for snapshot in result.snapshots.values():
        session.trail.put_snapshot(snapshot)
    found = result.research
    summary = f"{len(found.questions)} questions, {len(found.sources)} sources, {len(found.citations)} citations"
    return session.record("research", summary, found, key)


def _find_kept(session: Session, decided: tuple[Decision, ...]) -> tuple[Source, ...]:
    """The sources of the last research that a person said to keep, by key."""
    verdicts = {decision.key: decision.verdict for decision in decided}
    wanted = {key for key, verdict in verdicts.items() if verdict == "keep"}
    last = session.trail.value(Research, "research") if wanted else None
    return tuple(s for s in last.sources if wanted & {s.key, s.label, s.url}) if last is not None else ()


def _record_query(session: Session, query: Query) -> None:
    session.trail.append("query", f"{query.provider}: {query.text}", key=query.question, value=query)
