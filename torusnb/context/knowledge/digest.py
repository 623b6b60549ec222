"""Guides digested: for each one what it is about, in its own words, and the modules it speaks of."""

from __future__ import annotations

from torusnb.context.knowledge.notes import Sentence, prose_value, section_sentences
from torusnb.context.naming import Resolver
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.guides import Guide
from torusnb.models.knowledge import GuideNote


def digest_guides(code_map: CodeMap) -> tuple[GuideNote, ...]:
    """A note for each guide, by path: its first sentence that says something, where, and which modules it names.

    A guide without such a sentence is noted by its title at its first line. Modules are told once each; one that the
    checkout does not have stands among the missing with the nearest existing one.
    """
    resolver = Resolver(code_map)
    return tuple(_digest(guide, resolver) for guide in code_map.guides)


def _digest(guide: Guide, resolver: Resolver) -> GuideNote:
    named = sorted({name for section in guide.sections for name in section.modules})
    missing = tuple(name for name in named if resolver.is_missing(name))
    known = tuple(name for name in named if resolver.module_paths(name))
    best: tuple[str, Sentence] | None = None
    for section in guide.sections[:3]:
        for sentence in section_sentences(section):
            if prose_value(sentence.text) >= 1.0:
                best = best or (section.heading, sentence)
    heading, line = (best[0], best[1].line) if best else (guide.title, 1)
    place = Place(guide.path, line)
    return GuideNote(
        key=f"guide:{place}",
        place=place,
        heading=heading,
        quote=best[1].quote if best else guide.title,
        reason=f"{len(guide.sections)} sections",
        missing_modules=missing,
        modules=known,
        nearest=resolver.nearest(missing),
    )
