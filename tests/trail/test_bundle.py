"""Shared trails: what goes in, and what is refused when somebody else's is opened."""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import sqlite3
import zipfile
from pathlib import Path
from typing import Any

import pytest

from torusnb.errors import OutputError, TrailError
from torusnb.models.record import Decision
from torusnb.trail.bundle import METADATA_NAME, TRAIL_NAME, open_bundle, save_bundle
from torusnb.trail.store import Trail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack's output folder with a small trail."""
    folder = tmp_path / "pack"
    with Trail.open(folder / TRAIL_NAME, clock=lambda: "2026-01-01T00:00:00Z") as trail:
        trail.append("run", "begin A feature (docs/a)", key="docs/a")
    (folder / "fdd.md").write_text("# A feature\n")
    return folder


def _metadata(files: dict[str, bytes], head: tuple[object, object] = (1, "")) -> bytes:
    graph: list[dict[str, object]] = [
        {"@id": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()
    ]
    graph += [{"@id": "#records", "value": head[0]}, {"@id": "#head", "value": head[1]}]
    return json.dumps({"@graph": graph}).encode()


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


WALK = ("01_context.ipynb", "04_export.ipynb")


def _notebook(torus: Path, out: Path, name: str) -> dict[str, Any]:
    """An executed notebook that names its places wherever one can stand."""
    given = {"torus_root": str(torus), "out_dir": str(out), "pack": "a", "interactive": False}
    injected = "".join(f"{key} = {json.dumps(value)}\n" for key, value in given.items())
    shown = {"text/plain": [f"written to `{out}/pack/fdd.md`\n", f"and {Path.home()}/notes, not /usr/share"]}
    broken = str(out / "pack").replace("/", "/<wbr>").replace("_", "_<wbr>")
    return {
        "cells": [
            {"cell_type": "code", "metadata": {"tags": ["injected-parameters"]}, "source": injected, "outputs": []},
            {
                "cell_type": "code",
                "metadata": {},
                "source": [f'print("{torus}/lib/a.ex")'],
                "outputs": [
                    {"output_type": "display_data", "data": shown},
                    {"output_type": "display_data", "data": {"text/html": f"<td>{broken}/<wbr>x</td>"}},
                    {"output_type": "error", "traceback": [f'File "{torus}/mix.exs"', "https://a.test/lib/a"]},
                ],
            },
        ],
        "metadata": {
            "papermill": {
                "input_path": str(torus.parent / "notebooks" / name),
                "output_path": str(out / "pack" / "notebooks" / name),
                "parameters": given,
            }
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }


def _walked(folder: Path, tmp_path: Path) -> None:
    (folder / "notebooks").mkdir()
    for name in WALK:
        notebook = _notebook(tmp_path / "some_torus", tmp_path, name)
        (folder / "notebooks" / name).write_text(json.dumps(notebook), encoding="utf-8")


def test_a_bundle_holds_what_torusnb_made_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    _walked(folder, tmp_path)
    for name in ("private.txt", "private-notes.md", "notebooks/scratch.ipynb", "notebooks/notes.md"):
        (folder / name).write_text("not torusnb's")
    for name in ("research.md", "research.latest.md"):
        (folder / name).write_text("# Research\n")
    made = ("fdd.md", *(f"notebooks/{name}" for name in WALK), "research.latest.md", "research.md")
    assert save_bundle(folder, tmp_path / "t.zip", WALK) == (*made, METADATA_NAME, TRAIL_NAME)
    with open_bundle(tmp_path / "t.zip") as (trail, files):
        assert trail.verify() == 1
        assert tuple(sorted(files)) == made
        assert files["fdd.md"] == b"# A feature\n"


def test_no_shared_notebook_tells_where_it_ran(folder: Path, tmp_path: Path) -> None:
    _walked(folder, tmp_path)
    save_bundle(folder, tmp_path / "t.zip", WALK)
    with open_bundle(tmp_path / "t.zip") as (_, files):
        notebooks = [files[f"notebooks/{name}"].decode() for name in WALK]
    for text in notebooks:
        for place in (str(tmp_path), str(Path.home())):
            assert place not in text
            assert place not in text.replace("<wbr>", "")


def test_the_path_of_a_pack_outside_the_checkout_is_in_no_shared_document(tmp_path: Path) -> None:
    elsewhere, out = tmp_path / "a_person" / "bells", tmp_path / "out" / "pack"
    with Trail.open(out / TRAIL_NAME, clock=lambda: "2026-01-01T00:00:00Z") as trail:
        trail.append("run", f"begin Bells ({elsewhere})", key=str(elsewhere))
    (out / "research.md").write_text(f"- spec pack `{elsewhere}`\n")
    (out / "notebooks").mkdir()
    notebook = _notebook(tmp_path / "some_torus", tmp_path / "out", WALK[0])
    notebook["cells"][1]["outputs"] += [{"output_type": "stream", "text": [f"read {elsewhere}/prd.md"]}]
    (out / "notebooks" / WALK[0]).write_text(json.dumps(notebook))
    save_bundle(out, tmp_path / "t.zip", WALK)
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist() if name != TRAIL_NAME}
    assert len(texts) == 3
    for name, text in texts.items():
        assert "a_person" not in text, name
        assert "…/bells" in text, name
    with open_bundle(tmp_path / "t.zip") as (_, files):
        assert set(files) == texts.keys() - {METADATA_NAME}


def test_terms_that_stay_inside_are_in_no_shared_notebook(folder: Path, tmp_path: Path) -> None:
    _walked(folder, tmp_path)
    file = folder / "notebooks" / WALK[0]
    notebook = json.loads(file.read_text())
    notebook["cells"][0]["source"] += 'keep_inside = "project tidepool"\ntoday = ""\n'
    notebook["metadata"]["papermill"]["parameters"]["keep_inside"] = "project tidepool"
    file.write_text(json.dumps(notebook))
    save_bundle(folder, tmp_path / "t.zip", WALK)
    with open_bundle(tmp_path / "t.zip") as (_, files):
        shared = files[f"notebooks/{WALK[0]}"].decode()
    assert "tidepool" not in shared
    assert 'keep_inside = \\"\\"\\ntoday' in shared


def test_a_secret_in_the_archive_of_pages_is_not_shared(folder: Path, tmp_path: Path) -> None:
    key = "sk-ant-" + "a1B2" * 8
    (folder / "research.warc.gz").write_bytes(gzip.compress(b"WARC/1.1\r\n") + gzip.compress(key.encode()))
    with pytest.raises(TrailError, match=r"research\.warc\.gz \(an Anthropic key\)"):
        save_bundle(folder, tmp_path / "t.zip", WALK)


def test_a_shared_notebook_says_the_same_with_shorter_places(folder: Path, tmp_path: Path) -> None:
    _walked(folder, tmp_path)
    save_bundle(folder, tmp_path / "t.zip", WALK)
    with open_bundle(tmp_path / "t.zip") as (_, files):
        notebook = json.loads(files[f"notebooks/{WALK[1]}"])
    assert notebook["metadata"]["papermill"] == {
        "input_path": WALK[1],
        "output_path": WALK[1],
        "parameters": {"torus_root": "some_torus", "out_dir": tmp_path.name, "pack": "a", "interactive": False},
    }
    injected, shown = notebook["cells"]
    assert injected["source"].splitlines()[:2] == ['torus_root = "some_torus"', f'out_dir = "{tmp_path.name}"']
    assert shown["source"] == ['print("…/some_torus/lib/a.ex")']
    plain, table, error = shown["outputs"]
    assert plain["data"]["text/plain"] == ["written to `…/pack/fdd.md`\n", "and ~/notes, not /usr/share"]
    assert table["data"]["text/html"] == "<td>…/pack/<wbr>x</td>"
    assert error["traceback"] == ['File "…/some_torus/mix.exs"', "https://a.test/lib/a"]


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"cells": 3, "metadata": {}}', '{"cells": [], "metadata": []}'])
def test_a_notebook_that_is_none_is_named_and_nothing_is_shared(folder: Path, tmp_path: Path, content: str) -> None:
    (folder / "notebooks").mkdir()
    (folder / "notebooks" / WALK[0]).write_text(content)
    with pytest.raises(TrailError, match=WALK[0]):
        save_bundle(folder, tmp_path / "t.zip", WALK)
    assert not (tmp_path / "t.zip").exists()


