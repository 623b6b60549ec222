"""What a session has of the outside: pages and answers, from the record where they are there, else asked for once.

Every response goes to the archive beside the trail; what a page or a provider gave goes to the trail, so that a later
run needs to ask nobody for it, and the day on which it was captured stays. A page that was captured long ago is asked
for again, by the validators that its server gave: only one that changed comes anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date

from msgspec.structs import replace

from torusnb.errors import TrailError
from torusnb.fetch import Archive, Client, open_client
from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.sources import REFUSALS, Query, Source
from torusnb.research.providers import Answer, Provider
from torusnb.research.providers.replay import (
    RecordedAnswer,
    RecordedFetch,
    ReplayProvider,
    open_replay,
    record_answer,
    record_fetch,
)
from torusnb.session import places
from torusnb.session.exporting import Outputs
from torusnb.session.parameters import Parameters
from torusnb.trail.store import Trail

REPLAY = "replay"
"""The name among the providers that stands for the recorded answers of all that were asked outside."""


FRESH_DAYS = 30
"""Days for which nobody is asked whether a page on record has changed."""


class Outside:
    """Fetches pages and remembers; nobody is asked for what is on record, unless it is a page captured long ago.

    Only a page that can be cited, and an answer that is no refusal, count as on record.
    """

    def __init__(
        self, outputs: Outputs, trail: Callable[[], Trail], parameters: Parameters, client: Client | None = None
    ) -> None:
        """The outside as one pack sees it; nothing is opened before it is needed.

        Args:
            outputs: Where the archive lies.
            trail: Gives the pack's trail.
            parameters: Whether anybody may be asked, for whom, and what day it is.
            client: What fetches in place of a client of its own; closed with this.
        """
        self._today = "" if parameters.offline else parameters.today or places.today()
        self._parameters = parameters
        self._given = client
        self._confirmed: dict[str, str] = {}
        self._outputs = outputs
        self._trail = trail
        self._client: Client | None = None
        self._archive: Archive | None = None
        self._pages: dict[str, Fetched] | None = None
        self._answers: dict[tuple[str, ...], Answer] | None = None

    def fetch(self, request: FetchRequest | str) -> Fetched:
        """What came of a request, kept in the archive before it is returned."""
        return next(self.fetch_all([request]))

    def fetch_all(self, requests: Sequence[FetchRequest | str]) -> Iterator[Fetched]:
        """What came of each request, in their order; those on record first need nobody."""
        asked = [FetchRequest(request) if isinstance(request, str) else request for request in requests]
        known = [self._find(request) for request in asked]
        sent = [self._word(request, found) for request, found in zip(asked, known, strict=True)]
        missing = [request for request in sent if request is not None]
        fresh = self._open().fetch_all(missing) if missing else iter(())
        for request, found in zip(sent, known, strict=True):
            if request is not None:
                answer = self._archived(next(fresh))
                found = answer if found is None else self._compare(found, answer)
            if found is not None:
                yield found

    def has_pages(self) -> bool:
        """Whether a page is on record, so that an offline run has something to read."""
        return bool(self._known_pages())

    def pages(self) -> Iterator[Fetched]:
        """Every page on record that can be cited, with its bytes, in the order in which they were first captured."""
        for fetched in tuple(self._known_pages().values()):
            body = self._trail().snapshot(fetched.sha256)
            if body is not None:
                yield replace(fetched, body=body)

    def keep_page(self, fetched: Fetched) -> None:
        """Put what came of a page into the trail, once."""
        held = self._known_pages().get(fetched.requested)
        same = held is not None and (held.fetched_at, held.sha256) == (fetched.fetched_at, fetched.sha256)
        if fetched.outcome == "offline" or same:
            return
        record, bodies = record_fetch(fetched)
        for body in bodies.values():
            self._trail().put_snapshot(body)
        self._trail().append("fetch", f"{fetched.outcome}: {fetched.requested}", key=fetched.requested, value=record)
        if fetched.citable:
            self._known_pages()[fetched.requested] = record.fetched

    def keep_answer(self, provider: Provider, query: Query, answer: Answer) -> None:
        """Put what a provider that asks outside gave into the trail."""
        if not provider.outbound:
            return
        record, bodies = record_answer(query, answer, outbound=True, identity=provider.identify())
        for body in bodies.values():
            self._trail().put_snapshot(body)
        summary = f"{provider.name}: {answer.outcome}, {len(answer.hits)} found"
        self._trail().append("answer", summary, key=query.question, value=record)

    def recall(self, provider: Provider, query: Query) -> Answer | None:
        """What the provider answered to these words before, unless it was a refusal.

        A provider whose answers depend on something else by now (another lock) is asked again.
        """
        if self._answers is None:
            self._answers = {
                _words(held.query, held.identity): held.answer
                for held in self._recorded_answers()
                if held.answer.outcome not in REFUSALS
            }
        answer = self._answers.get(_words(query, provider.identify()))
        if answer is None:
            return None
        held = RecordedAnswer(query, answer, outbound=True)
        return ReplayProvider(query.provider, [held], self._trail().snapshot).search(query)

    def replay(self, known: tuple[Source, ...]) -> tuple[Provider, ...]:
        """A provider for each one whose answers are on record.

        Raises:
            TrailError: There are none.
        """
        providers = open_replay(self._recorded_answers(), self._trail().snapshot, known)
        if not providers:
            raise self.nothing_to_replay()
        return providers

    def nothing_to_replay(self) -> TrailError:
        """What is told where no answer of any provider is on record."""
        return TrailError(
            "the trail holds no answer of any provider to replay; take `replay` out of the parameter `providers`",
            path=self._outputs.trail,
            key="providers",
        )

    def begin_anew(self) -> None:
        """Forget which names and hosts failed: who asks again has mended something, or wants to know."""
        if self._client is not None and self._given is None:
            self._client.close()
            self._client = None

    def close(self) -> None:
        """Close the connections and the archive."""
        if self._client is not None:
            self._client.close()
        if self._archive is not None:
            self._archive.close()

    def _open(self) -> Client:
        if self._client is None:
            given = self._parameters
            self._client = self._given or open_client(offline=given.offline, contact=given.contact)
        return self._client

    def _archived(self, fetched: Fetched) -> Fetched:
        if fetched.exchanges:
            if self._archive is None:
                self._archive = Archive.open(self._outputs.archive)
            self._archive.append(fetched)
        return fetched

    def _word(self, request: FetchRequest, known: Fetched | None) -> FetchRequest | None:
        """What is asked of the outside: the request as it is, only whether a page changed, or nothing."""
        if known is None:
            return request
        if not self._today or not (known.etag or known.last_modified) or request.accept == ("archive",):
            return None
        since = max(known.fetched_at[:10], self._confirmed.get(known.requested, ""))
        if not since or _days_between(since, self._today) <= FRESH_DAYS:
            return None
        return replace(request, etag=known.etag, last_modified=known.last_modified, snapshot_url=known.url)

    def _compare(self, known: Fetched, answer: Fetched) -> Fetched:
        """The page as it is now where it changed; else the one on record, also where no page came."""
        if answer.citable and answer.sha256 != known.sha256:
            return answer
        if answer.outcome == "not-modified" or answer.citable:
            self._confirmed[known.requested] = self._today
            record, _ = record_fetch(replace(answer, outcome="not-modified", sha256="", body=b""))
            summary = f"not-modified: {known.requested}"
            self._trail().append("fetch", summary, key=known.requested, value=record)
        return known

    def _find(self, request: FetchRequest) -> Fetched | None:
        """What is on record for a request: a page in the trail, a tarball in the archive."""
        if request.form:
            return None  # what a provider made of the answer is on record; the address alone does not tell it
        if request.accept == ("archive",):
            return self._find_archived(request.url)
        known = self._known_pages().get(request.url)
        if known is None:
            return None
        body = self._trail().snapshot(known.sha256)
        if body is None:
            raise TrailError(
                "the trail lacks the captured bytes of a page that it says was fetched; use another copy",
                path=self._outputs.trail,
                url=known.url,
            )
        return replace(known, body=body)

    def _find_archived(self, url: str) -> Fetched | None:
        if self._archive is None and self._outputs.archive.exists():
            self._archive = Archive.open(self._outputs.archive)
        return self._archive.find(url) if self._archive is not None else None

    def _known_pages(self) -> dict[str, Fetched]:
        if self._pages is None:
            trail = self._trail()
            records = [trail.parse(event, RecordedFetch).fetched for event in trail.events("fetch")]
            self._pages = {fetched.requested: fetched for fetched in records if fetched.citable}
            unchanged = (fetched for fetched in records if fetched.outcome == "not-modified")
            self._confirmed = {fetched.requested: fetched.fetched_at[:10] for fetched in unchanged}
        return self._pages

    def _recorded_answers(self) -> list[RecordedAnswer]:
        trail = self._trail()
        return [trail.parse(event, RecordedAnswer) for event in trail.events("answer")]


def _words(query: Query, identity: str) -> tuple[str, ...]:
    return query.provider, query.text, query.package, identity


def _days_between(earlier: str, later: str) -> int:
    """Whole days from one ISO date to another; 0 where one of them is none."""
    try:
        return (date.fromisoformat(later) - date.fromisoformat(earlier)).days
    except ValueError:
        return 0
