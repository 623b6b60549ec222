"""The beginning of a pack's trail: whose it is, the pack as read, and the files in force."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from torusnb.errors import InputError, OutputError
from torusnb.models.record import Settings
from torusnb.session.outside import REPLAY
from torusnb.trail.store import Trail

if TYPE_CHECKING:
    from torusnb.session.session import Session


def check_beginning(session: Session) -> None:
    """Raises what would keep a session from beginning in its output folder; nothing is written.

    Raises:
        TorusnbError: The folder or the trail in it is unusable or another pack's, or there is nothing to replay.
    """
    replays = REPLAY in session.parameters.provider_names()
    check_place(session.outputs.folder)
    if session.outputs.trail.is_file():
        with Trail.open(session.outputs.trail, create=False) as session.trail:
            check_owner(session)
            if replays:
                _ = session.providers
    elif replays:
        raise session.outside.nothing_to_replay()


def check_place(folder: Path) -> None:
    """Nothing, where the folder can be written or made, as far as that can be told without writing.

    Raises:
        OutputError: What is there of its path is a file, or a folder that takes nothing from this person, or lies where
            nobody may look.
    """
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists())
    except OSError as error:
        raise OutputError(f"{error.strerror}; choose another output folder", path=folder) from error
    if not there.is_dir():
        raise OutputError(f"{there} is a file; choose another output folder", path=folder)
    if not os.access(there, os.W_OK | os.X_OK):
        raise OutputError(f"nothing may be written in {there}; choose another output folder", path=folder)


def check_owner(session: Session) -> bool:
    """Whether the session's trail has begun.

    Raises:
        InputError: It belongs to another pack.
    """
    first = next(session.trail.events("run"), None)
    if first is not None and first.key != session.pack.directory:
        raise InputError(
            f"this folder belongs to the pack {first.key}; choose another output folder for {session.pack.directory}",
            path=session.outputs.folder,
        )
    return first is not None


def begin_trail(session: Session) -> None:
    """Record the pack and the files in force, each once.

    Raises:
        InputError: The trail belongs to another pack.
    """
    pack = session.pack
    if not check_owner(session):
        session.trail.append("run", f"begin {pack.title} ({pack.directory})", key=pack.directory)
    session.key_of("pack", pack)
    template, playbook = session.key_of("template", session.template), session.key_of("playbook", session.playbook)
    own = session.files.own
    settings = Settings(
        template if own[0] else "",
        playbook if own[1] else "",
        session.key_of("catalogue", session.catalogue) if own[2] else "",
    )
    if settings != (session.trail.value(Settings, "settings") or Settings()):
        session.record("settings", "a team's own files" if any(own) else "the shipped files", settings, "")
