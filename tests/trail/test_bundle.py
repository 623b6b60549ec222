"""Shared trails: what goes in, and what is refused when somebody else's is opened."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from torusnb.errors import OutputError, TrailError
from torusnb.trail.bundle import METADATA_NAME, TRAIL_NAME, open_bundle, save_bundle
from torusnb.trail.store import Trail


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pack's output folder with a small trail."""
    folder = tmp_path / "pack"
    with Trail.open(folder / TRAIL_NAME, clock=lambda: "2026-01-01T00:00:00Z") as trail:
        trail.append("run", "begin A feature (docs/a)", key="docs/a")
    (folder / "fdd.md").write_text("# A feature\n")
    (folder / "private.txt").write_text("not torusnb's")
    return folder


def _metadata(files: dict[str, bytes]) -> bytes:
    graph = [{"@id": name, "sha256": hashlib.sha256(data).hexdigest()} for name, data in files.items()]
    return json.dumps({"@graph": graph}).encode()


def _zip(path: Path, members: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return path


def test_a_bundle_holds_what_torusnb_made_and_nothing_else(folder: Path, tmp_path: Path) -> None:
    assert save_bundle(folder, tmp_path / "t.zip") == ("fdd.md", METADATA_NAME, TRAIL_NAME)
    with open_bundle(tmp_path / "t.zip") as (trail, files):
        assert trail.verify() == 1
        assert files == {"fdd.md": b"# A feature\n"}


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
    ],
)
def test_a_foreign_or_forged_zip_is_refused(tmp_path: Path, members: dict[str, bytes], words: str) -> None:
    with pytest.raises(TrailError, match=words), open_bundle(_zip(tmp_path / "t.zip", members)):
        pass


@pytest.mark.parametrize("name", ["../escaped.md", "/tmp/torusnb-escaped.md", "notebooks/../../escaped.md"])
def test_a_name_in_an_archive_never_becomes_a_path_on_this_disk(folder: Path, tmp_path: Path, name: str) -> None:
    trail = (folder / TRAIL_NAME).read_bytes()
    members = {TRAIL_NAME: trail, name: b"mine now"}
    shared = _zip(tmp_path / "t.zip", {**members, METADATA_NAME: _metadata(members)})
    before = sorted(tmp_path.rglob("*"))
    with open_bundle(shared) as (_, files):
        assert files == {name: b"mine now"}
    assert sorted(tmp_path.rglob("*")) == before
    assert not Path("/tmp/torusnb-escaped.md").exists()


def test_a_member_that_unpacks_to_more_than_a_bundle_may_hold_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torusnb.trail.bundle.LARGEST_RECORD", 10_000)
    bomb = b"\0" * 50_000
    shared = _zip(tmp_path / "t.zip", {TRAIL_NAME: bomb, METADATA_NAME: _metadata({TRAIL_NAME: bomb})})
    with pytest.raises(TrailError, match="more than a bundle may hold"), open_bundle(shared):
        pass


def test_a_bundle_that_declares_too_much_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("torusnb.trail.bundle.MOST_BYTES", 10_000)
    shared = _zip(tmp_path / "t.zip", {"big": b"\0" * 50_000})
    with pytest.raises(TrailError, match="larger than a bundle may be"), open_bundle(shared):
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


def test_any_flipped_byte_is_seen_or_harmless(folder: Path, tmp_path: Path) -> None:
    save_bundle(folder, tmp_path / "t.zip")
    whole = bytearray((tmp_path / "t.zip").read_bytes())
    with open_bundle(tmp_path / "t.zip") as (trail, files):
        truth = ([event.digest for event in trail.events()], files)
    for position in range(0, len(whole), 61):
        spoilt = bytearray(whole)
        spoilt[position] ^= 0x20
        (tmp_path / "s.zip").write_bytes(spoilt)
        try:
            with open_bundle(tmp_path / "s.zip") as (trail, files):
                assert ([event.digest for event in trail.events()], files) == truth
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
