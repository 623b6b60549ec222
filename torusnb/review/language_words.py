"""The words that the language rules look for, as patterns over one passage."""

from __future__ import annotations

import re

CLAIM = re.compile(
    r"\b(?:"
    r"(?:(?:very|reasonably|sufficiently|extremely) )?(?:fast|performant|scalable|snappy)(?: enough)?"
    r"|(?:quick|cheap|efficient|blazing)ly"
    r"|(?:quick|cheap|lightweight) enough"
    r"|(?:cheap|lightweight)(?=\s*(?:[.,;:)]|$|relative to|compared|and\b))"
    r"|(?:low|minimal|negligible|acceptable|little)[- ](?:latency|latencies|overhead|cost|(?:performance )?impact)"
    r"|no (?:significant |noticeable |measurable |real )?performance (?:impact|cost|overhead|concerns?|issues?|penalty)"
    r"|performance (?:is not|isn['’]t|should not be) an? (?:concern|issue|problem)"
    r"|(?:latency|overhead|CPU|cost|load|memory use|memory)(?: (?:is|are|should be|will be|remains?|stays?)|:) "
    r"(?:negligible|minimal|acceptable|low|fine|small)"
    r"|(?:impact|performance)(?: (?:is|are|should be|will be|remains?|stays?)|:) "
    r"(?:negligible|minimal|acceptable|fine|good|adequate|sufficient)"
    r"|(?:should|ought to) (?:be|remain|stay|perform) "
    r"(?:fine|okay|ok|fast|quick|small|negligible|low|lightweight|cheap|well)"
    r"|is (?:\w+ )?acceptable (?:relative to|compared (?:to|with)|for (?:current|normal|typical|expected))"
    r"|(?:short|small)(?: \w+){0,3}, so this is (?:acceptable|fine|ok(?:ay)?)"
    r"|(?:keep|keeps|stays?|remains?|feels?|highly|more) (?:\w+ ){0,2}(?:responsive|snappy|performant|scalable)"
    r"|scales? (?:well|easily|fine|nicely|seamlessly)"
    r"|near[- ]real[- ]time|high[- ](?:performance|throughput)|negligible"
    r")\b",
    re.IGNORECASE | re.MULTILINE,
)
"""A claim about speed, cost or size that only a number can hold to account."""

FIXED = re.compile(
    r"fail(?:s|ed|ing)?[- ]fast(?:er)?|fast[- ](?:path|forward|fail|lane|refresh|follow)\w*|quick[- ](?:starts?"
    r"|links?|reference|wins?|actions?)"
    r"|quick (?:syntax|help|fix)\w*"
    r"|fast[/-]slow|slow[/-]fast|fast(?: and slow)? (?:pool|tier|queue|track|rejection|reject|shed)\w*",
    re.IGNORECASE,
)
"""Terms that hold such a word and claim nothing."""

ACCEPTED = re.compile(r"\b(?:acceptable|negligible|fine|small|low|minimal)\b", re.IGNORECASE)
BECAUSE = re.compile(r"\b(?:because|since|bounded by|limited to|capped at|at most)\b", re.IGNORECASE)
"""What is held to be acceptable for a reason that stands behind it: the reason bounds it as a number would."""

NUMBER = re.compile(
    r"\d|\bO\((?:1|n|m|log)"
    r"|\b(?:one|two|three|a single|no) (?:[\w-]+ ){0,2}(?:quer(?:y|ies)|inserts?|upserts?|updates?|reads?|writes?|rows?"
    r"|lookups?|calls?|requests?|round[- ]?trips?)\b",
    re.IGNORECASE,
)
"""A quantity in figures, or work that is counted in words."""

NO_NUMBER = re.compile(
    r"\b[A-Z]{1,6}-?\d+[a-z]?\b|`[^`\n]*`|\[[^\]\n]*\]|\([^()\n]*:\d+[^()\n]*\)|\b[vV]\d+\b|\b\w*[A-Za-z]\d\w*\b"
    r"|^\s*\d+[.)]\s",
    re.MULTILINE,
)
"""Digits that are no quantity: ids, code, labels, places, versions, the number of a list item.

A percentile (`p95`) alone is none either: it says what is measured, not how much.
"""

DENIED = re.compile(
    r"(?:\b(?:no|not|never|without|avoid\w*|rather than|instead of|cannot|than|nor|to keep)\b"
    r"|n['’]t\b)(?:\s+[\w-]+){0,3}\s*$|\bto\s+$",
    re.IGNORECASE,
)
"""Words before a match that turn it round."""

