from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.context.small_shop import write_files
from torusnb.context.map.checkout import code_paths, guide_paths, list_files, require_elixir_project
from torusnb.context.map.reading import read_checkout
from torusnb.errors import CheckoutError


def git(root: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=t", "-c", "user.email=t@example.org", "-c", "commit.gpgsign=false", *arguments],
        cwd=root,
        check=True,
        capture_output=True,
    )


@pytest.fixture
def committed(shop: Path) -> Path:
    git(shop, "init", "-q")
    git(shop, "add", "-A")
    git(shop, "commit", "-q", "-m", "start")
    return shop


@pytest.mark.parametrize(
    ("files", "told"),
    [(None, "no such folder"), ({}, "mix.exs is missing"), ({"README.md": "x"}, "mix.exs is missing")],
)
def test_a_folder_that_is_no_elixir_project_is_refused(tmp_path: Path, files: dict[str, str] | None, told: str) -> None:
    root = tmp_path / "there"
    if files is not None:
        root.mkdir()
        write_files(root, files)
    with pytest.raises(CheckoutError, match=told):
        require_elixir_project(root)


def test_a_file_instead_of_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mix.exs").write_text("")
    with pytest.raises(CheckoutError, match="This is a file"):
        require_elixir_project(tmp_path / "mix.exs")


@pytest.mark.parametrize(
    "path",
    [
        "deps/phoenix/lib/phoenix.ex",
        "_build/dev/lib/a.ex",
        "assets/node_modules/x/y.js",
        ".elixir_ls/z.ex",
        "lib/.secret.ex",
        "priv/static/app.js",
        "assets/logo.png",
        "apps/one/deps/plug/lib/plug.ex",
    ],
)
def test_what_is_not_the_projects_own_text_is_not_listed(tmp_path: Path, path: str) -> None:
    write_files(tmp_path, {"mix.exs": "", "apps/one/mix.exs": "", path: "x"})
    assert path not in list_files(tmp_path)


def test_a_folder_called_deps_inside_lib_is_listed(tmp_path: Path) -> None:
    write_files(tmp_path, {"mix.exs": "", "lib/shop/deps/graph.ex": "x"})
    assert "lib/shop/deps/graph.ex" in list_files(tmp_path)


def test_links_are_not_followed_and_loops_do_no_harm(tmp_path: Path) -> None:
    outside = write_files(tmp_path / "outside", {"secret.ex": "x"})
    root = write_files(tmp_path / "root", {"mix.exs": "", "lib/a.ex": "x"})
    (root / "lib/loop").symlink_to(root)
    (root / "lib/out").symlink_to(outside)
    (root / "lib/out.ex").symlink_to(outside / "secret.ex")
    assert list_files(root) == ("lib/a.ex", "mix.exs")


def test_an_umbrellas_code_is_code() -> None:
    paths = (
        "apps/one/lib/one.ex",
        "apps/one/priv/repo/migrations/1_a.exs",
        "config/a.exs",
        "apps/one/test/one_test.exs",
        "config/a.secret.exs",
    )
    assert code_paths(paths) == paths[:3]


@pytest.mark.parametrize(
    ("path", "is_guide"),
    [
        ("guides/design/high-level.md", True),
        ("ARCHITECTURE.md", True),
        ("docs/design-docs/locking.md", True),
        ("CHANGELOG.md", False),
        ("LICENSE.md", False),
        ("assets/README.md", False),
        ("docs/features/rollout/prd.md", False),
        ("docs/features/rollout/notes/idea.md", False),
        ("docs/features/overview.md", False),
    ],
)
def test_guides_are_markdown_outside_the_folders_of_spec_packs(path: str, is_guide: bool) -> None:
    assert (path in guide_paths((path, "docs/features/rollout/prd.md"))) is is_guide


def test_a_git_checkout_is_pinned_to_its_commit(committed: Path) -> None:
    commit = read_checkout(committed).commit
    assert (commit.has_git, commit.dirty, len(commit.id)) == (True, False, 40)


@pytest.mark.parametrize(
    ("path", "dirty"),
    [
        ("lib/shop/repo.ex", True),
        ("lib/shop/new.ex", True),
        ("guides/design/high-level.md", True),
        ("docs/features/stacking/fdd.md", False),
        ("docs/features/stacking/prd.md", False),
        ("notes.txt", False),
    ],
)
def test_only_what_torusnb_reads_of_the_code_makes_a_checkout_dirty(committed: Path, path: str, dirty: bool) -> None:
    with (committed / path).open("a") as file:
        file.write("\n# changed\n")
    assert read_checkout(committed).commit.dirty is dirty


