"""The small shop as fixtures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.context.small_shop import FILES, PRD, write_files
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.models.codebase import CodeMap
from torusnb.models.requirements import SpecPack
from torusnb.spec.reader import load_pack


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A checkout of a small shop with one spec pack."""
    return write_files(tmp_path / "shop", FILES | {"docs/features/stacking/prd.md": PRD})


@pytest.fixture
def shop_map(shop: Path) -> CodeMap:
    """Its code map."""
    return load_code_map(shop)


@pytest.fixture
def read_shop(shop: Path) -> Callable[[str], str]:
    """A reader of its files."""
    return source_reader(shop)


@pytest.fixture
def stacking(shop: Path) -> SpecPack:
    """Its spec pack."""
    return load_pack(shop / "docs/features/stacking", shop)
