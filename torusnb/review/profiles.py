"""The two validators in the field, as checks of their own; an exported document passes both."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from torusnb.errors import ParameterError
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review
from torusnb.review.ids import has_id, pack_ids
from torusnb.review.rules import found
from torusnb.spec.codeparts import edit_prose, find_fences
from torusnb.spec.gates import PLACEHOLDER

PROFILES = ("older", "newer")
"""The validators' names, as `--profile` takes them."""

OLDER_HEADINGS = (
    "executive summary",
    "requirements & assumptions",
    "torus context summary",
    "proposed design",
    "interfaces",
    "data model & storage",
    "failure modes & resilience",
    "observability",
    "security & privacy",
    "testing strategy",
    "risks & mitigations",
    "open questions",
)
"""Heading texts the older validator asks for; it ignores case, level, numbers, and words that follow."""

_HEADING = re.compile(r"^#{1,6}\s+(?P<text>.+?)\s*#*\s*$")
_NUMBER = re.compile(r"^(?:section\s+)?\d+(?:\.\d+)*[.):]?\s+", re.IGNORECASE)
_LINK = re.compile(r"!?\[[^\]\n]*\]\(\s*<?(?P<target>[^)\s>]+)>?[^)\n]*\)")
_SCHEME = re.compile(r"^(?:[a-z][a-z0-9+.-]*:|//|#)", re.IGNORECASE)


def check_older(
    text: str, *, pack: SpecPack | None = None, link_exists: Callable[[str], bool] = bool
) -> tuple[str, ...]:
    """What the older validator would refuse, as sentences; nothing means that it passes.

    Args:
        text: The document.
        pack: Its FR and AC ids must stand in the text literally; without a pack ids are not looked at.
        link_exists: Tells for a link's path, relative to the document, whether a file is there. By default any is.
    """
    headings = _headings(text)
    problems = [f"The heading `{name}` is missing." for name in OLDER_HEADINGS if not _has(headings, name)]
    problems += [f"`{word}` stands in the text." for word in dict.fromkeys(PLACEHOLDER.findall(text))]
    problems += [f"The link `{target}` leads nowhere." for target in relative_links(text) if not link_exists(target)]
    ids = pack_ids(pack) if pack is not None else ()
    problems += [f"The id {name} is missing." for name in ids if not has_id(text, name)]
    return tuple(problems)


def check_newer(text: str) -> tuple[str, ...]:
    """What the newer validator would refuse, as sentences: no heading at all, or the word it looks for."""
    problems = [] if _headings(text) else ["The document has no heading."]
    if "TODO" in text:
        problems.append("`TODO` stands in the text.")
    return tuple(problems)


def check_profile(
    review: Review,
    text: str,
    profile: str,
    *,
    pack: SpecPack | None = None,
    link_exists: Callable[[str], bool] = bool,
) -> Review:
    """The review with what the validator of that profile (`older`, `newer`) would refuse, as errors at the front.

    Raises:
        ParameterError: There is no such profile.
    """
    if profile not in PROFILES:
        raise ParameterError(f"There is no profile {profile}. Use one of {', '.join(PROFILES)}.", key=profile)
    if profile == "older":
        problems, rule = check_older(text, pack=pack, link_exists=link_exists), "profile.older"
    else:
        problems, rule = check_newer(text), "profile.newer"
    remedy = f"The {profile} validator refuses the document until this is mended."
    refused = [found(rule, review.path, 0, problem, remedy) for problem in problems]
    return msgspec.structs.replace(review, findings=(*refused, *review.findings))


def relative_links(text: str) -> tuple[str, ...]:
    """The paths that links lead to, without anchors; web addresses and links inside code are left out."""
    found: dict[str, None] = {}

    def collect(prose: str) -> str:
        for match in _LINK.finditer(prose):
            target = match["target"].partition("#")[0]
            if target and not _SCHEME.match(target):
                found.setdefault(target)
        return prose

    edit_prose(text, collect)
    return tuple(found)


def _headings(text: str) -> tuple[str, ...]:
    fenced = {line for first, last in find_fences(text) for line in range(first, last + 1)}
    return tuple(
        _plain(match["text"])
        for number, line in enumerate(text.split("\n"), start=1)
        if number not in fenced and (match := _HEADING.match(line))
    )


def _plain(heading: str) -> str:
    return " ".join(_NUMBER.sub("", heading.strip()).lower().replace(" and ", " & ").split())


def _has(headings: Iterable[str], name: str) -> bool:
    return any(heading == name or heading.startswith(f"{name} ") for heading in headings)