def test_a_folder_inside_another_repository_has_a_content_id(tmp_path: Path, shop: Path) -> None:
    git(tmp_path, "init", "-q")
    commit = read_checkout(shop).commit
    assert not commit.has_git
    assert commit.id.startswith("content-")
    assert len(commit.id) == len("content-") + 12


def test_the_content_id_follows_the_code_and_not_the_spec_pack(shop: Path) -> None:
    before = read_checkout(shop).commit.id
    (shop / "docs/features/stacking/fdd.md").write_text("# Design")
    assert read_checkout(shop).commit.id == before
    (shop / "lib/shop/repo.ex").write_text("defmodule Shop.Repo do\nend\n")
    assert read_checkout(shop).commit.id != before


def test_without_git_on_the_machine_there_is_still_a_pin(
    committed: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not read_checkout(committed).commit.has_git


def test_a_hook_or_monitor_of_the_checkout_is_not_run(committed: Path) -> None:
    trap = committed / "trap.sh"
    trap.write_text("#!/bin/sh\ntouch sprung\n")
    trap.chmod(0o755)
    git(committed, "config", "core.fsmonitor", "./trap.sh")
    assert read_checkout(committed).commit.has_git
    assert not (committed / "sprung").exists()


def test_a_removed_file_makes_a_checkout_dirty(committed: Path) -> None:
    next(iter(sorted((committed / "lib").rglob("*.ex")))).unlink()
    assert read_checkout(committed).commit.dirty


def test_other_line_ends_do_not_make_a_checkout_dirty(committed: Path) -> None:
    for path in (committed / "lib").rglob("*.ex"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not read_checkout(committed).commit.dirty


def test_no_command_that_the_checkout_configures_is_run(committed: Path, tmp_path: Path) -> None:
    trap = tmp_path / "ran"
    (committed / ".gitattributes").write_text("*.ex filter=trap diff=trap\n")
    for name in ("filter.trap.clean", "filter.trap.process", "core.fsmonitor", "core.sshCommand", "diff.trap.command"):
        git(committed, "config", name, f"touch {trap}")
    path = next(iter(sorted((committed / "lib").rglob("*.ex"))))
    path.write_text(path.read_text() + "# changed\n")
    assert read_checkout(committed).commit.dirty
    assert not trap.exists()


@pytest.fixture
def partial_clone(committed: Path, tmp_path: Path) -> Path:
    """A checkout that lacks its tree and says that a command of its own brings missing objects."""
    found = subprocess.run(
        ["git", "rev-parse", "HEAD^{tree}"], cwd=committed, check=True, capture_output=True, text=True
    )
    tree = found.stdout.strip()
    (committed / ".git/objects" / tree[:2] / tree[2:]).unlink()
    for name, value in {
        "core.repositoryFormatVersion": "1",
        "extensions.partialClone": "origin",
        "remote.origin.promisor": "true",
        "remote.origin.uploadpack": f"touch '{tmp_path / 'ran'}'; false",
        "protocol.allow": "always",
        "protocol.file.allow": "always",
        "protocol.ext.allow": "always",
    }.items():
        git(committed, "config", name, value)
    return committed


@pytest.mark.parametrize("remote", ["{root}", "file://{root}", "ext::sh -c touch% '{ran}'"])
def test_a_missing_object_is_not_fetched_by_a_command_of_the_checkout(
    partial_clone: Path, tmp_path: Path, remote: str
) -> None:
    git(partial_clone, "config", "remote.origin.url", remote.format(root=partial_clone, ran=tmp_path / "ran"))
    assert read_checkout(partial_clone).commit.dirty
    assert not (tmp_path / "ran").exists()


def test_a_clone_of_a_known_host_says_where_its_files_can_be_read_until_they_are_edited(committed: Path) -> None:
    git(committed, "remote", "add", "origin", "https://ada:s3cret@github.com/shop/shop.git")
    commit = read_checkout(committed).commit
    assert commit.web == f"https://github.com/shop/shop/blob/{commit.id}/"
    (committed / "lib/shop/baskets.ex").write_text("defmodule Shop.Baskets do\nend\n")
    assert read_checkout(committed).commit.web == ""
