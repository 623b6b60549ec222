"""Many requests at once: hosts side by side, each host's pages one after the other, answers in order."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit

from torusnb.models.fetched import Fetched, FetchRequest

WINDOW = 64
"""How many answers may wait for an earlier one, so that their bytes do not fill the memory."""


class _Turns:
    """Who asks what next: shared by the workers and by the one who reads the answers."""

    def __init__(self, requests: Sequence[FetchRequest]) -> None:
        self._queues: dict[str, deque[int]] = {}
        for index, request in enumerate(requests):
            self._queues.setdefault(_host(request.url), deque()).append(index)
        self._busy: set[str] = set()
        self._answers: dict[int, Fetched | BaseException] = {}
        self._delivered = 0
        self._stopped = False
        self._changed = threading.Condition()

    def take(self) -> tuple[str, int] | None:
        """The lowest request whose host is free, once there is one; None when nothing is left."""
        with self._changed:
            while not self._stopped and self._queues:
                free = [(queue[0], host) for host, queue in self._queues.items() if host not in self._busy]
                index, host = min(free, default=(self._delivered + WINDOW, ""))
                if index < self._delivered + WINDOW:
                    self._queues[host].popleft()
                    self._busy.add(host)
                    return host, index
                self._changed.wait()
            return None

    def put(self, host: str, index: int, answer: Fetched | BaseException) -> None:
        with self._changed:
            self._answers[index] = answer
            self._busy.discard(host)
            if not self._queues[host]:
                del self._queues[host]
            self._changed.notify_all()

    def deliver(self) -> Fetched:
        """The next answer in order, once it is there."""
        with self._changed:
            self._changed.wait_for(lambda: self._delivered in self._answers)
            answer = self._answers.pop(self._delivered)
            self._delivered += 1
            self._changed.notify_all()
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()


def fetch_in_turn(
    requests: Sequence[FetchRequest], fetch: Callable[[FetchRequest], Fetched], width: int
) -> Iterator[Fetched]:
    """The answers in the order of the requests.

    Args:
        requests: What to fetch.
        fetch: Fetches one; called in several threads.
        width: How many hosts are asked at a time; at least 1.

    Raises:
        ValueError: A request is wrong in itself.
    """
    turns = _Turns(requests)

    def work() -> None:
        while (turn := turns.take()) is not None:
            host, index = turn
            try:
                turns.put(host, index, fetch(requests[index]))
            except BaseException as error:  # noqa: BLE001 - raised again where the answers are read
                turns.put(host, index, error)

    hosts = len({_host(request.url) for request in requests})
    workers = [
        threading.Thread(target=work, name="torusnb-fetch", daemon=True) for _ in range(max(1, min(width, hosts)))
    ]
    for worker in workers:
        worker.start()
    try:
        for _ in requests:
            yield turns.deliver()
    finally:
        turns.stop()


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""
