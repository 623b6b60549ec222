"""Fetching: the only room that opens a network connection to a page.

`Client` takes addresses and gives `torusnb.models.fetched.Fetched` values, failures included; `Archive` and
`read_archive` keep what came in a WARC file that other tools open. What is refused, and every limit, is told in
docs/fetching.md.
"""

from __future__ import annotations

from torusnb.fetch.address import Allowed
from torusnb.fetch.archive import Archive, read_archive
from torusnb.fetch.charset import Decoded, decode_text
from torusnb.fetch.client import Client, open_client
from torusnb.fetch.limits import Clock, Limits
from torusnb.fetch.members import ArchiveRecord

__all__ = [
    "Allowed",
    "Archive",
    "ArchiveRecord",
    "Client",
    "Clock",
    "Decoded",
    "Limits",
    "decode_text",
    "open_client",
    "read_archive",
]
