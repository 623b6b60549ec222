"""Where research asks: providers behind one Protocol, chosen by name.

A provider answers a query with hits, or says in which way it did not. It decides nothing about the hits: what is kept,
and with which verdict, is `torusnb.research.run`'s business, the same for all of them. An outside package adds one with
an entry point of the group `torusnb.providers` that names a `Factory`.
"""

from __future__ import annotations

from torusnb.research.providers.opening import PROVIDERS, Factory, Opening, open_providers
from torusnb.research.providers.protocol import Answer, Fetcher, Hit, Library, Provider, answer_with

__all__ = [
    "PROVIDERS",
    "Answer",
    "Factory",
    "Fetcher",
    "Hit",
    "Library",
    "Opening",
    "Provider",
    "answer_with",
    "open_providers",
]
