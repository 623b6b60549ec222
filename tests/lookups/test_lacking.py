"""What the checkout does not have is told by its reason, and an answer says nothing twice."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.lookups.conftest import open_at
from torusnb.context.inquiry.answers import OUTSIDE, Answer
from torusnb.lookups.lookups import CheckoutLookups
from torusnb.lookups.sheet import REST
from torusnb.lookups.structure import list_foreign
from torusnb.models.base import Place


@pytest.fixture(scope="module")
def bare(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> CheckoutLookups:
    """The miniature Torus without the browser's code, with empty tests, and with long files."""
    root = tmp_path_factory.mktemp("bare") / "torus"
    shutil.copytree(sample_root, root, symlinks=True)
    shutil.rmtree(root / "assets")
    for test in (root / "test").rglob("*.ex*"):
        test.write_text("")
    lines = [f"<p id={number}>{'a word ' * 8}</p>\n" for number in range(400)]
    (root / "lib" / "mini_web" / "long.html.heex").write_text("".join(lines))
    (root / "lib" / "mini" / "hollow.ex").write_text("")
    return open_at(root)


def _ask(lookups: CheckoutLookups, name: str, **arguments: object) -> str:
    return lookups.answer(name, dict(arguments)).text


@pytest.mark.parametrize("what", ["assets/src/hooks/drag.ts", "assets/src/hooks/drag.ts:1-20", "assets/"])
def test_a_path_in_a_folder_that_is_not_there_says_so(what: str, bare: CheckoutLookups) -> None:
    assert _ask(bare, "show", what=what).endswith("cannot be shown: the checkout as it was read has no assets/ at all")


def test_a_wrong_path_in_a_folder_that_is_there_is_answered_with_near_ones(bare: CheckoutLookups) -> None:
    assert "near it: lib/" in _ask(bare, "show", what="lib/mini/gradez.ex")


def test_an_empty_file_is_told_to_be_empty_and_its_like_with_it(bare: CheckoutLookups) -> None:
    text = _ask(bare, "show", what="test/mini/delivery/settings_test.exs")
    assert re.search(r"settings_test\.exs is empty in this checkout, and so are all \d+ \*\.exs files in test/", text)
    text = _ask(bare, "show", what="lib/mini/hollow.ex")
    assert text == "# lib/mini/hollow.ex is empty in this checkout"


def test_a_text_below_a_folder_of_empty_files_is_no_fact_about_the_code(bare: CheckoutLookups) -> None:
    assert re.search(
        r"all \d+ files of code there are empty in this checkout", _ask(bare, "text", text="seat", under="test/")
    )
    assert "are empty" not in _ask(bare, "text", text="nowhere_at_all", under="lib/")


def test_names_of_the_browser_s_code_are_said_to_be_nowhere(bare: CheckoutLookups) -> None:
    text = _ask(bare, "find", query="SettingsPanel DragHandle")
    assert text.startswith("# no definition of SettingsPanel, DragHandle, and nothing holds them; the checkout as it")
    assert "has no assets/ at all" in text
    assert "code:" not in text


def test_the_other_words_beside_an_unknown_name_lead_to_a_few_files(bare: CheckoutLookups) -> None:
    text = _ask(bare, "find", query="settings of late work SettingsPanel")
    assert "no definition of SettingsPanel, and nothing holds them" in text
    assert "the best 3:" in text


def test_of_a_name_without_a_definition_it_is_told_that_lines_hold_it(sample_torus: Path) -> None:
    (sample_torus / "lib" / "mini" / "tracked.ex").write_text("defmodule Mini.Tracked do\n  # TrackKit sees it\nend\n")
    text = _ask(open_at(sample_torus), "find", query="late work TrackKit")
    assert "# no definition of TrackKit; 1 line in 1 file hold it, which `text` shows" in text
    assert "the best 8:" in text


def test_a_range_that_is_nearly_at_its_end_is_shown_to_its_end(bare: CheckoutLookups) -> None:
    path = "lib/mini_web/long.html.heex"
    cut = _ask(bare, "show", what=f"{path}:1-400")
    match = re.search(r"the rest from line (\d+): show", cut)
    assert match is not None
    first = int(match[1])
    whole = _ask(bare, "show", what=f"{path}:1-{first + REST // 2}")
    assert "the rest from line" not in whole
    assert f"code:{path}:{first + REST // 2} |" in whole
    assert f"the rest from line {first}:" in _ask(bare, "show", what=f"{path}:1-{first + REST}")


def test_several_things_of_which_each_goes_on_to_its_end_stay_within_an_answer(bare: CheckoutLookups) -> None:
    path = "lib/mini_web/long.html.heex"
    text = _ask(bare, "show", what=f"{path}:1-70; {path}:71-140; {path}:141-210; {path}:211-280; {path}:281-350")
    assert "left out" not in text
    assert text.count("the rest from line") <= 5
    assert f"code:{path}:281 |" in text


def test_how_a_table_is_keyed_is_told_once_in_an_answer(sample_root: Path) -> None:
    lookups = open_at(sample_root)
    what = "Mini.Delivery.Settings.effective/3"
    assert _ask(lookups, "show", what=f"{what}; Mini.Delivery.Settings.effective").count("# learner_exceptions: ") == 1


def test_calls_outside_the_checkout_are_one_line_without_the_language_s_basics() -> None:
    rows = [
        Answer(what, Place("lib/a.ex", line), "", f"calls, {OUTSIDE}")
        for what, line in (
            ("Map.get/2", 3),
            ("Wire.send/1", 4),
            ("Wire.send/1", 9),
            ("Enum.map/2", 9),
            ("Ink.dry/0", 10),
        )
    ]
    assert list_foreign(rows) == ("Wire.send/1 4, 9", "Ink.dry/0 10")


def test_what_a_function_calls_of_the_checkout_comes_before_what_of_libraries(sample_torus: Path) -> None:
    body = "    x = Map.get(%{}, :a)\n    Wire.send(x)\n    Mini.Wired.other(x)\n    Wire.send(x)\n"
    text = f"defmodule Mini.Wired do\n  def go do\n{body}  end\n  def other(x), do: x\nend\n"
    (sample_torus / "lib" / "mini" / "wired.ex").write_text(text)
    told = _ask(open_at(sample_torus), "callees", function="Mini.Wired.go/0")
    assert "1 of the checkout's own" in told
    assert told.count("code:") == 1
    assert told.endswith("# outside the checkout, with their lines: Wire.send/1 4, 6")
