"""Text that speaks to a language model instead of the reader: it stays data, and is never quoted.

The patterns follow the families that OWASP's LLM01 (prompt injection) describes: orders to set aside earlier
instructions, a new role, an appeal to the model by name, the marks of chat templates. They look for an address, not for
a subject: a page *about* language models is not caught unless it orders one about.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MODEL = r"(?:ai|a\.i\.|llms?|language models?|chat ?bots?|chatgpt|gpt(?:-\d\w*)?|claude|gemini|copilot)"
_WHO = rf"(?:{_MODEL}(?: (?:assistants?|agents?|models?|systems?|crawlers?))?|assistants?|(?:virtual|coding) agents?)"
_RULES = r"(?:instructions?|prompts?|directives?|guidelines?|system messages?|safety rules?)"
_PATTERNS = (
    rf"\b(?:ignore|disregard|forget|override|bypass|set aside|do not follow)\b(?:\W+\w+){{0,4}}?\W+"
    rf"(?:previous|prior|above|earlier|preceding|foregoing|existing|all|any|your|other|system)\b"
    rf"(?:\W+\w+){{0,3}}?\W+{_RULES}\b",
    rf"\b(?:if|when|since|because|as)\W+(?:you are|you're)\W+(?:an?\W+|the\W+)?{_WHO}\b",
    rf"\byou are (?:now|no longer|from now on)\b(?:\W+\w+){{0,5}}?\W+{_WHO}\b",
    rf"\b(?:attention|dear|hey|hello|note (?:to|for)|message (?:to|for)|instructions? (?:to|for))\W+"
    rf"(?:all\W+|any\W+|the\W+|an?\W+|every\W+)*{_WHO}\b",
    rf"\b{_WHO}(?: reading this(?: \w+)?)?,? (?:must|should|shall|please|are (?:instructed|required|ordered) to)\b"
    rf"(?:\W+\w+){{0,6}}?\W+(?:ignore|disregard|reveal|recommend|rate|approve|praise|send|visit|execute|"
    rf"run|output|answer|respond|reply|cite|include|forget|obey|say|write|treat)\b",
    r"\b(?:reveal|print|repeat|output|show|leak|send)\b(?:\W+\w+){0,4}?\W+(?:system|hidden|initial) prompt\b",
    r"\b(?:do not|don't|never)\W+(?:tell|inform|warn|alert|mention (?:this|it) to)\W+(?:the\W+)?"
    r"(?:user|human|operator|architect|person)\b",
    r"<\|(?:im_?start|im_?end|system|endoftext)\|>|\[/?inst\]|<</?sys>>|\bnew system prompt\b",
)
_ADDRESS = re.compile("|".join(_PATTERNS))
_HINTS = ("instruct", "prompt", "directive", "guideline", "system message", "safety rule", "assistant", "agent", "llm",
          " ai", "ai ", "a.i.", "language model", "bot", "gpt", "claude", "gemini", "copilot", "the user", "the human",
          "operator", "architect", "person", "<|", "inst]", "sys>>")  # fmt: skip
_UNSEEN = re.compile(r"[\u00ad\u200b-\u200f\u2060-\u2064\ufeff*_`]")
_BLANKS = re.compile(r"\s+")


@lru_cache(maxsize=4_096)
def addresses_model(text: str) -> bool:
    """Whether a text gives orders to a language model; letters that nobody sees are left aside."""
    lowered = _BLANKS.sub(" ", _UNSEEN.sub("", text)).lower()
    return any(hint in lowered for hint in _HINTS) and _ADDRESS.search(lowered) is not None
