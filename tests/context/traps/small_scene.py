"""A small checkout and request in memory, for one detector at a time."""

from __future__ import annotations

from collections.abc import Mapping

from torusnb.context.traps import find_traps
from torusnb.elixir.outline import parse_file
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap, Commit
from torusnb.models.knowledge import Reason, Trap, Waypoint
from torusnb.models.requirements import PrdSection, Requirement, SpecPack

REPO = "defmodule Shop.Repo do\n  use Ecto.Repo, otp_app: :shop\nend\n"
ROUTER = """defmodule ShopWeb.Router do
  use ShopWeb, :router
  alias Shop.Baskets

  scope "/" do
    get "/", Shop.Baskets, :index
  end
end
"""


def pack_of(*requirements: str) -> SpecPack:
    """A pack with one requirement (`FR-001`, …) for each sentence."""
    entries = tuple(
        Requirement(f"FR-{number:03}", text, Place("prd.md", number)) for number, text in enumerate(requirements, 1)
    )
    section = PrdSection("Functional Requirements", 2, Place("prd.md", 1), "\n".join(requirements))
    return SpecPack("stacking", "docs/features/stacking", "Stacking", requirements=entries, sections=(section,))


def map_of(files: Mapping[str, str]) -> CodeMap:
    """The code map of files in memory."""
    outlines = tuple(parse_file(path, text.encode()) for path, text in sorted(files.items()))
    return CodeMap("shop", Commit("0" * 40), outlines)


def waypoint_of(path: str, rank: int = 1, *, named: bool = True, requirements: tuple[str, ...] = ()) -> Waypoint:
    """A waypoint on the first line of a file, which the pack names unless told otherwise."""
    reasons = (Reason("named" if named else "text", "named in FR-001"),)
    return Waypoint(f"code:{path}:1", path, "", "context", rank, 1.0, 1, "", reasons, requirements)


def traps_of(
    files: Mapping[str, str],
    *requirements: str,
    rules: tuple[str, ...] | None = None,
    waypoints: tuple[Waypoint, ...] = (),
    limit: int = 24,
) -> tuple[Trap, ...]:
    """The traps of a small checkout; without waypoints every file under lib is one, in order of their paths."""
    whole = {"lib/shop/repo.ex": REPO, **files}
    ranked = waypoints or tuple(
        waypoint_of(path, rank) for rank, path in enumerate(sorted(p for p in files if p.startswith("lib/")), 1)
    )
    pack = pack_of(*(requirements or ("A shopper sees the basket.",)))
    return find_traps(pack, ranked, map_of(whole), lambda path: whole.get(path, ""), limit, rules=rules)


def module(body: str, name: str = "Shop.Baskets") -> dict[str, str]:
    """A file with one module that knows the Repo."""
    path = "lib/" + "/".join(_snake(part) for part in name.split(".")) + ".ex"
    return {path: f"defmodule {name} do\n  alias Shop.Repo\n{body}\nend\n"}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
