"""What the miniature Torus promises to everybody who reads it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import tree_sitter
import tree_sitter_elixir
import yaml

MAIN_PACK = "docs/features/late_work_policies"
NESTED_PACK = "docs/exec-plans/current/epics/classroom_pulse/activity_feed"
BOLD_PACK = "docs/epics/roster_sync/nightly_import"
PACKS = (MAIN_PACK, NESTED_PACK, BOLD_PACK)
DEPENDENCIES = ("beacon_metrics", "lantern_ui", "pantry_cache", "quarry_data", "tidepool_jobs")
LOCK_LINE = re.compile(
    r'^  "(?P<name>\w+)": \{:hex, :(?P=name), "(?P<version>[\d.]+)", "[0-9a-f]{64}", '
    r'\[:\w+\], \[.*\], "hexpm", "[0-9a-f]{64}"\},$'
)
MODULE = re.compile(r"^defmodule ([\w.]+) do$", re.MULTILINE)
NAMED = re.compile(r"\bMini(?:Web)?(?:\.[A-Z]\w*)+")


def elixir_files(root: Path) -> list[Path]:
    return sorted([*root.rglob("*.ex"), *root.rglob("*.exs")])


def defined_modules(root: Path, *folders: str) -> set[str]:
    return {
        name
        for folder in folders
        for path in elixir_files(root / folder)
        for name in MODULE.findall(path.read_text(encoding="utf-8"))
    }


def read_requirements(root: Path, pack: str) -> dict[str, Any]:
    text = (root / pack / "requirements.yml").read_text(encoding="utf-8")
    value: dict[str, Any] = yaml.safe_load(text)
    return value


def missing_modules(root: Path, document: str) -> set[str]:
    return set(NAMED.findall((root / document).read_text(encoding="utf-8"))) - defined_modules(root, "lib", "test")


def locked(root: Path) -> dict[str, str]:
    lines = (root / "mix.lock").read_text(encoding="utf-8").splitlines()
    matches = [LOCK_LINE.match(line) for line in lines[1:-1]]
    assert lines[0] == "%{"
    assert lines[-1] == "}"
    return {match["name"]: match["version"] for match in matches if match is not None}


def test_every_elixir_file_parses_without_an_error(sample_root: Path) -> None:
    parser = tree_sitter.Parser(tree_sitter.Language(tree_sitter_elixir.language()))
    broken = [p for p in elixir_files(sample_root) if parser.parse(p.read_bytes()).root_node.has_error]
    assert broken == []


def test_it_has_between_forty_and_fifty_modules(sample_root: Path) -> None:
    assert 40 <= len(defined_modules(sample_root, "lib")) <= 50


def test_each_module_lies_in_a_file_of_its_own(sample_root: Path) -> None:
    counts = {p: len(MODULE.findall(p.read_text(encoding="utf-8"))) for p in elixir_files(sample_root / "lib")}
    assert [path for path, count in counts.items() if count != 1] == []


@pytest.mark.parametrize(
    "words",
    [
        "use Application",
        "use MiniWeb, :live_view",
        "use MiniWeb, :live_component",
        "use MiniWeb, :controller",
        "use MiniWeb, :channel",
        "use MiniWeb, :router",
        "use Oban.Worker",
        "use GenServer",
        "use Broadway",
        "use Ecto.Schema",
        "embedded_schema do",
        "embeds_one :",
        "many_to_many :",
        ":ets.new(",
        "Cachex.get(",
        "{Registry, keys: :unique",
        "Task.Supervisor.async_stream_nolink(",
        "Phoenix.PubSub.broadcast(",
        "Phoenix.PubSub.subscribe(",
        ":telemetry.execute(",
        ":telemetry.span(",
        "deffeature(",
        "live_session :",
        "on_mount: [",
        "def handle_event(",
        "def handle_info(",
        "@behaviour Plug",
    ],
)
def test_its_code_shows_what_the_real_thing_has(sample_root: Path, words: str) -> None:
    assert any(words in p.read_text(encoding="utf-8") for p in elixir_files(sample_root / "lib"))


def test_aliases_of_its_own_modules_resolve(sample_root: Path) -> None:
    known = defined_modules(sample_root, "lib", "test")
    named: set[str] = set()
    for path in elixir_files(sample_root / "lib"):
        text = path.read_text(encoding="utf-8")
        for base, group in re.findall(r"^\s+alias ((?:Mini|MiniWeb)(?:\.\w+)*)(?:\.\{([^}]*)\})?$", text, re.MULTILINE):
            named |= {f"{base}.{name.strip()}" for name in group.split(",")} if group else {base}
    assert named - known == set()


def test_migrations_include_one_with_a_concurrent_index(sample_root: Path) -> None:
    migrations = sorted((sample_root / "priv/repo/migrations").glob("*.exs"))
    concurrent = [p for p in migrations if "concurrently: true" in p.read_text(encoding="utf-8")]
    assert 6 <= len(migrations) <= 8
    assert len(concurrent) == 1


def test_every_schema_table_is_created_by_a_migration(sample_root: Path) -> None:
    migrations = "".join(p.read_text(encoding="utf-8") for p in elixir_files(sample_root / "priv"))
    tables = {
        table
        for path in elixir_files(sample_root / "lib")
        for table in re.findall(r'^  schema "(\w+)" do$', path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert tables == set(re.findall(r"create table\(:(\w+)\)", migrations)) - {"learning_events"}


def test_prds_lie_at_three_packs_and_one_epic(sample_root: Path) -> None:
    found = sorted(p.parent.relative_to(sample_root).as_posix() for p in sample_root.rglob("prd.md"))
    assert found == sorted([*PACKS, str(Path(NESTED_PACK).parent.as_posix())])


def test_only_one_pack_has_a_design_already(sample_root: Path) -> None:
    found = [p.parent.relative_to(sample_root).as_posix() for p in sample_root.rglob("fdd.md")]
    assert found == [NESTED_PACK]


def test_the_main_pack_keeps_its_requirements_inline(sample_root: Path) -> None:
    text = (sample_root / MAIN_PACK / "prd.md").read_text(encoding="utf-8")
    assert len(set(re.findall(r"^\| (FR-\d+) \|", text, re.MULTILINE))) == 10
    assert len(set(re.findall(r"^- (AC-\d+) \(FR-", text, re.MULTILINE))) == 12
    assert not (sample_root / MAIN_PACK / "requirements.yml").exists()


def test_the_second_pack_nests_its_criteria(sample_root: Path) -> None:
    requirements = read_requirements(sample_root, NESTED_PACK)["requirements"]
    assert [r["id"] for r in requirements] == [f"FR-00{n}" for n in range(1, 6)]
    assert all(r["acceptance_criteria"] for r in requirements)


def test_the_third_pack_has_a_flat_list_with_one_criterion_of_an_unknown_requirement(sample_root: Path) -> None:
    value = read_requirements(sample_root, BOLD_PACK)
    known = {r["id"] for r in value["requirements"]}
    assert [c["id"] for c in value["acceptance_criteria"] if c["requirement"] not in known] == ["AC7"]
    assert all(isinstance(goal, str) for goal in value["goals"])


def test_the_third_pack_has_no_headings_but_bold_text(sample_root: Path) -> None:
    text = (sample_root / BOLD_PACK / "prd.md").read_text(encoding="utf-8")
    assert re.findall(r"^#", text, re.MULTILINE) == []
    assert "**Functional Requirements**" in text
    assert "NFR1:" in text


@pytest.mark.parametrize(
    ("document", "missing"),
    [
        (f"{MAIN_PACK}/prd.md", {"Mini.Delivery.Calendar"}),
        (f"{NESTED_PACK}/prd.md", {"Mini.Analytics.BurstGrouper"}),
        (f"{BOLD_PACK}/prd.md", {"Mini.Files.DropBox"}),
        ("guides/design/tenancy.md", {"Mini.Accounts.AdminGuard"}),
        ("ARCHITECTURE.md", set()),
        ("guides/design/high-level.md", set()),
        ("guides/design/data-flow.md", set()),
        ("guides/design/operations.md", set()),
    ],
)
def test_documents_name_modules_that_exist_but_for_those_on_purpose(
    sample_root: Path, document: str, missing: set[str]
) -> None:
    assert missing_modules(sample_root, document) == missing


def test_every_line_of_the_lock_is_a_tuple_of_eight_elements(sample_root: Path) -> None:
    assert len(locked(sample_root)) == len((sample_root / "mix.lock").read_text(encoding="utf-8").splitlines()) - 2


def test_what_mix_exs_asks_for_is_locked(sample_root: Path) -> None:
    asked = re.findall(r'^      \{:(\w+), "~>', (sample_root / "mix.exs").read_text(encoding="utf-8"), re.MULTILINE)
    assert asked
    assert set(asked) - set(locked(sample_root)) == set()


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_a_dependency_on_disk_is_locked_at_its_own_version(sample_root: Path, name: str) -> None:
    mix = (sample_root / "deps" / name / "mix.exs").read_text(encoding="utf-8")
    version = re.search(r'@version "([\d.]+)"', mix)
    assert version is not None
    assert locked(sample_root)[name] == version[1]
    assert f"app: :{name}," in mix


@pytest.mark.parametrize("name", DEPENDENCIES)
def test_a_dependency_says_that_it_is_invented_and_has_words_of_its_own(sample_root: Path, name: str) -> None:
    folder = sample_root / "deps" / name
    guides = sorted((folder / "guides").glob("*.md"))
    assert "is an invented package" in (folder / "README.md").read_text(encoding="utf-8")
    assert len(guides) >= 2
    assert all(len(guide.read_text(encoding="utf-8").split()) > 300 for guide in guides)
    assert any("@moduledoc" in p.read_text(encoding="utf-8") for p in (folder / "lib").glob("*.ex"))


def test_only_invented_dependencies_lie_on_disk(sample_root: Path) -> None:
    assert tuple(sorted(p.name for p in (sample_root / "deps").iterdir())) == DEPENDENCIES


def test_no_document_points_at_the_documentation_of_a_real_package(sample_root: Path) -> None:
    texts = {p: p.read_text(encoding="utf-8") for p in sample_root.rglob("*") if p.is_file()}
    assert [p for p, text in texts.items() if "hexdocs" in text or "hex.pm" in text] == []


def test_it_is_small_and_has_no_git_of_its_own(sample_root: Path) -> None:
    assert sum(p.stat().st_size for p in sample_root.rglob("*") if p.is_file()) < 400_000
    assert not (sample_root / ".git").exists()


def test_the_copy_can_be_changed_without_touching_the_original(sample_torus: Path, sample_root: Path) -> None:
    (sample_torus / "mix.exs").unlink()
    assert (sample_root / "mix.exs").is_file()
