"""A model without a wire: a script says what it replies. For tests of whoever asks a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from torusnb.errors import ModelError
from torusnb.messages.estimates import estimate_tokens
from torusnb.models.messages import Json, ModelReply, ModelRequest, Usage

Script = Callable[[ModelRequest], "ModelReply | ModelError | str | Sequence[Json]"]


class ScriptedModel:
    """Replies as the script says: a text, content blocks, a whole reply, or an error, which is raised.

    Args:
        script: What it replies to a request. Blocks with a `tool_use` among them end with `tool_use`.
        native: See `Model.native`.

    Attributes:
        requests: Every request that came, in order.
    """

    def __init__(self, script: Script, *, native: bool = True) -> None:
        self.script = script
        self.native = native
        self.requests: list[ModelRequest] = []

    def count_tokens(self, request: ModelRequest) -> int:
        """An estimate."""
        return estimate_tokens(request)

    def reply(self, request: ModelRequest, on_text: Callable[[str], None] | None = None) -> ModelReply:
        """What the script says; its text is heard in words."""
        self.requests.append(request)
        said = self.script(request)
        if isinstance(said, ModelError):
            raise said
        reply = said if isinstance(said, ModelReply) else _reply(request, said)
        if on_text is not None:
            for piece in re.findall(r"\S*\s*", reply.text):
                on_text(piece)
        return reply

    def reply_all(self, requests: Sequence[ModelRequest]) -> tuple[ModelReply, ...]:
        """One after the other."""
        return tuple(self.reply(request) for request in requests)


def _reply(request: ModelRequest, said: str | Sequence[Json]) -> ModelReply:
    blocks = ({"type": "text", "text": said},) if isinstance(said, str) else tuple(said)
    asks = any(block.get("type") == "tool_use" for block in blocks)
    return ModelReply(
        content=blocks,
        stop_reason="tool_use" if asks else "end_turn",
        usage=Usage(input=estimate_tokens(request), output=max(1, len(str(blocks)) // 4)),
        model=request.model,
        id="msg_scripted",
    )
