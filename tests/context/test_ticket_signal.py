"""Where a line of the code names the request's ticket, and names that the request rules out."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pytest

from torusnb.context.map.text_cache import open_text_index
from torusnb.context.waypoints.ticket_signal import find_tickets, ticket_reasons
from torusnb.context.waypoints.waypoints import rank_waypoints
from torusnb.models.base import Place
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Reason, Waypoint
from torusnb.models.requirements import Mention, PrdSection, Requirement, SpecPack

HERE = Place("prd.md", 3)
REPO, LIVE = "lib/shop/repo.ex", "lib/shop_web/live/basket_live.ex"


def saying(text: str, slug: str = "stacking", *asked: Requirement) -> SpecPack:
    section = PrdSection("Overview", 2, HERE, text)
    return SpecPack(slug, f"docs/features/{slug}", "Stacking", sections=(section,), requirements=asked)


@pytest.mark.parametrize(
    ("text", "slug", "found"),
    [
        (
            "See https://tracker.example/browse/SHOP-31; it follows SHOP-7.",
            "stacking",
            {"SHOP-31": 1.0, "SHOP-7": 0.35},
        ),
        ("Ticket: `AB-4`\n\nBlocked by AB-5 and AB-5 again.", "stacking", {"AB-4": 1.0, "AB-5": 0.35}),
        ("SHOP-7 and SHOP-8, mostly SHOP-8.", "stacking", {"SHOP-7": 0.35, "SHOP-8": 1.0}),
        ("It follows SHOP-7.", "shop-31_stacking", {"SHOP-31": 1.0, "SHOP-7": 0.35}),
        ("FR-1, AC-002, NFR-3, TEST-001, SHA-256 and WCAG-2 are none.", "stacking", {}),
    ],
)
def test_the_requests_own_ticket_is_told_from_those_it_only_names(
    text: str, slug: str, found: dict[str, float]
) -> None:
    assert find_tickets(saying(text, slug)) == found


def test_a_requirement_whose_id_looks_like_a_ticket_is_none() -> None:
    assert find_tickets(saying("SHOP-31 is met.", "stacking", Requirement("SHOP-31", "Stack vouchers.", HERE))) == {}


def reasons(pack: SpecPack, shop_map: CodeMap, read: Callable[[str], str]) -> dict[str, Reason]:
    known = frozenset(file.path for file in shop_map.files)
    with open_text_index(shop_map, read) as index:
        return ticket_reasons(pack, index, read, known)


def marked(read: Callable[[str], str], ticket: str) -> Callable[[str], str]:
    return lambda path: read(path) + (f"\n# TODO {ticket}: stack them here\n" if path == REPO else "")


def test_a_comment_with_the_ticket_is_a_reason_in_words(shop_map: CodeMap, read_shop: Callable[[str], str]) -> None:
    pack = saying("Ticket: SHOP-31\n\nAfter SHOP-7.")
    own = reasons(pack, shop_map, marked(read_shop, "SHOP-31"))
    other = reasons(pack, shop_map, marked(read_shop, "SHOP-7"))
    assert own[REPO].text.startswith("a comment there names the request's ticket SHOP-31 (line ")
    assert other[REPO].text.startswith("a comment there names a ticket of the pack SHOP-7")
    assert own.keys() == other.keys() == {REPO}
    assert own[REPO].weight > other[REPO].weight


def test_a_longer_ticket_is_another_one(shop_map: CodeMap, read_shop: Callable[[str], str]) -> None:
    assert reasons(saying("Ticket: SHOP-31"), shop_map, marked(read_shop, "SHOP-312")) == {}


def test_a_family_too_short_for_the_index_is_found_as_well(shop_map: CodeMap, read_shop: Callable[[str], str]) -> None:
    assert reasons(saying("Ticket: AB-31"), shop_map, marked(read_shop, "AB-31")).keys() == {REPO}


def place(found: tuple[Waypoint, ...], path: str) -> Waypoint:
    return next(w for w in found if w.path == path)


def test_the_file_with_the_ticket_rises_in_both_orders(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    ticket = PrdSection("Links", 2, Place("prd.md", 90), "Ticket: SHOP-31")
    pack = msgspec.structs.replace(stacking, sections=(*stacking.sections, ticket))
    before = place(rank_waypoints(pack, shop_map, read_shop), REPO)
    after = place(rank_waypoints(pack, shop_map, marked(read_shop, "SHOP-31")), REPO)
    assert after.rank < before.rank
    assert after.change > before.change
    assert "ticket" in {reason.kind for reason in after.reasons}


def test_a_name_that_is_ruled_out_is_not_named_by_the_pack(
    stacking: SpecPack, shop_map: CodeMap, read_shop: Callable[[str], str]
) -> None:
    mention = Mention("module", "ShopWeb.BasketLive", Place("prd.md", 91))
    out, asked = (
        rank_waypoints(
            msgspec.structs.replace(
                stacking,
                requirements=(),
                criteria=(),
                sections=(PrdSection("Checks", 2, Place("prd.md", 90), text),),
                mentions=(mention,),
            ),
            shop_map,
            read_shop,
            always=frozenset({LIVE}),
        )
        for text in ("- `ShopWeb.BasketLive`: not applicable.", "- `ShopWeb.BasketLive`: it shows them.")
    )
    assert "named" in {reason.kind for reason in place(asked, LIVE).reasons}
    kinds = {reason.kind for reason in place(out, LIVE).reasons}
    assert "ruled" in kinds
    assert "named" not in kinds
    assert place(out, LIVE).change < place(asked, LIVE).change
