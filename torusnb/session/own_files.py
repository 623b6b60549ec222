"""A team's own template, playbook and catalogue: given as files, remembered by content.

What a pack was given once holds until something else is given, so that an export or a notebook run on its own
works with the same template as the run before it. The content is kept, not the path: the trail replays elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from torusnb.drafting.playbook import load_playbook
from torusnb.errors import ParameterError
from torusnb.models.base import Value
from torusnb.models.design import FocusArea, Template
from torusnb.models.record import Settings
from torusnb.models.sources import Source
from torusnb.research.catalogue import load_catalogue
from torusnb.session.parameters import Parameters
from torusnb.spec.template import load_template
from torusnb.trail.store import Trail

SHIPPED = "shipped"
"""The parameter's value that goes back to the file that travels with torusnb."""

ValueType = TypeVar("ValueType")


class OwnFiles(Value, frozen=True):
    """The three in force; a field of `own` is true where the content is the team's."""

    template: Template
    playbook: tuple[FocusArea, ...]
    catalogue: tuple[Source, ...]
    own: tuple[bool, bool, bool]


def load_own_files(parameters: Parameters, trail: Path) -> OwnFiles:
    """The files given, else those remembered in the pack's trail, else the shipped ones.

    Raises:
        ParameterError: A file that was given is not there.
        TemplateError: One that does not hold together.
        TrailError: The trail is damaged.
    """
    template, playbook, catalogue = _recall(trail)
    chosen = (
        _choose(parameters.template, load_template, template),
        _choose(parameters.playbook, load_playbook, playbook),
        _choose(parameters.catalogue, load_catalogue, catalogue),
    )
    return OwnFiles(chosen[0][0], chosen[1][0], chosen[2][0], (chosen[0][1], chosen[1][1], chosen[2][1]))


def absolute(given: str) -> str:
    """The parameter's value for a process that runs in another folder."""
    return given if given in ("", SHIPPED) else str(Path(given).expanduser().resolve())


def _choose(given: str, load: Callable[[Path | None], ValueType], recalled: ValueType | None) -> tuple[ValueType, bool]:
    if given == SHIPPED:
        return load(None), False
    if not given:
        return (load(None), False) if recalled is None else (recalled, True)
    path = Path(given).expanduser()
    if not path.is_file():
        raise ParameterError("there is no such file; give the path of a file that exists, or leave it empty", path=path)
    return load(path), True


def _recall(path: Path) -> tuple[Template | None, tuple[FocusArea, ...] | None, tuple[Source, ...] | None]:
    if not path.is_file():
        return None, None, None
    with Trail.open(path, create=False) as trail:
        settings = trail.value(Settings, "settings") or Settings()
        return (
            trail.value(Template, "template", settings.template) if settings.template else None,
            trail.value(tuple[FocusArea, ...], "playbook", settings.playbook) if settings.playbook else None,
            trail.value(tuple[Source, ...], "catalogue", settings.catalogue) if settings.catalogue else None,
        )
