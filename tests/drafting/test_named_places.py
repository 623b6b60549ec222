"""Where the pack itself points: by name, path, the end of a path, or a test; what is left open else."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from tests.drafting.garden_feature import PACK, at, criterion, evidence, function, outline, requirement
from tests.drafting.test_hosting import changed, context, drafted
from tests.drafting.test_journey import WAY
from torusnb.drafting.offline.hosting import find_grounds
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.matching import Matcher
from torusnb.drafting.offline.named_places import find_named_places
from torusnb.models.design import EvidencePack
from torusnb.models.modules import Module
from torusnb.models.requirements import Mention, PrdSection, Statement

PACKETS = Module(
    "Garden.SeedPackets",
    "lib/garden/store/seed_packets.ex",
    1,
    60,
    functions=(function("count_packets", 1, 10), function("weigh", 2, 20)),
)
LABELS = Module("Garden.Print.Labels", "lib/garden/print/labels.ex", 1, 60, functions=(function("lay_out", 1, 10),))
SOWING = "Sow the seeds of a row at the depth that their packet gives."


def packed(*mentions: Mention, text: str = SOWING, **fields: Any) -> EvidencePack:
    pack = changed(requirement(4, text, 23), mentions=mentions, **fields)
    return evidence(pack, context((PACKETS, "context"), (LABELS, "context")))


def note(text: str) -> dict[str, Any]:
    return {"integration_notes": (Statement(text, at(70)),)}


@pytest.mark.parametrize(
    ("span", "text", "found"),
    [
        ("print/labels", "The layout of labels (`print/labels`).", ["Garden.Print.Labels"]),
        ("seed_packets", "Weighing of seeds (`seed_packets` pipeline).", ["Garden.SeedPackets"]),
        ("seed_packets", "Each row has `seed_packets` and a title.", []),
        ("labels", "The `labels` module.", []),
        ("lib/garden/print/labels.ex", "As in `lib/garden/print/labels.ex`.", ["Garden.Print.Labels"]),
        ("test/garden/seed_packets_test.exs", "Proved by `test/garden/seed_packets_test.exs`.", ["Garden.SeedPackets"]),
        ("Garden.Print.Labels", "`Garden.Print.Labels` prints.", ["Garden.Print.Labels"]),
    ],
)
def test_a_pack_points_at_modules_by_name_by_path_by_its_end_and_by_a_test(
    span: str, text: str, found: list[str]
) -> None:
    assert list(find_named_places(packed(Mention("identifier", span, at(70)), **note(text)))) == found


@pytest.mark.parametrize("title", ["16. QA Plan", "Non-Goals", "Test plan"])
def test_a_name_below_checks_or_non_goals_places_nothing(title: str) -> None:
    said = Mention("module", "Garden.Print.Labels", at(71))
    asides = packed(said, sections=(PrdSection(title, 2, at(69), "- Labels"),))
    assert find_named_places(asides) == {}
    assert "Garden.Print.Labels" not in find_grounds(asides).named


def test_the_label_of_an_input_is_no_module_of_that_name() -> None:
    pack = packed(Mention("identifier", "Labels", at(70)), **note("`Labels` is the text input."))
    assert "Garden.Print.Labels" not in find_grounds(pack).named


def test_a_test_that_proves_a_criterion_places_its_requirement_in_the_module_it_mirrors() -> None:
    proved = msgspec.structs.replace(
        criterion(9, "Given a row, when it is sown, then seeds lie deep.", 39, "FR-004"),
        proofs=("test/garden/seed_packets_test.exs",),
    )
    pack = packed(criteria=(*PACK.criteria, proved))
    asked = next(r for r in pack.pack.requirements if r.id == "FR-004")
    assert [match.module.name for match in Matcher(pack).matches(asked)][:1] == ["Garden.SeedPackets"]
    assert "none of its functions goes by such a name; one is added or the nearest one extended" in drafted(pack)["4.1"]


LONELY = (
    requirement(1, "Calculate the frost risk of a terrace from its slope.", 20),
    requirement(2, "Validate the slope of a terrace and reject a negative one.", 21),
)


def lonely(*mentions: Mention, **fields: Any) -> EvidencePack:
    pack = msgspec.structs.replace(
        PACK, slug="terrace_frost", title="Terrace frost", requirements=LONELY, criteria=(), mentions=mentions, **fields
    )
    return evidence(pack, context((PACKETS, "context"), (LABELS, "context")))


def test_no_module_is_invented_where_only_likeness_of_words_gives_a_namespace() -> None:
    texts = drafted(lonely())
    assert "TerraceFrost" not in "".join(texts.values())
    assert "no module is chosen for its code yet" in texts["4.1"]
    assert "no home found" not in "".join(texts.values())


def test_new_code_is_left_beside_what_the_pack_names() -> None:
    text = "The terrace slope comes in by `print/labels`."
    pack = lonely(Mention("identifier", "print/labels", at(70)), **note(text))
    said = drafted(pack)
    assert "`Garden.Print.Labels`" in said["3"] + said["4"]
    assert "Garden.SeedPackets" not in said["1"]


def test_a_way_of_today_that_meets_nothing_the_pack_points_at_is_not_told() -> None:
    said = Mention("module", "Garden.Print.Labels", at(71))
    code = msgspec.structs.replace(WAY.code, files=(*WAY.code.files, outline(LABELS)))
    near = msgspec.structs.replace(WAY, code=code)

    def ways(*mentions: Mention) -> int:
        ledger = Ledger(evidence(msgspec.structs.replace(PACK, mentions=mentions), near))
        assert ledger.tracer.find(2)
        ledger.plan = msgspec.structs.replace(ledger.plan, components=())
        return len(ledger.ways)

    assert ways() > 0
    assert ways(said) == 0
    assert ways(Mention("module", "Garden.Beds", at(71))) > 0