TOKEN = "ghp_" + "aB3d" * 9


def _in_document(folder: Path) -> None:
    (folder / "fdd.md").write_text(f"# A feature\n\nThe token is {TOKEN}.\n")


def _in_notebook(folder: Path) -> None:
    path = folder / "notebooks" / WALK[0]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    notebook["cells"][1]["outputs"].append({"output_type": "stream", "text": [f"token:\n{TOKEN}\n"]})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def _in_record(folder: Path) -> None:
    with Trail.open(folder / TRAIL_NAME) as trail:
        trail.append("decision", "edit", key="8", value=Decision("section", "8", "edit", f"Use\n{TOKEN}\nthere"))


def _in_summary(folder: Path) -> None:
    with Trail.open(folder / TRAIL_NAME) as trail:
        trail.append("query", f"catalogue: {TOKEN}")


def _in_snapshot(folder: Path) -> None:
    with Trail.open(folder / TRAIL_NAME) as trail:
        sha256 = trail.put_snapshot(f"a page with {TOKEN}".encode())
        trail.append("research", "one", value={"sources": [{"key": "src:page", "sha256": sha256}]})


@pytest.mark.parametrize(
    ("spoil", "where"),
    [
        (_in_document, "fdd.md"),
        (_in_notebook, f"notebooks/{WALK[0]}"),
        (_in_record, "record 2, decision"),
        (_in_summary, "record 2, query"),
        (_in_snapshot, "the captured bytes of src:page"),
    ],
)
def test_what_looks_like_a_secret_is_not_shared_unless_asked_for(
    folder: Path, tmp_path: Path, spoil: Any, where: str
) -> None:
    _walked(folder, tmp_path)
    spoil(folder)
    with pytest.raises(TrailError) as caught:
        save_bundle(folder, tmp_path / "t.zip", WALK)
    assert f"{where} (a GitHub token)" in str(caught.value)
    assert "--even-with-secrets" in str(caught.value)
    assert TOKEN not in str(caught.value)
    assert not (tmp_path / "t.zip").exists()
    assert "fdd.md" in save_bundle(folder, tmp_path / "t.zip", WALK, allow_secrets=True)


