"""What the checkout's guides say for a file: the parts that speak of what the pack speaks of, and what they name.

    guide_reasons(guides: Sequence[Guide], pack: SpecPack, resolver: Resolver, known: Collection[str])
        -> dict[str, Reason]

Path -> reason whose weight lies between 0 (hardly alike) and 1; absolute, as for precedents.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from torusnb.context.naming import Resolver
from torusnb.context.waypoints.likeness import find_likeness, request_text
from torusnb.models.guides import Guide, GuideSection
from torusnb.models.knowledge import Reason
from torusnb.models.requirements import SpecPack
from torusnb.spec.mentions import parse_mentions


@dataclass(frozen=True)
class GuideTuning:
    """How guides count; chosen on 33 real features by hand in coarse steps, none held back.

    Attributes:
        floor: The likeness (a cosine) that says nothing yet. span: how much more makes a section count fully.
        most: How many of the most alike sections are read for what they name.
        fading: What each further section that names a file counts, beside the one before.
        crowded: How far a section that names many files is held back.
    """

    floor: float = 0.05
    span: float = 0.2
    most: int = 40
    fading: float = 0.5
    crowded: float = 0.3


def guide_reasons(
    guides: Sequence[Guide],
    pack: SpecPack,
    resolver: Resolver,
    known: Collection[str],
    tuning: GuideTuning | None = None,
) -> dict[str, Reason]:
    """Path to how much alike sections of guides name it, with the place of the most alike one."""
    tuning = tuning or GuideTuning()
    sections = [section for guide in guides for section in guide.sections if section.text.strip()]
    alike = find_likeness(request_text(pack), [f"{section.heading}\n{section.text}" for section in sections])
    shares = [min(max(entry.share - tuning.floor, 0.0) / tuning.span, 1.0) for entry in alike]
    order = sorted((number for number, share in enumerate(shares) if share > 0), key=lambda n: (-shares[n], n))
    parts: dict[str, list[tuple[float, int]]] = defaultdict(list)
    for number in order[: tuning.most]:
        named = _named(sections[number], resolver, known)
        for path in sorted(named):
            parts[path].append((shares[number] * named[path] / max(len(named), 1) ** tuning.crowded, number))
    found = {}
    for path in sorted(parts):
        listed = sorted(parts[path], key=lambda part: (-part[0], part[1]))
        weight = min(sum(value * tuning.fading**place for place, (value, _) in enumerate(listed)), 1.0)
        words = ", ".join(f'"{word}"' for word in alike[listed[0][1]].words)
        found[path] = Reason("guide", f"guide {_place(sections[listed[0][1]])} names it, alike in {words}", weight)
    return found


def _named(section: GuideSection, resolver: Resolver, known: Collection[str]) -> dict[str, float]:
    found: dict[str, float] = {}
    for mention in parse_mentions(section.text, section.path):
        for named in resolver.resolve(mention):
            if named.path in known:
                found[named.path] = max(found.get(named.path, 0.0), named.weight)
    return found


def _place(section: GuideSection) -> str:
    heading = section.heading.rpartition(" > ")[2]
    return f"`{section.path}` › {heading}" if heading else f"`{section.path}`"
