"""A desk for the drafter claude: a model with a script, a record of its replies, and look-ups of an invented code."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from tests.drafting.garden_feature import evidence
from tests.messages.scripted import ScriptedModel
from torusnb.drafting.claude.reached import PURPOSE
from torusnb.drafting.drafters import open_drafter
from torusnb.models.base import Place, fingerprint
from torusnb.models.design import Evidence
from torusnb.models.messages import Json, LookupAnswer, LookupTool, Model, ModelReply, ModelRequest

OFFLINE = {draft.section: draft.text for draft in open_drafter("offline").draft_all(evidence()).sections}
ADDED = "The order of a bed is kept as one field of it, so that one write changes it. [@FR-001]"
NOTHING_MORE = "```ledger\n[]\n```"
"""A reply that lets the approach stand as it is."""
ROUND = ("revision of the draft", "repair of the revision")
"""What a round of revision asks, and what it asks once more."""
LOOKED_UP = Evidence("code:lib/garden/beds.ex:33", "code", "{:error, :stale} ->", Place("lib/garden/beds.ex", 33))

APPROACH: Json = {
    "restated": "Gardeners keep the order of their plants. [@FR-001]",
    "options": [
        {"name": "field", "summary": "One field holds the order. [@FR-001]", "trade_offs": ["One write. [@prd:40]"]},
        {"name": "table", "summary": "A row for each plant. [@FR-001]", "trade_offs": ["Many writes. [@prd:40]"]},
    ],
    "chosen": "field",
    "reason": "It is the least change that meets the number. [@prd:40]",
    "ledger": [
        {
            "kind": "event",
            "name": "reorder_plant",
            "standing": "new",
            "decision": "Carries the whole wanted order.",
            "keys": ["FR-002"],
        },
        {
            "kind": "field",
            "name": "plant_order",
            "standing": "existing",
            "decision": "Holds the order.",
            "keys": ["code:lib/garden/beds/bed.ex:7"],
        },
    ],
}


def approach(**changes: Any) -> str:
    """A reply that holds an approach."""
    return f"```approach\n{json.dumps({**APPROACH, **changes})}\n```"


def section_of(request: ModelRequest) -> str:
    """The section that a request is for; empty for the approach."""
    match = re.search(r"[\d.]+$", request.purpose)
    return match.group() if match else ""


def good_text(section: str) -> str:
    """A text for a section that nothing can be said against; where a program lists much, its first paragraph."""
    text = OFFLINE[section].partition("\n\n")[0] if section == "6.1" else OFFLINE[section]
    return text if section == "1" else f"{text}\n\n{ADDED}"


def good(request: ModelRequest) -> str:
    """The script of a model that does everything right."""
    if request.purpose == PURPOSE:
        return NOTHING_MORE
    if request.purpose in ROUND:
        return edits()
    section = section_of(request)
    return good_text(section) if section else approach()


def edits(*given: Json) -> str:
    """A reply that holds edits of the whole draft."""
    return f"```edits\n{json.dumps(given)}\n```"


def sent(request: ModelRequest) -> str:
    """All text of a request, as one string."""
    return json.dumps([request.system, request.messages], ensure_ascii=False)


def told(request: ModelRequest) -> str:
    """The last turn of a request."""
    return json.dumps(request.messages[-1], ensure_ascii=False)


def call(tool: str, number: int = 1, **arguments: Any) -> Json:
    """A block that asks for a look-up."""
    return {"type": "tool_use", "id": f"toolu_{number}", "name": tool, "input": arguments}


class GardenLookups:
    """Look-ups that answer with one line each, and remember what they were asked."""

    def __init__(self, answer: LookupAnswer | None = None) -> None:
        self.asked: list[tuple[str, Json]] = []
        self._answer = answer or LookupAnswer(f"[@{LOOKED_UP.key}] {LOOKED_UP.text}", (LOOKED_UP,))

    def tools(self) -> tuple[LookupTool, ...]:
        return (LookupTool("show_function", "A function with its lines.", {"type": "object", "properties": {}}),)

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        self.asked.append((name, arguments))
        return self._answer


class RecordedModel:
    """Answers from a record by the request's fingerprint, and asks `inner` only for what is not there."""

    def __init__(self, inner: Model, record: dict[str, ModelReply]) -> None:
        self.inner = inner
        self.record = record
        self.native = inner.native
        self.asked: list[str] = []

    def count_tokens(self, request: ModelRequest) -> int:
        return self.inner.count_tokens(request)

    def reply(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        key = fingerprint(msgspec.structs.replace(request, purpose=""))
        if key not in self.record:
            self.asked.append(request.purpose)
            self.record[key] = self.inner.reply(request, on_text)
        return self.record[key]

    def reply_all(self, requests: Sequence[ModelRequest]) -> tuple[ModelReply, ...]:
        return tuple(self.reply(request) for request in requests)


def scripted(script: Any = good, *, native: bool = True) -> ScriptedModel:
    """A model that follows a script."""
    return ScriptedModel(script, native=native)
