"""Arguments as a model gives them, held against a tool's JSON schema."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torusnb.lookups.cleaning import clean_text
from torusnb.models.messages import Json, LookupTool

Arguments = dict[str, str | int]
"""Checked arguments by name; texts are cleaned and stripped, and what was not given is not there."""


def check_arguments(tool: LookupTool, given: object) -> tuple[Arguments, str]:
    """The arguments, and what is wrong with them in a sentence; that is empty when they will do.

    Of JSON Schema it knows what the tools use: `string` with `enum`, `minLength` and `maxLength`, `integer` with
    `minimum` and `maximum`, `required`; a name that the schema does not list is wrong, unless it must be the one that
    is missing.
    """
    if not isinstance(given, dict):
        return {}, "the arguments must be a JSON object"
    properties: dict[str, Json] = tool.parameters["properties"]
    given = _rename(given, properties, tool.parameters.get("required", ()))
    unknown = sorted(shown for name in given if (shown := clean_text(str(name))[:40]) not in properties)
    if unknown:
        known = ", ".join(properties) or "no arguments"
        return {}, f"there is no argument {unknown[0]!r}; it takes {known}"
    found: Arguments = {}
    for name, schema in properties.items():
        value = given.get(name)
        if value is None:
            continue
        checked = _CHECKS[schema["type"]](name, schema, value)
        if isinstance(checked, _Wrong):
            return {}, str(checked)
        if checked != "":
            found[name] = checked
    missing = [name for name in tool.parameters.get("required", ()) if name not in found]
    if missing:
        return {}, f"the argument {missing[0]!r} is missing: {properties[missing[0]]['description']}"
    return found, ""


def _rename(given: Json, properties: Json, required: Sequence[str]) -> Json:
    """The arguments, with the one that must be given under its name where it came under another.

    Models say `name` where a tool says `table`; an answer that only corrects them costs a look-up.
    """
    missing = [name for name in required if name not in given]
    foreign = [name for name in given if name not in properties]
    if len(missing) != 1 or len(foreign) != 1 or not isinstance(given[foreign[0]], str):
        return given
    return {missing[0] if name == foreign[0] else name: value for name, value in given.items()}


class _Wrong(str):
    """A sentence that says what is wrong."""

    __slots__ = ()


def _check_text(name: str, schema: Json, value: object) -> str | _Wrong:
    if not isinstance(value, str):
        return _Wrong(f"{name!r} must be a string")
    text = clean_text(value).strip()
    if len(text) > schema["maxLength"]:
        return _Wrong(f"{name!r} has {len(text)} characters; at most {schema['maxLength']} will do")
    if len(text) < schema.get("minLength", 0):
        return _Wrong(f"{name!r} needs at least {schema['minLength']} characters")
    choices = schema.get("enum")
    if choices is not None and text not in choices:
        return _Wrong(f"{name!r} must be one of {', '.join(choices)}")
    return text


def _check_number(name: str, schema: Json, value: object) -> int | _Wrong:
    if not isinstance(value, int) or isinstance(value, bool):
        return _Wrong(f"{name!r} must be a whole number")
    if not schema["minimum"] <= value <= schema["maximum"]:
        return _Wrong(f"{name!r} must lie between {schema['minimum']} and {schema['maximum']}")
    return value


_CHECKS: dict[str, Callable[[str, Json, Any], str | int]] = {"string": _check_text, "integer": _check_number}
