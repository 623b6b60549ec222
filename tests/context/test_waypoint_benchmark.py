from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import waypoint_weights, waypoints
from benchmarks.ranking_scores import gold_of, mean_scores, measure, score_kind
from tests.context.small_shop import FILES, PRD
from tests.context.test_context_history import Repository

PACK = "docs/features/stacking"
LATER = "lib/shop/vouchers.ex"


def test_recall_and_ndcg_are_counted_as_the_scorer_does() -> None:
    found = measure(["a", "x", "b"], frozenset({"a", "b"}))
    assert found["R@20"] == 1.0
    assert found["nDCG@20"] == pytest.approx((1 + 0.5) / (1 + 1 / 1.584962500721156))
    assert measure(["x"], frozenset({"a", "b"}))["MRR"] == 0.0


def test_only_cases_with_two_gold_files_count_and_null_gold_is_no_gold() -> None:
    cases: list[dict[str, Any]] = [
        {"slug": "a", "cited": ["lib/a.ex", "lib/b.ex", "lib/c.heex"], "changed": None},
        {"slug": "b", "cited": ["lib/a.ex"], "changed": []},
    ]
    assert gold_of(cases[0], "cited") == {"lib/a.ex", "lib/b.ex"}
    assert list(score_kind(cases, {"a": ["lib/a.ex"]}, "cited")) == ["a"]
    assert score_kind(cases, {}, "changed") == {}
    assert mean_scores({}) == {}


def test_a_case_sees_nothing_later_than_its_parent(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    repository = Repository(tmp_path / "shop")
    fdd = "# Stacking\n`lib/shop/weather.ex` must know the basket and its vouchers."
    parent = repository.commit("Baskets", FILES | {f"{PACK}/fdd.md": fdd})
    repository.commit("Vouchers", {LATER: "defmodule Shop.Vouchers do\nend\n", "lib/shop/weather.ex": "# gone\n"})
    (tmp_path / "packs/stacking").mkdir(parents=True)
    (tmp_path / "packs/stacking/prd.md").write_text(PRD)
    gold = ["lib/shop/baskets.ex", "lib/shop_web/live/basket_live.ex"]
    case = {
        "slug": "stacking",
        "parent": parent,
        "pack_dir": PACK,
        "date": "2026-01-01",
        "cited": gold,
        "changed": None,
    }
    lost = case | {"slug": "lost", "parent": "0" * 40, "cited": None}
    cases, out, features = tmp_path / "cases.jsonl", tmp_path / "out.jsonl", tmp_path / "features.jsonl"
    cases.write_text("\n".join(map(json.dumps, (case, lost))))
    given = ["--history", str(repository.root), "--cases", str(cases), "--packs", str(tmp_path / "packs")]
    written = ["--out", str(out), "--out-changed", str(tmp_path / "changed.jsonl"), "--features", str(features)]
    assert waypoints.main([*given, *written, "--jobs", "1"]) == 1
    rows = {row["slug"]: row["ranked"] for row in map(json.loads, out.read_text().splitlines())}
    assert rows["stacking"][0] == "lib/shop/baskets.ex"
    assert LATER not in rows["stacking"]
    assert rows["lost"] == []
    changed = {
        row["slug"]: row["ranked"] for row in map(json.loads, (tmp_path / "changed.jsonl").read_text().splitlines())
    }
    assert changed["stacking"] != rows["stacking"]
    assert sorted(changed["stacking"]) == sorted(rows["stacking"])
    assert changed["lost"] == []
    told = capsys.readouterr()
    assert "cited" in told.out
    assert "to change" in told.out
    assert "lost" in told.err
    assert "FAILED" in told.err
    loaded = waypoint_weights.load_cases(features, cases)
    assert [entry.slug for entry in loaded] == ["stacking"]
