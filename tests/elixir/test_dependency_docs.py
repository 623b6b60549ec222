from __future__ import annotations

import os
from pathlib import Path

import pytest

from torusnb.elixir.depdocs import DependencyDoc, list_dependency_docs
from torusnb.elixir.mixfiles import parse_lock
from torusnb.models.codebase import LockedPackage

POND = LockedPackage("pond", "2.1.0", 3)


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return root


def test_no_deps_folder_gives_nothing(tmp_path: Path) -> None:
    assert list_dependency_docs(tmp_path, [POND]) == ()


MODULES = '''\
defmodule Pond do
  @moduledoc """
  Fish `swim`.

      Pond.feed()
  """

  defmodule Reed do
    @moduledoc "Tall."
  end
end
'''
PACKAGE = {
    "README.md": "# Pond\n\nWater.\n",
    "CHANGELOG.md": "# Changes\n",
    "guides/howtos/Feeding Fish.md": "```\n# not this\n```\n# Feeding\n",
    "guides/CHANGELOG.md": "# Changes\n",
    "guides/picture.png": "no text",
    "lib/pond.ex": MODULES,
    "lib/pond/hidden.ex": "defmodule Pond.Hidden do\n  @moduledoc false\nend\n",
    "mix.exs": 'defmodule Pond.MixProject do\n  @version "2.1.0"\nend\n',
}


@pytest.fixture
def pond(tmp_path: Path) -> tuple[DependencyDoc, ...]:
    write(tmp_path / "deps/pond", PACKAGE)
    return list_dependency_docs(tmp_path, [POND])


def test_the_readme_comes_first_then_guides_then_modules(pond: tuple[DependencyDoc, ...]) -> None:
    assert [(doc.path, doc.kind, doc.title) for doc in pond] == [
        ("deps/pond/README.md", "readme", "Pond"),
        ("deps/pond/guides/howtos/Feeding Fish.md", "guide", "Feeding"),
        ("deps/pond/lib/pond.ex", "module", "Pond"),
        ("deps/pond/lib/pond.ex", "module", "Pond.Reed"),
    ]


def test_a_readme_and_a_guide_are_verbatim(pond: tuple[DependencyDoc, ...]) -> None:
    assert [doc.text for doc in pond[:2]] == [PACKAGE["README.md"], PACKAGE["guides/howtos/Feeding Fish.md"]]
    assert [doc.line for doc in pond[:2]] == [1, 1]


def test_module_documentation_has_no_indentation_and_knows_its_line(pond: tuple[DependencyDoc, ...]) -> None:
    assert [(doc.text, doc.line) for doc in pond[2:]] == [("Fish `swim`.\n\n    Pond.feed()", 3), ("Tall.", 9)]


def test_every_document_has_its_address_at_the_version_on_disk(pond: tuple[DependencyDoc, ...]) -> None:
    base = "https://hexdocs.pm/pond/2.1.0"
    pages = ("readme", "feeding-fish", "Pond", "Pond.Reed")
    assert [doc.url for doc in pond] == [f"{base}/{page}.html" for page in pages]
    assert {(doc.package, doc.version, doc.locked) for doc in pond} == {("pond", "2.1.0", "2.1.0")}


def test_a_package_behind_the_lock_is_told_by_its_version_on_disk(tmp_path: Path) -> None:
    write(tmp_path / "deps/pond", {"README.md": "# Pond\n", "hex_metadata.config": '{<<"version">>,<<"1.9.0">>}.\n'})
    (doc,) = list_dependency_docs(tmp_path, [POND])
    assert (doc.version, doc.locked, doc.url) == ("1.9.0", "2.1.0", "https://hexdocs.pm/pond/1.9.0/readme.html")


def test_only_locked_packages_are_read(tmp_path: Path) -> None:
    write(tmp_path / "deps", {"pond/README.md": "# Pond\n", "stray/README.md": "# Stray\n"})
    assert [doc.package for doc in list_dependency_docs(tmp_path, [POND])] == ["pond"]


def test_links_out_of_the_checkout_are_not_followed(tmp_path: Path) -> None:
    write(tmp_path, {"secret.md": "# Secret\n", "root/deps/pond/README.md": "# Pond\n"})
    (tmp_path / "root/deps/pond/guides").mkdir()
    (tmp_path / "root/deps/pond/guides/a.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "root/deps/pond/guides/loop").symlink_to(tmp_path / "root/deps/pond")
    assert [doc.kind for doc in list_dependency_docs(tmp_path / "root", [POND])] == ["readme"]


@pytest.mark.parametrize("linked", ["deps", "deps/pond", "deps/pond/guides", "deps/pond/lib", "deps/pond/lib/sub"])
def test_a_linked_folder_is_not_followed_at_any_depth(tmp_path: Path, linked: str) -> None:
    secret = {"secret.md": "# Secret\n", "secret.ex": 'defmodule Secret do\n  @moduledoc "Secret."\nend\n'}
    deep = {f"{folder}{name}": text for folder in ("", "guides/", "pond/guides/") for name, text in secret.items()}
    outside = write(tmp_path / "outside", deep)
    root = write(tmp_path / "root", {"mix.exs": ""} if linked == "deps" else {"deps/mix.exs": ""})
    (root / linked).parent.mkdir(parents=True, exist_ok=True)
    (root / linked).symlink_to(outside)
    assert list_dependency_docs(root, [POND]) == ()


def test_what_is_no_regular_file_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "deps/pond", {"README.md": "# Pond\n", "guides/a.md": "# A\n"})
    os.mkfifo(tmp_path / "deps/pond/guides/b.md")
    assert [doc.title for doc in list_dependency_docs(tmp_path, [POND])] == ["Pond", "A"]


def test_a_huge_file_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "deps/pond", {"README.md": "# Pond\n", "guides/huge.md": "x" * 700_000})
    assert [doc.kind for doc in list_dependency_docs(tmp_path, [POND])] == ["readme"]


def test_every_quote_of_the_miniature_is_found_in_its_file(sample_root: Path) -> None:
    packages = parse_lock((sample_root / "mix.lock").read_text(encoding="utf-8"), "mix.lock")
    docs = list_dependency_docs(sample_root, packages)
    assert {doc.kind for doc in docs} == {"readme", "guide", "module"}
    for doc in docs:
        lines = (sample_root / doc.path).read_text(encoding="utf-8").split("\n")
        first = doc.text.split("\n")[0]
        assert first in lines[doc.line - 1]
