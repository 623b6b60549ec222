from __future__ import annotations

import json
import re

import pytest

from torusnb.models.sources import Citation, Source
from torusnb.research.references import find_cited, render_bibtex, render_csl_json, render_list

QUARRY = Source(
    "src:quarry-pits",
    "Pits & {rows}: 100% of #1_a ~ \\ $5^2",
    "https://hexdocs.pm/quarry/1.2.0/pits.html",
    "deps",
    package="quarry",
    version="1.2.0",
    accessed="2031-05-04",
    sha256="ab",
    publisher="The {Quarry} team",
)
ATLAS = Source("src:atlas", "An\u202eatlas\nof\x00 caf\u00e9s", "https://example.org/a?b={c}&d=%20", "catalogue")
CITED = (
    Citation("src:quarry-pits", "Q-1", "q", "near-match", "r"),
    Citation("src:quarry-pits", "Q-2", "q", "verified", "r"),
    Citation("src:atlas", "Q-1", "", "not-fetched", "r"),
)
CSL_FIELDS = {"id", "type", "title", "URL", "note", "accessed", "version", "publisher"}
"""Those of the published CSL-JSON schema that a web page needs."""


def parse_bibtex(text: str) -> dict[str, dict[str, str]]:
    """A small reader of its own: entries, and fields in balanced braces."""
    found: dict[str, dict[str, str]] = {}
    for entry in re.finditer(r"@online\{([^,\s]+),\n(.*?)\n\}\n", text, re.DOTALL):
        fields = {}
        for line in entry.group(2).splitlines():
            field = re.fullmatch(r"  (\w+) = \{(.*)\},", line)
            assert field, line
            depth = 0
            for char in re.sub(r"\\[{}\\$&#%_]", "", field.group(2)):
                depth += (char == "{") - (char == "}")
                assert depth >= 0
            assert depth == 0
            fields[field.group(1)] = field.group(2)
        found[entry.group(1)] = fields
    return found


def unescape(value: str) -> str:
    names = {r"\textbackslash{}": "\\", r"\textasciitilde{}": "~", r"\textasciicircum{}": "^"}
    for name, char in names.items():
        value = value.replace(name, f"\0{ord(char)};")
    return re.sub(r"\0(\d+);", lambda m: chr(int(m[1])), re.sub(r"\\([{}$&#%_])", r"\1", value))


def test_a_bibtex_entry_is_keyed_by_the_label_dated_and_escaped() -> None:
    entries = parse_bibtex(render_bibtex((QUARRY, ATLAS), CITED))
    assert list(entries) == ["atlas", "quarry-pits"]
    fields = entries["quarry-pits"]
    assert unescape(fields["title"][1:-1]) == QUARRY.title
    assert fields["url"] == QUARRY.url
    assert fields["urldate"] == "2031-05-04"
    assert fields["version"] == "1.2.0"
    assert unescape(fields["organization"]) == QUARRY.publisher
    assert fields["note"] == "quarry 1.2.0; quote verified, near-match"


def test_what_was_never_fetched_has_no_date_and_says_so() -> None:
    fields = parse_bibtex(render_bibtex((ATLAS,), CITED))["atlas"]
    assert "urldate" not in fields
    assert fields["note"] == "not accessed"
    assert fields["title"] == "{Anatlas of cafés}"
    assert fields["url"] == "https://example.org/a?b=%7Bc%7D&d=%20"
    item = json.loads(render_csl_json((ATLAS,), CITED))[0]
    assert "accessed" not in item


def test_a_csl_item_uses_the_published_fields() -> None:
    items = json.loads(render_csl_json((QUARRY, ATLAS), CITED))
    assert [item["id"] for item in items] == ["atlas", "quarry-pits"]
    assert all(set(item) <= CSL_FIELDS for item in items)
    item = items[1]
    assert item["type"] == "webpage"
    assert item["accessed"] == {"date-parts": [[2031, 5, 4]]}
    assert (item["version"], item["URL"], item["title"]) == ("1.2.0", QUARRY.url, QUARRY.title)


def test_a_fetched_source_without_a_quote_is_unchecked() -> None:
    assert "quote unchecked" in render_bibtex((QUARRY,))


@pytest.mark.parametrize("render", [render_bibtex, render_csl_json])
def test_the_order_of_the_sources_changes_nothing(render: object) -> None:
    assert callable(render)
    assert render((QUARRY, ATLAS), CITED) == render((ATLAS, QUARRY), tuple(reversed(CITED)))


def test_no_sources_give_an_empty_bibliography() -> None:
    assert render_bibtex(()) == ""
    assert json.loads(render_csl_json(())) == []


def test_the_list_says_when_each_source_was_read_and_how_far_its_quote_holds() -> None:
    first, second = render_list((QUARRY, ATLAS), CITED).splitlines()
    assert first == "[atlas] Anatlas of caf\u00e9s · https://example.org/a?b={c}&d=%20 · Not accessed"
    assert second.endswith(" · https://hexdocs.pm/quarry/1.2.0/pits.html · Accessed 2031-05-04 · Quote near-match")


def test_a_verified_source_carries_no_note() -> None:
    held = (Citation("src:quarry-pits", "Q-2", "q", "verified", "r"),)
    assert render_list((QUARRY,), held).endswith("· Accessed 2031-05-04\n")


def test_only_labels_in_brackets_count_as_cited() -> None:
    document = "Pits are deep [quarry-pits]. An atlas is no quarry; \\[atlas] is text, and so is atlas."
    assert find_cited(document, (QUARRY, ATLAS)) == (QUARRY,)