UNDECIDED = re.compile(
    r"\b(?:"
    r"we (?:could|might)\b(?! not\b)"
    r"|(?:could|might) (?:also )?(?:use|be (?:done|implemented|handled|stored|built|cached|moved|reused|added)|add"
    r"|store|introduce|reuse|live)\b"
    r"|(?:is |are |still |yet )?to be (?:decided|determined|confirmed|agreed|settled|clarified)\b(?! (?:by|at|from|in"
    r"|as) )"
    r"|(?:decided?|determined?|settled?|figured? out|worked out) later\b|not (?:yet )?decided\b"
    r"(?! (?:elsewhere|here|there)\b)|undecided\b"
    r"|may or may not\b|whatever turns out\b|whichever (?:is|turns out(?: to be)?) (?:easier|simpler|better)\b"
    r"|(?-i:tbd)\b"
    r"|(?:likely|probably|perhaps|possibly|presumably) (?=(?:under|in|named|called|at|as|via|with|on) |`)"
    r"|may (?:be enough|suffice|be sufficient)\b"
    r"|may (?:remain|call|use|live|be (?:implemented|placed|stored)|either)\b[^.;]{3,110}\bor (?=(?:the|a|an|be|move"
    r"|use|call|remain|live|stay) )"
    r")",
    re.IGNORECASE,
)
"""A choice that is left open by its words alone."""

CONSIDER = re.compile(r"\bconsider (?=[\w`])", re.IGNORECASE)
CONSIDER_AFTER = re.compile(
    r"(?:^|[.;:,]\s+|\*\*:?\s*|^\s*(?:[-*+]|\d+[.)])\s+|\b(?:we|should|will|can)\s+)$", re.IGNORECASE
)
"""What stands before a `consider` that is an instruction to nobody."""
OTHERS = re.compile(
    r"\b(?:(?-i:(?!FR|AC|NFR)[A-Z]{2,}-\d+)|(?:future|later|follow-?up)(?: [\w-]+){1,3}) (?:should|can|will)\s+$",
    re.IGNORECASE,
)
"""What stands before a `consider` that is left to another piece of work."""

EITHER = re.compile(r"\beither\b(?! (?:way|case|side|direction|end)\b)", re.IGNORECASE)
EITHER_AFTER = re.compile(
    r"(?:\b(?:should|could|might|shall)\s+(?:be\s+)?"
    r"|(?:^|[,;:]\s+|^\s*(?:[-*+]|\d+[.)])\s+)(?:use|add|store|keep|show|implement|expose|build|put|introduce|extend"
    r"|move)\s+"
    r"|;\s+)$",
    re.IGNORECASE | re.MULTILINE,
)
"""What stands before an `either` that the design itself should have decided."""
EITHER_HOW = re.compile(r"^either (?:as|by|through|via|in|with|under|on) ", re.IGNORECASE)
OR_FAILS = re.compile(r"\bor (?:be |is |are )?(?:fail|reject|refus|rais|error|abort|roll)\w*", re.IGNORECASE)
"""The other half of an `either` that only the running system can take."""
INSTRUCTS = re.compile(
    r"^\s*(?:(?:[-*+]|\d+[.)])\s+)?(?:add|create|store|use|introduce|extend|build|implement|expose|keep|provide"
    r"|put)\b|\bshould\b",
    re.IGNORECASE,
)
DEPENDS = re.compile(
    r"\b(?:depending on|based on|according to|whichever|whether|when|if|by role|per)\b|\bkeep(?:s|ing)? (?:its|their) ",
    re.IGNORECASE,
)
"""Words after a choice that say what decides it."""

AS_NEEDED = re.compile(
    r"\b(?:(?:as|if|where|when|wherever|whenever) (?:needed|necessary|required|appropriate)|as (?:we )?see fit)\b"
    r"(?! (?:by|to|from|in|on|at|before|after|later)\b)"
    r"(?=\s*(?:[.,;:!?)\]|*_]|[-–—]|$|(?:for|and|or|but|so|instead|with|without|because|of|while|until|during)\b))",
    re.IGNORECASE | re.MULTILINE,
)
DECLARED = re.compile(
    r"\b(?:declar(?:e|es|ed|ing)|marks?|marked|listed|treats?|treated|registered|counted)\b[^.;\n]{0,60}$",
    re.IGNORECASE,
)
"""Words before an `as required` that say how something is declared, not when it is done."""

OR_EQUIVALENT = re.compile(r"`\s+or (?:equivalent|similar|something similar|the like)\b", re.IGNORECASE)
"""A name that is given and taken back; the code span before it is part of the match."""

OPEN_LIST = re.compile(
    r"(?:,|\band)\s*(?:and )?(?:etc\b\.?|so on\b|so forth\b|the like\b|similar (?=[.;)]|$))|\betc\.|,\s*(?:\.{3}"
    r"|…)\s*(?=[)\]}.;]|$)",
    re.IGNORECASE | re.MULTILINE,
)
LISTING = re.compile(
    r"\binterfaces?\b|\bapis?\b|\bliveview|\bschemas?\b|\bdata model\b|\bevents?\b|\bobservability\b|\btelemetry\b"
    r"|\bcontracts?\b|\bprocesses\b",
    re.IGNORECASE,
)
"""Titles of sections whose lists others build against."""
