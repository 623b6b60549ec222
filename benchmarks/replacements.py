"""How often a primary source is rightly said to say the same as a blog: errors over the corpus of `rewordings`.

    python -m benchmarks.replacements

The blog says a sentence in other words (`near`, `middle`, `far`); the primary page has the sentence among those of all
other cases. A sentence that is not found is *missed*. What is found on a page that has only its sister instead is a
*false alarm*, and so is what is found for a blog that says another number or the opposite (`word1`, `word2`).
"""

from __future__ import annotations

from typing import NamedTuple

from benchmarks.rewordings import CASES, Case, edit_sentence
from torusnb.models.sources import Citation, Source
from torusnb.research.pages import extract_page
from torusnb.research.replacements import find_replacements

BLOG = Source("src:blog", "A post", "https://blog.example.org/a", "ddgs", primary=False)
MANUAL = Source("src:manual", "Manual", "https://docs.example.org/manual", "hexdocs")


class Told(NamedTuple):
    """Of how many blogs a replacement was named; `right` of those that have one, by wording, `false` of the others."""

    right: dict[str, int]
    false: dict[str, int]
    asked: dict[str, int]


def measure() -> Told:
    """The counts for each wording."""
    told = Told({}, {}, {})
    for number, case in enumerate(CASES):
        for kind in ("near", "middle", "far"):
            said = getattr(case, kind)
            told.asked[kind] = told.asked.get(kind, 0) + 1
            told.right[kind] = told.right.get(kind, 0) + (_find(said, case, case.said) == case.said)
            told.false[kind] = told.false.get(kind, 0) + bool(_find(said, case, case.sister))
        for kind, said in edit_sentence(case.said, number):
            if kind.startswith("word"):
                told.asked[kind] = told.asked.get(kind, 0) + 1
                told.false[kind] = told.false.get(kind, 0) + bool(_find(said, case, case.said))
    return told


def main() -> int:
    """Print the table; returns the exit code."""
    told = measure()
    print("said      blogs  found  false alarms")
    for kind, asked in told.asked.items():
        right = f"{told.right[kind]:5}" if kind in told.right else "    -"
        print(f"{kind:8} {asked:6}  {right}  {told.false[kind]:12}")
    return 0


def _find(said: str, case: Case, stands: str) -> str:
    """What the primary page is said to say, when it has one sentence among those of all other cases; empty for none."""
    others = [text for other in CASES if other is not case for text in (other.said, other.sister)]
    text = "# Manual\n\n" + "\n\n".join([*others[:20], stands, *others[20:]])
    page = extract_page(text.encode(), "text/markdown", url=MANUAL.url)
    found = find_replacements([Citation(BLOG.key, "Q-1", said, "verified", "")], (BLOG, MANUAL), {MANUAL.key: page})
    return found[0].quote if found else ""


if __name__ == "__main__":
    raise SystemExit(main())
