"""Probes: the questions that research knows to ask, and what makes a feature need one."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import msgspec
import yaml

from torusnb.errors import TemplateError
from torusnb.models.base import Value
from torusnb.resources import data_path


class Probe(Value, frozen=True, forbid_unknown_fields=True):
    """A question's form; data/questions.yml describes the fields."""

    id: str
    focus: str
    ask: str
    words: tuple[str, ...]
    terms: tuple[str, ...]
    also: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    always: bool = False
    traps: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_probes() -> tuple[Probe, ...]:
    """The probes that travel with torusnb, in the file's order."""
    path = data_path("questions.yml")
    return parse_probes(path.read_text(encoding="utf-8"), path)


def parse_probes(text: str, path: Path) -> tuple[Probe, ...]:
    """The probes of a file's text.

    Raises:
        TemplateError: Broken YAML, a field missing, unknown or ill-typed, or an id given twice.
    """
    try:
        probes = msgspec.convert(yaml.safe_load(text), tuple[Probe, ...])
    except (yaml.YAMLError, msgspec.ValidationError) as error:
        raise TemplateError(
            f"the research questions do not hold together ({error}); mend the entry", path=path
        ) from error
    ids = [probe.id for probe in probes]
    twice = sorted({name for name in ids if ids.count(name) > 1})
    if twice:
        raise TemplateError(f"the research question `{twice[0]}` is there twice; rename one", path=path)
    return probes
