"""The words by which a request takes something back, and those that leave it unsure."""

from __future__ import annotations

import re

BE = r"(?:is|are|was|were|has been|have been|gets?|will be) (?:now |hereby |therefore |thus |also |both |all )?"
GONE = (
    r"(?:withdrawn|removed|dropped|superseded|retracted|de-?scoped|cancel?led|revoked|rescinded|retired|out of scope"
    r"|obsolete|no longer (?:apply|applies|valid|required|needed|in scope|part of|planned|wanted|supported|applicable))"
)
WHOLE = (
    r"(?:(?:the|this|that|our) )?(?:[\w.]+ )?(?:scope|feature|release|version|list|pack|prd|epic|requirements?|mvp)\b"
)
WHOLLY = rf"(?! from (?!{WHOLE}))(?:(?<!out of scope)|(?! for (?!{WHOLE})))"
"""Not out of one place only (`removed from the menu`), nor for one use of it."""
EVENT = r"(?! (?:after|as soon as|at|automatically|by|each|every|if|once|until|when\w*|while|with)\b)"
"""No behaviour of what is to be built (`is removed after 30 days`)."""
PART = (
    r"^(?:this|the|our)?\s*(?:[\w-]+ )?(?:part|amendment|addendum|follow-on|revision|update|change|iteration|release|"
    r"version)(?: \w{1,5})? (?:therefore |thus |also |now )?"
)
"""A part of the request that is spoken of, up to its verb."""
UNSURE = re.compile(
    r"\?|\b(?:if|unless|whether|would|could|might|may|not|never|without|should|until|must|cannot|can)\b", re.IGNORECASE
)
