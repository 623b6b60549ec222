"""The surroundings: what guides and code tell of architecture, runtime, deployment, tenancy and data flow."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.context.small_shop import FILES, PRD, write_files
from torusnb.context.capture import capture_context
from torusnb.context.knowledge.digest import digest_guides
from torusnb.context.knowledge.notes import prose_value, section_sentences
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.context.map.guides import parse_guide
from torusnb.models.knowledge import Context, Known
from torusnb.spec.reader import load_pack

MORE = {
    "Dockerfile": "FROM scratch\n",
    "config/runtime.exs": (
        "import Config\n"
        'config :shop, url: System.fetch_env!("DATABASE_URL")\n'
        'config :shop, basket_live: System.get_env("BASKET_LIVE_LIMIT", "5")\n'
        'config :shop, salt: System.get_env("SALT") ||\n  raise "no salt"\n'
    ),
    "lib/shop/release.ex": "defmodule Shop.Release do\n  def migrate, do: :ok\nend\n",
    "lib/shop.ex": "defmodule Shop do\nend\n",
    "lib/shop_web.ex": "defmodule ShopWeb do\nend\n",
}


def _capture(root: Path, files: dict[str, str]) -> Context:
    write_files(root, files | {"docs/features/stacking/prd.md": PRD})
    return capture_context(load_pack(root / "docs/features/stacking", root), load_code_map(root), source_reader(root))


def _told(context: Context, topic: str) -> list[Known]:
    return [known for known in context.knowledge.known if known.topic == topic]


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """The small shop with what deploys it."""
    return _capture(tmp_path / "shop", FILES | MORE)


def test_the_data_flow_goes_from_the_route_to_the_rows(context: Context) -> None:
    told = _told(context, "data flow")[-1].text
    assert "`/basket` leads to `ShopWeb.BasketLive`, which calls `Shop.Baskets.redeem_voucher/2`" in told
    assert "the rows lie in `baskets`" in told


def test_deployment_names_what_last_changed_the_tables_and_variables_near_the_feature(context: Context) -> None:
    texts = " ".join(known.text for known in _told(context, "deployment"))
    assert "last changed: `baskets` by `20240101000000_create_baskets.exs`" in texts
    assert "`Shop.Release.migrate/0` migrates a release" in texts
    assert "reads 3 environment variables" in texts
    assert "near the feature by name `BASKET_LIVE_LIMIT`" in texts
    assert "`Dockerfile`" not in texts


def test_variables_that_have_nothing_to_do_with_the_feature_are_not_told(tmp_path: Path) -> None:
    runtime = MORE["config/runtime.exs"].replace("BASKET_LIVE_LIMIT", "COLOUR")
    context = _capture(tmp_path / "shop", FILES | MORE | {"config/runtime.exs": runtime})
    assert "environment variables" not in " ".join(known.text for known in _told(context, "deployment"))


def test_without_tables_near_the_feature_the_files_of_deployment_are_told(tmp_path: Path) -> None:
    files = {path: text for path, text in (FILES | MORE).items() if not path.startswith("priv/repo/migrations")}
    context = _capture(tmp_path / "shop", files)
    texts = " ".join(known.text for known in _told(context, "deployment"))
    assert "What is deployed is described by `Dockerfile`; `Shop.Release.migrate/0` migrates a release" in texts


def test_only_queues_and_schedules_of_the_features_own_jobs_are_told(tmp_path: Path) -> None:
    config = (
        "import Config\n"
        "config :shop, Oban,\n  queues: [default: 10, stamps: 3, mail: 5],\n"
        "  plugins: [{Oban.Plugins.Cron, crontab: ["
        '{"0 1 * * *", Shop.Vouchers.StampWorker}, {"0 2 * * *", Shop.Rain}]}]\n'
    )
    worker = (
        "defmodule Shop.Vouchers.StampWorker do\n  use Oban.Worker, queue: :stamps\n\n"
        '  @doc "Stamps stacked vouchers of a basket."\n  def perform(_job), do: :ok\nend\n'
    )
    rain = "defmodule Shop.Rain do\n  use Oban.Worker, queue: :mail\n\n  def perform(_job), do: :ok\nend\n"
    more = {"config/config.exs": config, "lib/shop/vouchers/stamp_worker.ex": worker, "lib/shop/rain.ex": rain}
    texts = " ".join(known.text for known in _told(_capture(tmp_path / "shop", FILES | more), "runtime topology"))
    assert "Jobs near the feature wait in `stamps` (3), each queue with its limit per node." in texts
    assert "At set times runs `Shop.Vouchers.StampWorker` (`0 1 * * *`)." in texts
    assert "`mail`" not in texts


def test_of_the_supervised_processes_those_near_the_feature_are_told(tmp_path: Path) -> None:
    assert "none of its 3 children lies near" in _told(_capture(tmp_path / "a", FILES), "runtime topology")[0].text
    path = next(path for path in FILES if path.endswith("application.ex"))
    more = {path: FILES[path].replace("Shop.Repo,", "Shop.Repo, Shop.Baskets,")}
    assert more[path] != FILES[path]
    told = _told(_capture(tmp_path / "b", FILES | more), "runtime topology")[0].text
    assert "starts `Shop.Baskets` near this feature." in told


def test_the_architecture_says_on_which_side_of_the_split_the_feature_lies(context: Context) -> None:
    told = _told(context, "architecture")[-1].text
    assert "lie in the domain (`Shop`)" in told
    assert "in the web (`ShopWeb`)" in told


def test_a_topics_note_is_one_sentence(context: Context) -> None:
    notes = [note for note in context.notes if note.topic]
    assert notes
    assert all(note.quote.count(". ") == 0 for note in notes)


def test_a_topic_that_no_guide_speaks_of_says_so(context: Context) -> None:
    told = _told(context, "data flow")[0].text
    assert told.startswith("No guide speaks of the data flow; from the code: ")
    assert not any("No guide speaks" in known.text for known in _told(context, "deployment"))


def test_a_domain_module_that_reaches_up_to_the_web_is_told(tmp_path: Path) -> None:
    basket = FILES["lib/shop/baskets.ex"].replace("alias Shop.Repo\n", "alias Shop.Repo\n  alias ShopWeb.BasketLive\n")
    context = _capture(tmp_path / "shop", FILES | MORE | {"lib/shop/baskets.ex": basket})
    assert "`Shop.Baskets` reaches up to `ShopWeb.BasketLive`" in _told(context, "architecture")[-1].text


def test_everything_known_has_evidence_with_its_quote(context: Context) -> None:
    for known in context.knowledge.known:
        assert known.evidence, known.text
        assert all(context.quotes.get(key) for key in known.evidence if key.startswith("code:")), known.evidence


def test_missing_information_never_blocks(tmp_path: Path) -> None:
    files = {"mix.exs": FILES["mix.exs"], "lib/shop/weather.ex": FILES["lib/shop/weather.ex"]}
    assert _capture(tmp_path / "shop", files).knowledge.unknown


def test_waypoints_and_notes_carry_the_hash_of_their_symbol(context: Context) -> None:
    keys = {symbol.key for symbol in context.symbols}
    assert {waypoint.key for waypoint in context.waypoints} <= keys
    assert {note.key for note in context.notes} <= keys


def test_a_digest_tells_what_a_guide_is_about_and_which_of_its_modules_are_gone(shop: Path) -> None:
    (shop / "guides/design/labels.md").write_text(
        "# Labels\n\n- a\n\nA label is printed for every basket that leaves the shop.\n\n"
        "## Code\n\nSee `Shop.Old.Basket`.\n"
    )
    notes = {note.place.path: note for note in digest_guides(load_code_map(shop))}
    note = notes["guides/design/labels.md"]
    assert note.quote == "A label is printed for every basket that leaves the shop."
    assert (note.place.line, note.heading) == (5, "Labels")
    assert note.missing_modules == ("Shop.Old.Basket",)
    assert note.nearest == {"Shop.Old.Basket": "Shop.Baskets.Basket"}
    assert notes["guides/design/high-level.md"].modules == ("Shop.Baskets",)


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("A basket is locked while a voucher is being redeemed.", True),
        ("**Fields**: `name`, `total`, `voucher`, `inserted_at` and so on", False),
        ("This gives a robust and scalable foundation for every shop there is.", False),
        ("`Shop.A`, `Shop.B`, `Shop.C`, `Shop.D` and `Shop.E`", False),
        ("`stack_vouchers`: puts the vouchers of a basket in order and on top", False),
        ("Note: a basket must never be locked while a voucher is redeemed.", True),
        ("vouchers, baskets, and other shared parts of the shop", False),
        ("You can now return to your shop and redeem the voucher there.", False),
        ("Following these steps the baskets of every shop stay whole.", False),
    ],
)
def test_a_label_a_list_of_names_or_praise_is_no_prose(text: str, whole: bool) -> None:
    assert (prose_value(text) >= 1.0) is whole


def test_a_short_sentence_is_quoted_with_the_next_of_its_paragraph() -> None:
    guide = parse_guide(
        "# A\n\nA basket is locked for as long as a voucher is redeemed.\nAnother page waits for that lock.\n",
        "guides/a.md",
    )
    first = section_sentences(guide.sections[0])[0]
    assert first.quote == "A basket is locked for as long as a voucher is redeemed. Another page waits for that lock."


@pytest.mark.parametrize(
    ("sentence", "noted"),
    [
        ("**Kinds**: stacking vouchers, basket voucher, voucher rules", False),
        ("Stacking vouchers are rules that a basket keeps for every voucher.", True),
    ],
)
def test_a_section_that_says_nothing_when_quoted_alone_is_no_note(tmp_path: Path, sentence: str, noted: bool) -> None:
    guide = f"# Stacking vouchers\n\n{sentence}\n"
    context = _capture(tmp_path, FILES | {"guides/design/stacking.md": guide})
    near = [note.place.path for note in context.notes if not note.topic]
    assert ("guides/design/stacking.md" in near) is noted
