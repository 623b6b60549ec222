"""Whether words of documentation tell how a library behaves, or only what there is to call."""

from __future__ import annotations

import re

_FAMILIES = tuple(
    re.compile(rf"(?<![\w`:]){family}(?!\w)", re.IGNORECASE)
    for family in (
        r"(?:rais(?:es?|ed|ing)|re-raised|fail(?:s|ed|ures?|ing)?|`?\{:error\b|errors?|exceptions?|crash(?:es|ed)?|exits?"
        r"|abort(?:s|ed)?|reject(?:s|ed)?|invalid|refuse[sd]?|forbid(?:s|den)?)",
        r"(?:roll(?:s|ed)? ?back|rollback|atomic(?:ally)?|commits?|committed|transactions?)",
        r"(?:unique(?:ness)?|duplicate[sd]?|conflict(?:s|ing)?|(?:at most|only|exactly) once|twice|idempotent)",
        r"(?:before|after(?:wards)?|until|as soon as|in (?:the )?(?:same |reverse )?order|ordered|sorted|precede[sd]?)",
        r"(?:\w+n't|not|never|cannot|no|none|nothing|without|ignore[sd]?|skip(?:s|ped)?|discard(?:s|ed)?|drop(?:s|ped)?"
        r"|unless|instead|otherwise|except|only|must|always)",
        r"(?:a?synchronous(?:ly)?|concurrent(?:ly)?|block(?:s|ed|ing)|lock(?:s|ed)?|invoked|executed|triggered|spawn(?:s|ed)?"
        r"|(?:same|separate|other) process|automatically|immediately|on the (?:client|server))",
        r"(?:time-?outs?|at most|at least|maximum|minimum|limit(?:s|ed)?|exceed(?:s|ed)?|milliseconds)",
        r"(?:remove[sd]|delete[sd]|clear(?:s|ed)|clean(?:s|ed)|close[sd]|cancel(?:s|led|ed)?|kill(?:s|ed)?|expire[sd]?"
        r"|retr(?:y|ies|ied)|restart(?:s|ed)?|overwrit(?:es?|ten)|overrid(?:es?|den)|replace[sd]|preserve[sd]?|kept"
        r"|merge[sd]|escape[sd]?|halt(?:s|ed)?|renew(?:s|ed)?)",
        r"(?:defaults to|by default)",
    )
)
"""What fails; what a transaction keeps; what is unique; in which order; what is not done; where and when it runs; its
limits; what is cleaned up or kept; and what holds where nothing is said."""
_TRIVIAL = re.compile(
    r"\W*(?:for (?:example|instance)|examples?|see|imagine|suppose|let's|let us|similar to|you (?:can|may|could)"
    r"|if you (?:do not |don't )?(?:want|need|wish|prefer|would))\b",
    re.IGNORECASE,
)
"""How an example, a reference or advice begins."""


def count_told(text: str) -> int:
    """How many kinds of behaviour some words tell of; 0 for an example, a reference, or what only says what it is.

    What fails and how, transactions, uniqueness, order, what is not done, where and when it runs, limits, clean-up and
    defaults count, each once.
    """
    if _TRIVIAL.match(text):
        return 0
    return sum(1 for family in _FAMILIES if family.search(text))