def test_a_trail_that_lost_its_last_records_after_it_was_shared_is_refused(folder: Path, tmp_path: Path) -> None:
    with Trail.open(folder / TRAIL_NAME) as trail:
        trail.append("run", "the last one")
        head = trail.head()
    save_bundle(folder, tmp_path / "t.zip")
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        metadata = json.loads(archive.read(METADATA_NAME))
        (tmp_path / "cut.sqlite3").write_bytes(archive.read(TRAIL_NAME))
    entities = {entity["@id"]: entity for entity in metadata["@graph"]}
    stated = [entities[part["@id"]]["value"] for part in entities[TRAIL_NAME]["additionalProperty"]]
    assert tuple(stated) == head
    connection = sqlite3.connect(tmp_path / "cut.sqlite3")
    connection.executescript("DROP TRIGGER events_last; DELETE FROM events WHERE seq = 2;")
    connection.close()
    cut = {TRAIL_NAME: (tmp_path / "cut.sqlite3").read_bytes()}
    shared = _zip(tmp_path / "s.zip", {**cut, METADATA_NAME: _metadata(cut, head)})
    with pytest.raises(TrailError, match="not those that were shared"), open_bundle(shared):
        pass


def test_the_metadata_is_an_ro_crate_that_names_every_file_with_its_hash(folder: Path, tmp_path: Path) -> None:
    save_bundle(folder, tmp_path / "t.zip")
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        metadata = json.loads(archive.read(METADATA_NAME))
        hashes = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in ("fdd.md", TRAIL_NAME)}
    entities = {entity["@id"]: entity for entity in metadata["@graph"]}
    assert entities[METADATA_NAME]["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert {part["@id"] for part in entities["./"]["hasPart"]} == {"fdd.md", TRAIL_NAME}
    assert {name: entities[name]["sha256"] for name in hashes} == hashes
    assert entities["./"]["datePublished"] == "2026-01-01T00:00:00Z"


def test_a_bare_trail_opens_too(folder: Path) -> None:
    with open_bundle(folder / TRAIL_NAME) as (trail, files):
        assert trail.verify() == 1
        assert files == {}


def test_a_damaged_trail_is_told_by_the_name_it_was_given(folder: Path, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.sqlite3"
    damaged.write_bytes(b"SQLite format 3\0" + b"x" * 5000)
    with pytest.raises(TrailError) as caught, open_bundle(damaged):
        pass
    assert caught.value.path == str(damaged)


def test_opening_a_bundle_leaves_the_shared_file_as_it_was(folder: Path) -> None:
    before = (folder / TRAIL_NAME).read_bytes()
    with open_bundle(folder / TRAIL_NAME) as (trail, _):
        trail.append("run", "in the copy only")
    assert (folder / TRAIL_NAME).read_bytes() == before


@pytest.mark.parametrize(
    ("members", "words"),
    [
        ({"readme.txt": b"hello"}, "no ro-crate-metadata.json"),
        ({METADATA_NAME: b"not json"}, "cannot be read"),
        ({METADATA_NAME: b"[" * 100_000}, "cannot be read"),
        ({METADATA_NAME: b'{"@graph": 3}'}, "cannot be read"),
        ({METADATA_NAME: _metadata({"fdd.md": b"x"}), "fdd.md": b"x"}, "lists no trail.sqlite3"),
        ({METADATA_NAME: _metadata({TRAIL_NAME: b"x"})}, "lacks trail.sqlite3"),
        ({METADATA_NAME: _metadata({TRAIL_NAME: b"x"}), TRAIL_NAME: b"y"}, "its hash differs"),
        ({METADATA_NAME: _metadata({TRAIL_NAME: b"x"}), TRAIL_NAME: b"x"}, "no trail"),
        ({METADATA_NAME: b'{"@graph": [{"@id": "trail.sqlite3", "sha256": ""}]}'}, "does not state the trail's last"),
    ],
)
def test_a_foreign_or_forged_zip_is_refused(tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    with pytest.raises(TrailError, match=words), open_bundle(_zip(tmp_path / "t.zip", members)):
        pass


@pytest.mark.parametrize("name", ["../escaped.md", "/tmp/torusnb-escaped.md", "notebooks/../../escaped.md"])
def test_a_name_in_an_archive_never_becomes_a_path_on_this_disk(folder: Path, tmp_path: Path, name: str) -> None:
    trail = (folder / TRAIL_NAME).read_bytes()
    members = {TRAIL_NAME: trail, name: b"mine now"}
    with Trail.open(folder / TRAIL_NAME) as opened:
        head = opened.head()
    shared = _zip(tmp_path / "t.zip", {**members, METADATA_NAME: _metadata(members, head)})
    before = sorted(tmp_path.rglob("*"))
    with open_bundle(shared) as (_, files):
        assert files == {name: b"mine now"}
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/torusnb-escaped.md").exists()


def test_a_member_that_unpacks_to_more_than_a_bundle_may_hold_is_refused(tmp_path: Path) -> None:
    bomb = b"\0" * 50_000
    shared = _zip(tmp_path / "t.zip", {TRAIL_NAME: bomb, METADATA_NAME: _metadata({TRAIL_NAME: bomb})})
    with (
        pytest.raises(TrailError, match="more than a bundle may hold"),
        open_bundle(shared, largest_member=10_000),
    ):
        pass


def test_a_bundle_that_declares_too_much_is_not_opened(tmp_path: Path) -> None:
    shared = _zip(tmp_path / "t.zip", {"big": b"\0" * 50_000})
    with pytest.raises(TrailError, match="larger than a bundle may be"), open_bundle(shared, most_bytes=10_000):
        pass


def test_too_many_members_are_refused(tmp_path: Path) -> None:
    shared = _zip(tmp_path / "t.zip", {f"{n}.md": b"" for n in range(300)})
    with pytest.raises(TrailError, match="larger than a bundle may be"), open_bundle(shared):
        pass


@pytest.mark.parametrize("cut", [10, 200, -30])
def test_a_bundle_that_was_cut_off_is_refused(folder: Path, tmp_path: Path, cut: int) -> None:
    save_bundle(folder, tmp_path / "t.zip")
    whole = (tmp_path / "t.zip").read_bytes()
    (tmp_path / "t.zip").write_bytes(whole[:cut])
    with pytest.raises(TrailError), open_bundle(tmp_path / "t.zip"):
        pass


@pytest.mark.parametrize("seed", range(4))
def test_any_flipped_byte_is_seen_or_harmless(folder: Path, tmp_path: Path, seed: int) -> None:
    save_bundle(folder, tmp_path / "t.zip")
    whole = (tmp_path / "t.zip").read_bytes()
    with open_bundle(tmp_path / "t.zip") as (trail, files):
        truth = ([event.digest for event in trail.events()], files)
    chance = random.Random(seed)
    directory = whole.index(b"PK\x01\x02")
    # Headers and the directory at the end are short beside the data, and where most goes wrong.
    positions = [chance.randrange(len(whole)) for _ in range(60)]
    positions += [chance.randrange(40) for _ in range(20)] + [
        chance.randrange(directory, len(whole)) for _ in range(60)
    ]
    for position in positions:
        spoilt = bytearray(whole)
        spoilt[position] ^= chance.randrange(1, 256)
        (tmp_path / "s.zip").write_bytes(spoilt)
        try:
            with open_bundle(tmp_path / "s.zip") as (trail, files):
                assert ([event.digest for event in trail.events()], files) == truth
        except TrailError:
            continue


@pytest.mark.parametrize(("offset", "value"), [(6, 0xFF), (8, 0x01), (8, 0x20), (10, 0x63)])
def test_a_zip_of_a_kind_that_cannot_be_read_is_a_trail_error(
    folder: Path, tmp_path: Path, offset: int, value: int
) -> None:
    """Version, encryption, patched data and compression, as the zip's directory states them."""
    save_bundle(folder, tmp_path / "t.zip")
    spoilt = bytearray((tmp_path / "t.zip").read_bytes())
    spoilt[spoilt.index(b"PK\x01\x02") + offset] = value
    (tmp_path / "s.zip").write_bytes(spoilt)
    with pytest.raises(TrailError), open_bundle(tmp_path / "s.zip"):
        pass


@pytest.mark.parametrize("seed", range(4))
def test_any_flipped_byte_of_a_trail_is_a_trail_error_or_harmless(folder: Path, tmp_path: Path, seed: int) -> None:
    _in_snapshot(folder)
    with Trail.open(folder / TRAIL_NAME) as trail:
        truth = list(trail.events())
    whole = (folder / TRAIL_NAME).read_bytes()
    chance = random.Random(seed)
    filled = [position for position, byte in enumerate(whole) if byte]
    for position in chance.sample(filled, 120):
        spoilt = bytearray(whole)
        spoilt[position] ^= chance.randrange(1, 256)
        (tmp_path / "s.sqlite3").write_bytes(spoilt)
        try:
            with open_bundle(tmp_path / "s.sqlite3") as (trail, _):
                trail.verify()
                assert list(trail.events()) == truth
        except TrailError:
            continue


def test_nothing_is_left_when_the_zip_cannot_be_written(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    with pytest.raises(OutputError):
        save_bundle(folder, tmp_path / "in-the-way" / "t.zip")
    (tmp_path / "taken.zip").mkdir()
    with pytest.raises(OutputError):
        save_bundle(folder, tmp_path / "taken.zip")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in-the-way", "pack", "taken.zip"]
