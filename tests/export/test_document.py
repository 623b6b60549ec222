from __future__ import annotations

import msgspec
import pytest

from torusnb.errors import EvidenceError
from torusnb.export.document import NOTHING_DRAFTED, render_fdd, render_reference
from torusnb.models.base import Place
from torusnb.models.design import Evidence, SectionDraft, Template, TemplateSection
from torusnb.models.sources import Citation, Source
from torusnb.review.review import review_text


def _drafts(**texts: str) -> tuple[SectionDraft, ...]:
    return tuple(
        SectionDraft(section=name.removeprefix("s").replace("_", "."), text=text) for name, text in texts.items()
    )


_LIST = TemplateSection("6", "References", form="references")


def _full() -> tuple[SectionDraft, ...]:
    return _drafts(
        s1="Wardens see gates [@FR-001].",
        s2="- FR-001 is met.",
        s3="The gate lives in `lib/gate.ex` [@code:lib/gate.ex:12].",
        s4_2="Messages flow [@src:zeta].",
        s4_1="One component [@practice:data-1].",
    )


def test_sections_come_in_the_templates_order_with_numbered_headings(
    template: Template, evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    text = render_fdd("Gate Board", template, _full(), evidence, sources)
    headings = [line for line in text.splitlines() if line.startswith("#")]
    assert headings == [
        "# Gate Board - Design",
        "## 1. Executive Summary",
        "## 2. Requirements",
        "## 3. Context Summary",
        "## 4. Proposed Design",
        "### 4.1 Component Roles",
        "### 4.2 Message Flow",
        "## 6. References",
    ]


def test_the_references_list_only_cited_sources_by_label(
    template: Template, evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    citations = (Citation(source="src:zeta", question="Q-1", quote="q", verdict="verified", reason=""),)
    text = render_fdd("Gate Board", template, _full(), evidence, sources, citations=citations)
    assert text.split("## 6. References\n\n")[1] == (
        "- **[ecto-multi]** Ecto.Multi · https://hexdocs.pm/ecto/Ecto.Multi.html · "
        "Not accessed (catalogue entry, unchecked)\n"
        "- **[zeta]** Zeta guide · https://zeta.example.org/guide · Accessed 2026-03-04\n"
        "\n**Code**: the text cites each file by the end of its path.\n\n- `lib/gate.ex`\n"
    )


@pytest.mark.parametrize(
    ("verdicts", "end"),
    [
        (["verified"], "Accessed 2026-03-04"),
        (["verified", "near-match"], "Accessed 2026-03-04 · Quote near-match"),
        (["version-mismatch", "misattributed"], "Accessed 2026-03-04 · Quote misattributed, version-mismatch"),
        ([], "Accessed 2026-03-04 · Quote unchecked"),
    ],
)
def test_a_verdict_other_than_verified_shows_at_the_reference(
    verdicts: list[str], end: str, sources: tuple[Source, ...]
) -> None:
    citations = [Citation(source="src:zeta", question="Q-1", quote="q", verdict=v, reason="") for v in verdicts]
    assert render_reference(sources[0], citations).endswith(f" · {end}")


def test_keys_without_evidence_are_named_with_their_section(template: Template) -> None:
    drafts = _drafts(s1="One [@FR-009].", s2=" ".join(f"Two [@AC-{n:03}]." for n in range(1, 7)))
    with pytest.raises(EvidenceError) as caught:
        render_fdd("Gate Board", template, drafts, {}, ())
    message = str(caught.value)
    assert "[@FR-009] in section 1, [@AC-001] in section 2" in message
    assert "and 2 more" in message
    assert "AC-005" not in message
    assert caught.value.key == "FR-009"


def test_a_required_section_without_a_draft_says_so_and_an_optional_one_is_left_out(template: Template) -> None:
    text = render_fdd("Gate Board", template, _drafts(s1="One."), {}, ())
    assert f"## 2. Requirements\n\n{NOTHING_DRAFTED}\n" in text
    assert "Caching Strategy" not in text


def test_the_later_draft_of_a_section_counts(template: Template) -> None:
    drafts = (*_drafts(s1="Old."), *_drafts(s1="New."))
    text = render_fdd("Gate Board", template, drafts, {}, ())
    assert "New." in text
    assert "Old." not in text


def test_the_commit_is_named_once_in_the_context_section(
    template: Template, evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    commit = "0123456789abcdef"
    text = render_fdd("Gate Board", template, _full(), evidence, sources, commit=commit)
    assert text.count(commit) == 1
    named = (*_full(), *_drafts(s3="At commit 0123456789 the gate is there."))
    assert "All code references" not in render_fdd("Gate Board", template, named, evidence, sources, commit=commit)


def test_headings_inside_a_draft_are_pushed_below_its_own(template: Template) -> None:
    text = render_fdd("G", template, _drafts(s4_1="# Roles\n\nOne.\n\n## Inner\n\n```\n# no heading\n```"), {}, ())
    assert "\n#### Roles\n" in text
    assert "\n##### Inner\n" in text
    assert "\n# no heading\n" in text


def test_no_trailing_spaces_and_a_hard_break_survives(template: Template) -> None:
    text = render_fdd("G", template, _drafts(s1="One  \ntwo \nthree\t\n\n\n", s2="| a |  \n| - |  \n"), {}, ())
    assert all(line == line.rstrip() for line in text.splitlines())
    assert "One\\\ntwo\nthree\n" in text
    assert "| a |\n| - |\n" in text
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


def test_the_same_drafts_give_the_same_bytes(
    template: Template, evidence: dict[str, Evidence], sources: tuple[Source, ...]
) -> None:
    first = render_fdd("Gate Board", template, _full(), evidence, sources)
    again = render_fdd("Gate Board", template, reversed(_full()), evidence, tuple(reversed(sources)))
    assert first == again


@pytest.mark.parametrize(
    ("title", "heading"),
    [("Gate Board", "# Gate Board - Design"), ("Gate Board Design", "# Gate Board Design"), ("", "# Design")],
)
def test_the_title_carries_the_suffix_once(title: str, heading: str, template: Template) -> None:
    assert render_fdd(title, template, (), {}, ()).startswith(f"{heading}\n")


@pytest.mark.parametrize(
    ("title", "heading"),
    [
        ("X [@nobody] <script>", r"# X \[\@nobody] &lt;script> - Design"),
        (r"X \[@FR-001; @FR-002]", r"# X \[\@FR-001; @FR-002] - Design"),
        ("X [draft]", r"# X \[draft] - Design"),
        ("X [guide](guide.md)", "# X [guide](guide.md) - Design"),
        ("One\r\n## 2. Two\u2028three", "# One ## 2. Two three - Design"),
        ("The `open", r"# The \`open - Design"),
        ("`[@key]` and `<a>`", "# `[@key]` and `<a>` - Design"),
        ("~~~ [@nobody]", r"# ~~~ \[\@nobody] - Design"),
        ("Under 5 < 6 <!-- hidden -->", "# Under 5 < 6 &lt;!-- hidden --> - Design"),
    ],
)
def test_the_title_shows_its_words_and_does_nothing_else(title: str, heading: str, template: Template) -> None:
    text = render_fdd(title, template, _full()[1:2], {}, ())
    assert text.split("\n\n")[0] == heading
    found = {finding.rule for finding in review_text(text, path="fdd.md", template=template).findings}
    assert not found & {"citation.unresolved-key", "citation.unlisted-label"}


def test_the_template_says_which_section_names_the_commit(template: Template) -> None:
    sections = tuple(
        msgspec.structs.replace(section, form={"2": "context", "3": "prose"}.get(section.id, section.form))
        for section in template.sections
    )
    moved = msgspec.structs.replace(template, sections=sections)
    text = render_fdd("G", moved, _drafts(s2="- Two.", s3="Three."), {}, (), commit="0123456789ab")
    assert "- Two.\n\nAll code references are at commit `0123456789ab`.\n\n## 3." in text
    assert text.count("0123456789ab") == 1


def test_references_without_any_source_say_so(template: Template) -> None:
    text = render_fdd("G", template, _drafts(s6=""), {}, ())
    assert text.endswith("## 6. References\n\nNo external source is cited.\n")


def test_a_section_keeps_its_bytes_when_another_cites_a_file_of_the_same_name() -> None:
    lists = Template("small", "Design", (TemplateSection("1", "One"), TemplateSection("2", "Two"), _LIST))
    paths = ("lib/a/beds.ex", "lib/b/beds.ex", "lib/b/weeds.ex")
    items = {f"code:{path}:1": Evidence(f"code:{path}:1", "code", "x", Place(path, 1)) for path in paths}
    one = SectionDraft("1", "It is so [@code:lib/a/beds.ex:1; @code:lib/b/weeds.ex:1].")
    alone, beside = (
        render_fdd("T", lists, [one, *others], evidence, (), commit="0123456789abcdef", namesakes=paths[:2])
        for others, evidence in (
            ((), {key: items[key] for key in items if "lib/b/beds" not in key}),
            ((SectionDraft("2", "So is this [@code:lib/b/beds.ex:1]."),), items),
        )
    )
    section = "## 1. One\n\nIt is so (`a/beds.ex:1`; `weeds.ex:1`).\n"
    assert section in alone
    assert section in beside
    assert "So is this (`b/beds.ex:1`).\n" in beside
    assert alone.endswith(
        "\n\n**Code at `0123456789`**: the text cites each file by the end of its path.\n\n"
        "- `lib/a/beds.ex`\n- `lib/b/weeds.ex`\n"
    )


def test_without_a_references_section_files_are_cited_by_their_paths() -> None:
    bare = Template("small", "Design", (TemplateSection("1", "One"),))
    item = Evidence("code:lib/a/beds.ex:1", "code", "x", Place("lib/a/beds.ex", 1))
    text = render_fdd("T", bare, [SectionDraft("1", f"It is so [@{item.key}].")], {item.key: item}, ())
    assert "It is so (`lib/a/beds.ex:1`).\n" in text


def test_an_advice_that_nothing_captured_says_is_listed_as_unchecked() -> None:
    advice = Source("src:practice-dry", "Keep it dry (see Trays)", "https://docs.example.org/trays", "playbook")
    line = render_reference(advice)
    assert line.startswith("- **[practice-dry]** Keep it dry (see Trays) · https://docs.example.org/trays · ")
    assert line.endswith("Not accessed for this (advice of the playbook, unchecked)")
