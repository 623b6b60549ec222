"""Why a request brought no response that can be used; inside this package only."""

from __future__ import annotations


class FetchFailure(Exception):  # noqa: N818 - it ends one request, and never leaves the package
    """A request that came to nothing.

    Attributes:
        outcome: A key of `torusnb.models.fetched.OUTCOMES`.
        text: What happened, without the address.
        remedy: What a person can do.
        transient: Whether asking again may help.
        wait_seconds: How long the host asks to wait; 0 when it asked nothing.
    """

    def __init__(
        self, outcome: str, text: str, remedy: str, *, transient: bool = False, wait_seconds: float = 0.0
    ) -> None:
        super().__init__(text)
        self.outcome = outcome
        self.text = text
        self.remedy = remedy
        self.transient = transient
        self.wait_seconds = wait_seconds
