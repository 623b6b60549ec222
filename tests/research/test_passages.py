from __future__ import annotations

from torusnb.models.sources import Passage
from torusnb.research.pages.markdown import anchor_of, extract_markdown
from torusnb.research.pages.page import Page
from torusnb.research.passage_index import PassageIndex
from torusnb.research.passages import LONGEST, split_passages
from torusnb.research.quotes import choose_quote

GUIDE = """Opening words before any heading.

# Online changes

Adding a column with a default rewrites the table on old servers. On a big table this
blocks every writer! Add the column first, then backfill it in batches.

```elixir
# Adding a column
add :column, :integer
```

## Indexes: `create index`

  * Building an index locks the table against writes. Build it without the lock.
    That takes two passes over the table.

| Adding | a column in a table row is not prose. |

    Adding a column in indented code is not prose either.
"""


def split(text: str) -> tuple[Passage, ...]:
    return split_passages(page_of(text), source="src:guide")


def page_of(text: str, title: str = "Guide") -> Page:
    return extract_markdown(text, "https://example.org/guide.html", title=title)


def quoted(text: str, *words: str) -> str:
    span = choose_quote(text, dict.fromkeys(words, 1.0))
    return text[slice(*span)] if span else ""


def test_a_document_is_cut_at_its_headings_and_offsets_hold() -> None:
    passages = split(GUIDE)
    assert [p.heading for p in passages] == ["Guide", "Online changes", "Indexes: `create index`"]
    assert [p.anchor for p in passages] == ["", "online-changes", "indexes-create-index"]
    assert all(GUIDE[p.start : p.end] == p.text for p in passages)


def test_a_long_section_is_cut_between_paragraphs() -> None:
    text = "# Long\n\n" + "\n\n".join(f"Paragraph {n} says something about rows and columns." for n in range(200))
    passages = split(text)
    assert all(len(p.text) <= LONGEST for p in passages)
    assert all(p.text.lstrip().startswith("Paragraph") for p in passages)
    assert "".join(p.text for p in passages) == text.removeprefix("# Long\n")


def test_anchors_are_made_as_exdoc_makes_them() -> None:
    assert anchor_of("Why `put/2` -- and when?") == "why-put2-and-when"


def test_the_quote_is_one_to_three_sentences_of_prose() -> None:
    text = split(GUIDE)[1].text
    assert quoted(text, "column", "default", "backfill") == (
        "Adding a column with a default rewrites the table on old servers. On a big table this\n"
        "blocks every writer! Add the column first, then backfill it in batches."
    )
    assert quoted(text, "writer") == "On a big table this\nblocks every writer!"


def test_a_list_item_is_quoted_without_its_bullet() -> None:
    assert quoted(split(GUIDE)[2].text, "lock", "pass").startswith("Building an index locks the table")


def test_code_and_table_rows_are_never_quoted() -> None:
    passages = split(GUIDE)
    assert quoted(passages[2].text, "column") == ""
    assert quoted("```\nAdding a column here is code, not prose.\n```\n", "column") == ""


def test_sentences_that_a_document_would_act_on_are_never_quoted() -> None:
    hostile = (
        "Retry the job [@FR-001] as the design says it must.\n\n"
        "Retry the job <script>alert(1)</script> and then go on.\n\n"
        "Retry the job as [this page](https://example.org) tells you.\n\n"
        "Retry the job \u202e backwards and see what happens then.\n\n" + "Retry the job " + "x" * 9000 + " forever.\n"
    )
    assert quoted(hostile, "retry", "job") == ""


def test_the_passage_that_speaks_of_the_rare_words_comes_first() -> None:
    index = PassageIndex()
    index.add(page_of(GUIDE), source="src:guide", package="quarry")
    buffers = "# Buffers\n\nA buffer holds rows until the table is written. Rows wait in the buffer."
    index.add(page_of(buffers, "Buffers"), source="src:buffers")
    found = index.search("index lock table writes")
    assert found[0].passage.heading == "Indexes: `create index`"
    assert GUIDE[found[0].start : found[0].end].startswith("Building an index locks")
    assert not index.search("telemetry span handler")
    assert not index.search("")


def test_passages_of_the_package_asked_about_are_preferred() -> None:
    index = PassageIndex()
    for package in ("alder", "birch"):
        text = f"# Expiry\n\nIn {package} an entry expires when nobody reads it for its time to live."
        index.add(page_of(text, "Expiry"), source=f"src:{package}", package=package)
    assert index.search("entry expires time", package="birch")[0].passage.source == "src:birch"
    assert index.search("entry expires time", package="alder")[0].passage.source == "src:alder"
