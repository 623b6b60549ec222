"""One exchange with the model: a request, the look-ups it asks for within bounds, and its final text."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import msgspec

from torusnb.drafting.claude.blocks import Mark, estimate_tokens, is_speakable
from torusnb.drafting.drafters import Desk
from torusnb.models.design import Evidence, join_evidence, marker
from torusnb.models.messages import UNREADABLE, Json, LookupAnswer, Model, ModelReply, ModelRequest

MOST_LOOKUPS = 8
"""Look-ups for one section; one beyond is answered with a refusal."""
MOST_LOOKUPS_FOR_APPROACH = 48
"""Look-ups before the approach is decided."""
MOST_LOOKUPS_FOR_READING = 16
"""Look-ups of a reading of the whole draft."""
MOST_LOOKUPS_FOR_EDITS = 12
"""Look-ups of a round of revision."""
LOOKUP_TOKENS = 24_000
"""Most tokens (estimated) of the answers to one section's look-ups; of a reading's twice as many, of the approach's
four times."""
ANSWER_TOKENS = 4_000
"""Most tokens (estimated) of one answer; the rest is cut off, and with it what it would have shown."""
DEAF_ROUNDS = 2
"""How often it is told that there are no more look-ups before its turn ends."""

NO_MORE = "no more lookups"
"""What a call beyond the bound is answered with."""


@dataclass(frozen=True)
class Bounds:
    """How much one exchange may look up: calls, estimated tokens of the answers, and of the longest single one."""

    calls: int
    tokens: int
    answer: int = ANSWER_TOKENS

    def left(self, calls: int, tokens: int) -> int:
        """Look-ups that are left after some, which gave so many tokens."""
        return max(0, self.calls - calls) if tokens < self.tokens else 0

    @property
    def free(self) -> int:
        """Look-ups that may find nothing and not be counted: a quarter of the calls."""
        return self.calls // 4

    def tell_left(self, calls: int, tokens: int) -> str:
        """What is left after some, in one line: a model that knows it can put several things into one look-up."""
        left = self.left(calls, tokens)
        return f"(look-ups left: {left}; room for about {self.tokens - tokens:,} tokens)" if left else "(none left)"


SECTION_BOUNDS = Bounds(MOST_LOOKUPS, LOOKUP_TOKENS)
EDITS_BOUNDS = Bounds(MOST_LOOKUPS_FOR_EDITS, LOOKUP_TOKENS)
READING_BOUNDS = Bounds(MOST_LOOKUPS_FOR_READING, 2 * LOOKUP_TOKENS)
APPROACH_BOUNDS = Bounds(MOST_LOOKUPS_FOR_APPROACH, 4 * LOOKUP_TOKENS)


@dataclass
class Exchange:
    """What was said so far: the request with all its turns, what was looked up, and what may still be.

    Attributes:
        request: As it would be sent next.
        content: The last reply's blocks; without any when the model never came to an end.
        evidence: What the answers showed, by key, in the order of their coming.
        read: What was asked and what it gave, as shown, in the order of their coming; nothing that found nothing.
        calls: Look-ups answered and counted. tokens: estimated tokens of all answers.
        free: Look-ups that found nothing and were not counted.
    """

    request: ModelRequest
    content: tuple[Json, ...] = ()
    evidence: dict[str, Evidence] = field(default_factory=dict)
    read: list[tuple[str, str]] = field(default_factory=list)
    calls: int = 0
    tokens: int = 0
    free: int = 0

    def say(self, role: str, content: tuple[Json, ...], purpose: str = "") -> None:
        """Add a turn; a new purpose is what the request is then for."""
        self.request = msgspec.structs.replace(
            self.request,
            messages=(*self.request.messages, {"role": role, "content": list(content)}),
            purpose=purpose or self.request.purpose,
        )

    def mark_last_turn(self) -> None:
        """Put a cache breakpoint behind the last turn, in place of the one behind an earlier answer.

        So each turn reads what was said before it from the cache; the API takes four breakpoints at most, and
        three stand in the first turn.
        """
        first, *others = self.request.messages
        last = others.pop()
        bare = [{**turn, "content": [_without_mark(block) for block in turn["content"]]} for turn in others]
        marked = [*last["content"][:-1], {**last["content"][-1], "cache_control": {"type": "ephemeral"}}]
        messages = (first, *bare, {**last, "content": marked})
        self.request = msgspec.structs.replace(self.request, messages=messages)


class Talk:
    """Asks the desk's model, and answers its look-ups from the desk's; nothing else happens at a model's word."""

    def __init__(self, desk: Desk, model: Model, mark: Mark) -> None:
        """A talk over a desk with a model, which need not be the desk's."""
        self.desk = desk
        self.mark = mark
        self.model = model
        self.tools: tuple[Json, ...] = ()
        if desk.lookups is not None:
            self.tools = tuple(
                {"name": tool.name, "description": tool.description, "input_schema": tool.parameters}
                for tool in desk.lookups.tools()
            )
        self._offered = {str(tool["name"]) for tool in self.tools}

    def converse(self, exchange: Exchange, bounds: Bounds) -> None:
        """Ask until the model ends its turn; its look-ups are answered within the bounds.

        When it goes on asking after it was told that there is no more, its turn ends without a text.

        Raises:
            ModelError: No complete reply came.
        """
        self.take(exchange, self.model.reply(exchange.request, self.desk.on_text), bounds)

    def take(self, exchange: Exchange, reply: ModelReply, bounds: Bounds) -> None:
        """Go on from a reply that is there already; see `converse`."""
        exchange.content = ()
        for _ in range(bounds.left(exchange.calls, exchange.tokens) + DEAF_ROUNDS):
            calls = [block for block in reply.content if block.get("type") == "tool_use"]
            if not calls and reply.stop_reason != "pause_turn":
                exchange.content = (*exchange.content, *reply.content)
                exchange.say("assistant", reply.content)
                return
            exchange.say("assistant", reply.content)
            exchange.content = () if calls else (*exchange.content, *reply.content)
            if calls:
                exchange.say("user", tuple(self._answers(exchange, calls, bounds)))
                if self.model.native:
                    exchange.mark_last_turn()
            reply = self.model.reply(exchange.request, self.desk.on_text)
        deaf = any(block.get("type") == "tool_use" for block in reply.content)
        exchange.content = () if deaf else (*exchange.content, *reply.content)
        exchange.say("assistant", ({"type": "text", "text": "(no answer)"},) if deaf else reply.content)

    def _answers(self, exchange: Exchange, calls: list[Json], bounds: Bounds) -> list[Json]:
        """The answers of a turn; behind the last one stands what is left."""
        answers, counted, empty = list[str](), 0, 0
        for call in calls:
            before, known = exchange.calls, len(exchange.read)
            answers.append(self._answer(exchange, call, bounds))
            counted += exchange.calls - before
            empty += exchange.calls > before and len(exchange.read) == known
        self._give_back(exchange, empty, counted, bounds)
        answers[-1] += f"\n{bounds.tell_left(exchange.calls, exchange.tokens)}"
        return [
            {"type": "tool_result", "tool_use_id": call["id"], "content": answer}
            for call, answer in zip(calls, answers, strict=True)
        ]

    @staticmethod
    def _give_back(exchange: Exchange, empty: int, counted: int, bounds: Bounds) -> None:
        """Do not count a few look-ups of a turn that found nothing.

        Each turn still counts one look-up at least, so there are never more turns than calls, which is what a
        preflight reckons with; what the answers say is counted in any case.
        """
        free = min(empty, counted - 1, bounds.free - exchange.free)
        if free > 0:
            exchange.calls -= free
            exchange.free += free

    def _answer(self, exchange: Exchange, call: Json, bounds: Bounds) -> str:
        name, arguments = str(call.get("name", "")), call.get("input")
        if not bounds.left(exchange.calls, exchange.tokens):
            return f"There are {NO_MORE} for this; answer with what you have."
        exchange.calls += 1
        if name not in self._offered or self.desk.lookups is None or not isinstance(arguments, dict):
            return "There is no such tool; nothing was done."
        if UNREADABLE in arguments:
            return "The arguments are no JSON object; nothing was looked up. Give them as the tool's schema says."
        asked = f"{name} {' '.join(self.mark.clean(_shown(arguments)).split())}"
        self.desk.say(f"{exchange.request.purpose}: {asked}")
        answer = self.desk.lookups.answer(name, arguments)
        shown = self._show(exchange, answer, bounds)
        if answer.evidence:
            exchange.read.append((asked, shown))
        return self.mark.enclose("answer", shown)

    def offers(self, name: str) -> bool:
        """Whether there is such a tool."""
        return name in self._offered

    def read_ahead(self, exchange: Exchange, name: str, arguments: Json, bounds: Bounds) -> bool:
        """Look something up before the model is asked; whether it was: such a tool is offered and there is room."""
        if name not in self._offered or not bounds.left(exchange.calls, exchange.tokens):
            return False
        self._answer(exchange, {"name": name, "input": arguments}, bounds)
        return True

    def _show(self, exchange: Exchange, answer: LookupAnswer, bounds: Bounds) -> str:
        """The answer's text, cut to what there is room for; only evidence that it shows becomes usable."""
        aliases = self.mark.aliases
        aliases.learn(item.key for item in answer.evidence if is_speakable(item.key))
        text = aliases.shorten(self.mark.clean(answer.text))
        room = 4 * min(bounds.answer, bounds.tokens - exchange.tokens)
        if len(text) > room:
            text = f"{text[:room].rsplit(chr(10), 1)[0]}\n(cut off here)"
        exchange.tokens += estimate_tokens(text)
        for item in answer.evidence:
            if is_speakable(item.key) and shows(text, aliases.short(item.key)):
                known = exchange.evidence.get(item.key)
                exchange.evidence[item.key] = item if known is None else join_evidence(known, item)
        files = "".join(f"# {file} = {self.mark.clean(path)}\n" for file, path in aliases.files_in(text).items())
        return f"{files}{text}"


def tell_unshown(read: Iterable[tuple[str, str]], kept: Iterable[tuple[str, str]]) -> str:
    """Which look-ups of those that were read are not shown again, in one line, so that one may be asked once more."""
    left = dict.fromkeys(asked for asked, _ in read)
    shown = {asked for asked, _ in kept}
    asked = "; ".join(name for name in left if name not in shown)
    return f"Also read for the approach and not shown again; ask once more for what is needed: {asked}" if asked else ""


def _without_mark(block: Json) -> Json:
    return {name: value for name, value in block.items() if name != "cache_control"}


def shows(text: str, key: str) -> bool:
    """Whether the text names the key as a whole: `code:a.ex:1` is not in `code:a.ex:12`."""
    start = text.find(key)
    while start >= 0:
        end = start + len(key)
        if not text[end : end + 1].isalnum() and not (start and text[start - 1].isalnum()):
            return True
        start = text.find(key, end)
    return marker(key) in text


def _shown(arguments: Json) -> str:
    return ", ".join(f"{key}={value}" for key, value in sorted(arguments.items()))[:120]
