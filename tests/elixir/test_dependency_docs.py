from __future__ import annotations

from pathlib import Path

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


def test_readme_guides_and_module_documentation(tmp_path: Path) -> None:
    module = (
        'defmodule Pond do\n  @moduledoc """\n  Fish `swim`.\n\n      Pond.feed()\n  """\n\n'
        '  defmodule Reed do\n    @moduledoc "Tall."\n  end\nend\n'
    )
    write(
        tmp_path / "deps/pond",
        {
            "README.md": "# Pond\n\nWater.\n",
            "CHANGELOG.md": "# Changes\n",
            "guides/howtos/Feeding Fish.md": "```\n# not this\n```\n# Feeding\n",
            "guides/CHANGELOG.md": "# Changes\n",
            "guides/picture.png": "no text",
            "lib/pond.ex": module,
            "lib/pond/hidden.ex": "defmodule Pond.Hidden do\n  @moduledoc false\nend\n",
            "mix.exs": 'defmodule Pond.MixProject do\n  @version "2.1.0"\nend\n',
        },
    )
    base = "https://hexdocs.pm/pond/2.1.0"
    assert list_dependency_docs(tmp_path, [POND]) == (
        DependencyDoc(
            "pond",
            "2.1.0",
            "deps/pond/README.md",
            "Pond",
            f"{base}/readme.html",
            "readme",
            "# Pond\n\nWater.\n",
            1,
            "2.1.0",
        ),
        DependencyDoc(
            "pond",
            "2.1.0",
            "deps/pond/guides/howtos/Feeding Fish.md",
            "Feeding",
            f"{base}/feeding-fish.html",
            "guide",
            "```\n# not this\n```\n# Feeding\n",
            1,
            "2.1.0",
        ),
        DependencyDoc(
            "pond",
            "2.1.0",
            "deps/pond/lib/pond.ex",
            "Pond",
            f"{base}/Pond.html",
            "module",
            "Fish `swim`.\n\n    Pond.feed()",
            3,
            "2.1.0",
        ),
        DependencyDoc(
            "pond",
            "2.1.0",
            "deps/pond/lib/pond.ex",
            "Pond.Reed",
            f"{base}/Pond.Reed.html",
            "module",
            "Tall.",
            9,
            "2.1.0",
        ),
    )


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
