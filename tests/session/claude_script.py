"""What a model behind an endpoint says for any pack: it mends nothing, adds a sentence, and looks one thing up."""

from __future__ import annotations

import json
import re
from typing import Any

from tests.messages.loopback import Reply

Json = dict[str, Any]

ADDED = "A reader of this section is told by the model what one write changes."
LOOKED_UP = "What stands in that file was read by the model before it wrote."
ADDING, LOOKING_UP = "7", "4.1"
"""The section that gets its sentence, and the one for which it looks something up."""

READING, MENDING = "reading", "mending"
"""What is asked when the whole design is read again, and when it is revised."""

_ASKED = re.compile(r"(?:# Write section|# Revise section|Your text for section) ([\d.]+),")
_KEY = re.compile(r"\[@([^\s;\]]+)\]")


def section_asked(request: Json) -> str:
    """The section that a request is for, `READING` or `MENDING`; empty for the approach."""
    if any(text.startswith("# Read the whole design") for text in _texts(request)):
        return READING
    if any(text.startswith("# Mend the draft") for text in _texts(request)):
        return MENDING
    found = [match for text in _texts(request) for match in _ASKED.findall(text)]
    return found[-1] if found else ""


def obliging(request: Json) -> str | Reply:
    """What the model says."""
    keys = [key for text in _texts(request) for key in _KEY.findall(text)]
    requirement = next(key for key in keys if key.startswith("FR-"))
    code = next(key for key in keys if re.fullmatch(r"f\d+:\d+", key))
    section = section_asked(request)
    if not section:
        return _approach(requirement, code)
    if section == READING:
        return "```faults\n[]\n```"
    if section == MENDING:
        return "```edits\n[]\n```"
    text = _program_draft(request, section)
    if section == ADDING:
        return f"{text}\n\n{ADDED} [@{requirement}]"
    if section != LOOKING_UP:
        return text
    if len(request["messages"]) == 1:
        path = path_behind(request, code)
        call = {"type": "tool_use", "id": "toolu_1", "name": "show", "input": {"what": path}}
        return Reply([call], stop_reason="tool_use")
    answer = str(request["messages"][2]["content"][0]["content"])
    read = re.findall(r"^(f\d+:\d+) \|", answer, re.MULTILINE)
    fresh = next(key for key in read if key not in keys)
    return f"{text}\n\n{LOOKED_UP} [@{fresh}]"


def path_behind(request: Json, key: str) -> str:
    """The file that a short key stands for, as the evidence tells it."""
    named = re.compile(rf"\b{key.partition(':')[0]} = (lib/\S+?\.ex)\b")
    return next(match[1] for text in _texts(request) for match in named.finditer(text))


def _approach(requirement: str, code: str) -> str:
    options = [
        {"name": name, "summary": f"It is kept {how}. [@{requirement}]", "trade_offs": [f"It is {why}. [@{code}]"]}
        for name, how, why in (("one", "in one place", "small"), ("two", "in two places", "larger"))
    ]
    ledger = [
        {
            "kind": "rule",
            "name": "one place",
            "standing": "new",
            "decision": "The value is kept in one place.",
            "keys": [requirement],
        }
    ]
    chosen = {"restated": f"It is asked for. [@{requirement}]", "chosen": "one", "reason": f"It is small. [@{code}]"}
    return f"```approach\n{json.dumps({**chosen, 'options': options, 'ledger': ledger})}\n```"


def _program_draft(request: Json, section: str) -> str:
    """The section as it stands, or else the offline draft that the model was given."""
    for title in (f"section {section} as it stands", f"draft of section {section} by a program"):
        for text in _texts(request):
            found = re.search(rf"\A(\S+) begin: {re.escape(title)}\n(.*)\n\1 end: ", text, re.DOTALL)
            if found:
                return _within(re.split(rf"\n\n(?:{ADDED}|{LOOKED_UP})", found[2])[0], _most_words(request))
    raise AssertionError(f"the request for section {section} holds no draft of it")


def _texts(request: Json) -> list[str]:
    blocks = [block for turn in request["messages"] for block in turn["content"]]
    return [str(block["text"]) for block in blocks if block.get("type") == "text"]


def _most_words(request: Json) -> int:
    """How long the section may be, as the request says it, with room for what is added to it."""
    said = [match for text in _texts(request) for match in re.findall(r"[Aa]t most (\d+) words", text)]
    return int(said[-1]) - 20 if said else 10_000


def _within(text: str, words: int) -> str:
    """The first lines of a text that fit, and its ids that stood in the others."""
    kept: list[str] = []
    for line in text.split("\n"):
        if kept and sum(len(each.split()) for each in kept) + len(line.split()) > words:
            break
        kept.append(line)
    short = "\n".join(kept)
    lost = [name for name in dict.fromkeys(re.findall(r"\b(?:FR|AC)-\d+\b", text)) if name not in short]
    return f"{short}\n\nBesides these there are {', '.join(lost)}. [@{lost[0]}]" if lost else short
