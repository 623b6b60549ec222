"""Answers from a trail: what was recorded is given again, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from msgspec.structs import replace

from torusnb.errors import TrailError
from torusnb.models.base import Value, fingerprint
from torusnb.models.fetched import Fetched, FetchRequest
from torusnb.models.sources import Query, Source
from torusnb.research.providers.protocol import Answer, Hit, Provider

Snapshots = Callable[[str], bytes | None]
"""Gives the bytes of a hex SHA-256, or None."""


class RecordedAnswer(Value, frozen=True):
    """A query and what a provider gave for it; the captured bytes are kept by their hashes elsewhere.

    Attributes:
        identity: What the provider's answers depended on (`Provider.identify`), such as the locked versions.
    """

    query: Query
    answer: Answer
    outbound: bool = False
    identity: str = ""


class RecordedFetch(Value, frozen=True):
    """What came of a fetch, without its body, which is kept by its hash elsewhere."""

    fetched: Fetched


def record_answer(
    query: Query, answer: Answer, *, outbound: bool, identity: str = ""
) -> tuple[RecordedAnswer, dict[str, bytes]]:
    """What to keep of an answer, and the captured bytes by their hashes."""
    bodies = {hit.source.sha256: hit.captured for hit in answer.hits if hit.captured}
    bare = tuple(replace(hit, captured=b"") for hit in answer.hits)
    return RecordedAnswer(query, replace(answer, hits=bare), outbound, identity), bodies


def record_fetch(fetched: Fetched) -> tuple[RecordedFetch, dict[str, bytes]]:
    """What to keep of a fetch, and its body by its hash."""
    bodies = {fetched.sha256: fetched.body} if fetched.body else {}
    return RecordedFetch(replace(fetched, body=b"", exchanges=())), bodies


class ReplayProvider:
    """Gives a recorded provider's answers again, under its name."""

    def __init__(
        self, name: str, recorded: Sequence[RecordedAnswer], snapshot: Snapshots, known: tuple[Source, ...] = ()
    ) -> None:
        """A provider.

        Args:
            name: Whose answers they are.
            recorded: The answers of any provider; of two to one query the later holds.
            snapshot: Gives captured bytes.
            known: For the catalogue: the sources that it knew.
        """
        self._name = name
        self._recorded = {
            (held.query.text, held.query.package): held.answer for held in recorded if held.query.provider == name
        }
        self._outbound = any(held.outbound for held in recorded if held.query.provider == name)
        self._snapshot = snapshot
        self._known = known

    @property
    def name(self) -> str:
        """The recorded provider's name."""
        return self._name

    @property
    def outbound(self) -> bool:
        """As the recorded provider was, so that the same words are taken out and the same queries made."""
        return self._outbound

    def identify(self) -> str:
        """A digest of all that is recorded."""
        return fingerprint(self._name, sorted(self._recorded.items()))

    def sources(self) -> tuple[Source, ...]:
        """The sources that the recorded provider knew beforehand."""
        return self._known

    def search(self, query: Query) -> Answer:
        """The recorded answer.

        Raises:
            TrailError: Nothing is recorded for this query, or its bytes are not there.
        """
        answer = self._recorded.get((query.text, query.package))
        if answer is None:
            about = f" (package {query.package})" if query.package else ""
            raise TrailError(
                f"the trail holds no answer of {self._name} to the query {query.text!r}{about}; "
                "run the research again with that provider",
                key=self._name,
            )
        return replace(answer, hits=tuple(self._fill(hit) for hit in answer.hits))

    def _fill(self, hit: Hit) -> Hit:
        if not hit.source.sha256:
            return hit
        data = self._snapshot(hit.source.sha256)
        if data is None:
            raise TrailError(
                f"the trail lacks the captured bytes of {hit.source.key}, which {self._name} found; "
                "take the trail from where they are",
                key=hit.source.key,
                url=hit.source.url,
            )
        return replace(hit, captured=data)


class ReplayFetcher:
    """Gives recorded fetches again; an address that was not fetched is an error."""

    def __init__(self, recorded: Sequence[RecordedFetch], snapshot: Snapshots) -> None:
        """A fetcher of some records; of two for one address the later holds, that a page is unchanged aside."""
        every = (held.fetched for held in recorded)
        self._recorded = {fetched.requested: fetched for fetched in every if fetched.outcome != "not-modified"}
        self._snapshot = snapshot

    def fetch(self, request: FetchRequest | str) -> Fetched:
        """The recorded fetch.

        Raises:
            TrailError: The address was not fetched, or its bytes are not there.
        """
        url = request if isinstance(request, str) else request.url
        fetched = self._recorded.get(url)
        body = self._snapshot(fetched.sha256) if fetched is not None and fetched.sha256 else b""
        if fetched is None or body is None:
            raise TrailError(f"the trail holds no fetch of {url}; run the research again with the network", url=url)
        return replace(fetched, body=body)

    def fetch_all(self, requests: Sequence[FetchRequest | str]) -> Iterator[Fetched]:
        """The recorded fetches, in the order of the requests."""
        return iter([self.fetch(request) for request in requests])


def open_replay(
    recorded: Sequence[RecordedAnswer], snapshot: Snapshots, known: tuple[Source, ...] = ()
) -> tuple[Provider, ...]:
    """A provider for each one that answers were recorded of, in the order in which they were first asked."""
    names = dict.fromkeys(held.query.provider for held in recorded)
    return tuple(ReplayProvider(name, recorded, snapshot, known if name == "catalogue" else ()) for name in names)
