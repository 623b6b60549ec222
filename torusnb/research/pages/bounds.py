"""Bounded time: markup that would keep the parser busy for minutes is found before it is parsed here.

lexbor (selectolax 1.0) needs time that grows with the square of the nesting depth, and of the attributes of one tag:
20,000 nested `div` take 1.9 s, 200,000 take minutes, and no signal interrupts it. A page that could hold so much is
parsed in a process of its own first, which can be ended.
"""

from __future__ import annotations

import subprocess
import sys

MOST_BYTES = 10_000_000
"""Of a page; what is beyond is not read."""

_MOST_TAGS = 15_000
_LONGEST_RUN = 30_000
_PATIENCE = 4.0
_PROBE = (
    "import sys\nfrom selectolax.lexbor import LexborHTMLParser\n"
    "tree = LexborHTMLParser(sys.stdin.buffer.read().decode('utf-8', 'replace'))\ntree.css('div p')\ntree.html\n"
)


def can_be_parsed(text: str) -> bool:
    """Whether lexbor reads the page in bounded time and lives; at most four seconds, none for an ordinary page."""
    if text.count("<") <= _MOST_TAGS and max(map(len, text.split("<"))) <= _LONGEST_RUN:
        return True
    try:
        probe = subprocess.run(
            [sys.executable, "-c", _PROBE],
            input=text.encode("utf-8", "replace"),
            timeout=_PATIENCE,
            capture_output=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return probe.returncode == 0
