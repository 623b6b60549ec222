"""What notebook 3 shows, and that its own export is the session's document with a team's template too."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.session.opening import PACKS, Opener
from torusnb.export.cells import ABSENT_MIME, EVIDENCE_MIME
from torusnb.export.notebook import render_notebook
from torusnb.models.design import SectionDraft
from torusnb.models.record import Decision
from torusnb.resources import data_path, notebooks_path
from torusnb.session import Session, views
from torusnb.trail.replay import render_design

OWN_SECTIONS = [
    {"id": "18", "title": "Rollout Diary", "guidance": "Who turns the policy on, and when."},
    {"id": "18.1", "title": "First Week"},
    {"id": "19", "title": "Glossary"},
]


@pytest.fixture
def team_template(tmp_path: Path) -> str:
    """The template that travels along without sections 14 and 16, with three of a team's own."""
    template = yaml.safe_load(data_path("fdd_template.yml").read_text(encoding="utf-8"))
    kept = [section for section in template["sections"] if section["id"] not in {"14", "16"}]
    path = tmp_path / "template.yml"
    path.write_text(yaml.safe_dump({**template, "sections": kept + OWN_SECTIONS}), encoding="utf-8")
    return str(path)


def _run(session: Session) -> dict[str, Any]:
    """Notebook 3 with the outputs that its final cells and its evidence have in this session."""
    notebook: dict[str, Any] = json.loads((notebooks_path() / "03_design_drafting.ipynb").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and source.startswith(("views.section", "views.other", "views.ledger")):
            shown = eval(source, {"views": views, "session": session})  # a cell of the repository's own notebook
            data = json.loads(json.dumps(shown._repr_mimebundle_()))
            cell["outputs"] = [{"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 1}]
    return notebook


def test_the_notebook_exports_what_the_session_exports(opener: Opener) -> None:
    session = opener()
    assert render_notebook(_run(session)) == session.export().text


def test_every_key_can_be_cited_in_the_notebook_and_what_the_evidence_says_does_not_travel(opener: Opener) -> None:
    session = opener()
    notebook = _run(session)
    evidence = session.evidence()
    (ledger,) = [o["data"] for cell in notebook["cells"] for o in cell.get("outputs", ()) if EVIDENCE_MIME in o["data"]]
    said = [item.text for item in evidence.evidence.values() if len(item.text) > 60]
    assert said
    assert not any(json.dumps(text)[1:-1] in json.dumps(ledger) for text in said)
    for cell in notebook["cells"]:
        if "section:8" in cell["metadata"].get("tags", ()):
            cell.update(cell_type="markdown", source=" ".join(f"Seen. [@{key}]" for key in evidence.evidence))
    drafts = [draft for draft in session.sections() if not draft.section.startswith("8")]
    written = SectionDraft("8", " ".join(f"Seen. [@{key}]" for key in evidence.evidence), accepted=True)
    assert render_notebook(notebook) == render_design(evidence, [*drafts, written])


def test_the_notebook_exports_a_teams_own_sections_and_goes_without_those_it_left_out(
    opener: Opener, team_template: str
) -> None:
    session = opener(template=team_template)
    text = render_notebook(_run(session))
    assert text == session.export().text
    headings = [line for line in text.splitlines() if line.startswith(("## ", "### 18"))]
    assert headings[-5:] == [
        "## 15. Risks & Mitigations",
        "## 17. References",
        "## 18. Rollout Diary",
        "### 18.1 First Week",
        "## 19. Glossary",
    ]


def test_a_section_that_the_template_lacks_is_only_a_note(opener: Opener, team_template: str) -> None:
    shown = views.section(opener(template=team_template), "14")._repr_mimebundle_()
    assert shown["text/markdown"] == "*The template has no section 14; the document goes without it.*"
    assert ABSENT_MIME in shown


def test_a_section_for_which_nothing_is_drafted_is_only_a_note(opener: Opener) -> None:
    session = opener()
    session.decide(Decision("section", "8", "accept", " \n"))
    shown = views.section(session, "8")._repr_mimebundle_()
    assert shown["text/markdown"] == "*Nothing is drafted for section 8.*"
    assert ABSENT_MIME in shown


def test_without_sections_of_a_teams_own_the_last_final_cell_is_only_a_note(opener: Opener) -> None:
    shown = views.other_sections(opener())._repr_mimebundle_()
    assert shown["text/markdown"] == "*Every section of the template has its cell above.*"
    assert ABSENT_MIME in shown


def test_a_persons_cell_stands_when_the_prd_has_got_another_title(
    opener: Opener, sample_torus: Path, tmp_path: Path
) -> None:
    notebook = _run(opener())
    cell = next(cell for cell in notebook["cells"] if "section:8" in cell["metadata"].get("tags", ()))
    cell |= {"cell_type": "markdown", "source": "No cache, says a person. [@FR-001]"}
    (tmp_path / "03.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    prd = sample_torus / PACKS[0] / "prd.md"
    prd.write_text(prd.read_text(encoding="utf-8").replace("Late Work Policies", "Late Work Rules"), encoding="utf-8")
    export = opener().export(tmp_path / "03.ipynb")
    assert export.text.startswith("# Late Work Rules")
    assert "No cache, says a person. (FR-001)" in export.text
