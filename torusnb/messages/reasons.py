"""Why a model gave no complete reply: every reason, what it means, and what a person does about it."""

from __future__ import annotations

from torusnb.models.base import Value


class Reason(Value, frozen=True):
    """One reason of `ModelError`.

    Attributes:
        word: What `ModelError.reason` holds.
        means: What happened, in words that start a sentence.
        remedy: What to do, as a sentence.
        again: Whether the same request is worth another try, and is tried again, a few times.
        api_means, api_remedy: Both where no `endpoint` was given and the Messages API itself was asked; empty where
            that makes no difference.
    """

    word: str
    means: str
    remedy: str
    again: bool = False
    api_means: str = ""
    api_remedy: str = ""


_ALL = (
    # Before anything is sent
    Reason("no-key", "There is no usable API key", "Set ANTHROPIC_API_KEY to a key from the Claude Console."),
    Reason(
        "unsafe-address",
        "The key would travel unencrypted",
        "Use an https:// address, or unset TORUSNB_ENDPOINT_KEY if the endpoint needs no key.",
    ),
    Reason(
        "key-in-request",
        "The text to be sent contains the API key itself",
        "Remove the key from the spec pack, the checkout or the sources, and replace it by a new one.",
    ),
    Reason(
        "over-budget",
        "The request could pass the budget, so it was not sent",
        "Raise the budget; what was replied so far is on record and is not paid for again.",
    ),
    Reason(
        "no-price",
        "The budget is in US dollars and the model has no price",
        "Add the model to a price file of your own, or set the budget's limit in tokens.",
    ),
    Reason(
        "not-recorded",
        "The record holds no reply to this request, and nobody is to be asked",
        "Run it with a model; something that the request is made from has changed since the recording.",
    ),
    # Refusals by status
    Reason(
        "unauthorized",
        "The endpoint does not accept the key",
        "Check ANTHROPIC_API_KEY, or TORUSNB_ENDPOINT_KEY for an `endpoint`; keys expire.",
    ),
    Reason("no-credit", "The account cannot pay for the request", "Check billing and spend limits in the Console."),
    Reason("forbidden", "The key may not use this", "Ask for access to the model or feature, or choose another model."),
    Reason("unknown-model", "The endpoint does not know the model or the path", "Check `model` and `endpoint`."),
    Reason("bad-request", "The endpoint refuses the form of the request", "Read what it says; report it if unclear."),
    Reason(
        "no-tools",
        "The model takes no tools, as the endpoint starts it",
        "The draft goes on without look-ups; choose a model or a start of the server that takes tools.",
    ),
    Reason(
        "too-long",
        "The prompt is longer than the model can read",
        "Give the evidence pack a smaller token budget, or choose a model with a larger window.",
    ),
    Reason("too-large", "The request has more bytes than the endpoint takes", "Give the pack a smaller token budget."),
    Reason("rate-limited", "The endpoint asks to slow down", "Wait a few minutes and run again.", again=True),
    Reason("overloaded", "The endpoint is overloaded", "Run again later.", again=True),
    Reason("server-error", "The endpoint failed", "Run again later; the request id helps its operator.", again=True),
    # On the way
    Reason(
        "unreachable",
        "The endpoint cannot be reached",
        "Check the network, the proxy and `endpoint`.",
        again=True,
        api_means="The Messages API (api.anthropic.com) cannot be reached",
        api_remedy="Check the network and the proxy, or name another server as `endpoint`.",
    ),
    Reason(
        "bad-tls",
        "The secure connection could not be made",
        "Check the certificate, the proxy and `endpoint`.",
        api_remedy="Check the proxy, and the certificates that this machine trusts.",
    ),
    Reason("timeout", "No answer came in time", "Run again, with a longer timeout for a slow model.", again=True),
    Reason("dropped", "The connection broke off within the reply", "Run again.", again=True),
    Reason("ended-early", "The stream ended before the reply was complete", "Run again.", again=True),
    Reason("malformed", "The reply is not what the Messages API defines", "Run again; check `endpoint`.", again=True),
    Reason("too-much", "The reply is larger than any reply may be", "Check what answers at `endpoint`."),
    Reason(
        "not-the-api",
        "What answered is not a Messages API",
        "Check `endpoint`; a proxy or a sign-in page may answer in its place.",
    ),
    Reason("interrupted", "The reply was interrupted from here", "Run again; what had come of it is paid for."),
    # Complete, but not to be used
    Reason("refused", "The model declined to answer", "Read the prompt and the evidence for what it took offence at."),
    Reason(
        "cut-short",
        "The reply was cut off at the most tokens it may have",
        "Raise the section's limit of tokens; the model's thinking counts too.",
    ),
    Reason("window-full", "The reply filled the model's window", "Give the evidence pack a smaller token budget."),
    Reason("empty", "The reply holds no text", "Run again; if it stays empty, simplify the prompt."),
    # Batches
    Reason("batch-pending", "The message batch was not done in time", "Run again: it is picked up where it is."),
    Reason("batch-expired", "The message batch expired before the request was run", "Run again, it is sent anew."),
    Reason("batch-canceled", "The message batch was canceled before the request was run", "Run again to send it anew."),
    Reason("batch-gone", "The message batch or the request's result is no longer there", "Run again to send it anew."),
)

REASONS: dict[str, Reason] = {reason.word: reason for reason in _ALL}
"""Every reason that this room gives, by its word. The drafter adds those that concern what a reply says."""


def render_reasons() -> str:
    """The table of `docs/models.md`."""
    lines = ["| reason | what it means | what to do | tried again |", "|---|---|---|---|"]
    lines += [f"| `{r.word}` | {r.means}. | {r.remedy} | {'yes' if r.again else 'no'} |" for r in _ALL]
    return "\n".join(lines) + "\n"
