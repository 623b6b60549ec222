"""What looks like a secret in a text, told by its kind: a last look before something is shared."""

from __future__ import annotations

import re

_KINDS = (
    ("an Anthropic key", re.compile(r"\bsk-ant-[A-Za-z0-9_-]{20,}")),
    ("a GitHub token", re.compile(r"\bgh[oprsu]_[A-Za-z0-9]{36,}")),
    # Amazon's own documentation uses keys that end in EXAMPLE.
    ("an AWS access key", re.compile(r"\b(?:AKIA|ASIA)(?![0-9A-Z]{9}EXAMPLE)[0-9A-Z]{16}\b")),
    # Without a line of Base64 it is prose about a key.
    ("a private key", re.compile(r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+(?:[\w-]+:.*\n\s*)*[A-Za-z0-9+/=]{32}")),
    ("a JSON Web Token", re.compile(r"\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{16,}")),
)
_CREDENTIALS = "credentials in an address"
_ADDRESS = re.compile(
    r"\b[a-z][a-z0-9+.-]{0,20}://(?P<user>[^\s/:@\"'<>\\]{1,100}):(?P<password>[^\s/@\"'<>\\]{1,200})@(?P<host>[\w.-]+)",
    re.IGNORECASE,
)
_LINE_END = re.compile(r"\\+[nrt]")
_EXAMPLE_HOST = re.compile(r"^(?:localhost|127\.0\.0\.1|host(?:name)?|db|(?:.*\.)?example(?:\.\w+)?)$", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"^(?:\W+|[xX]+|[A-Z_]+|\$.*|#?\{.*\}|%.*%|(?i:(?:my|your|the)?[-_]?(?:pass|passwd|password|pwd|secret|token|pw)))$"
)


def find_secrets(text: str) -> tuple[str, ...]:
    """The kinds of secret a text seems to hold, never the secrets themselves.

    Addresses such as `postgres://user:password@localhost`, which documentation is full of, do not count.
    """
    # A notebook's tables let long words break, and in JSON a line end is a backslash and a letter.
    whole = _LINE_END.sub("\n", text.replace("<wbr>", ""))
    found = [kind for kind, pattern in _KINDS if pattern.search(whole)]
    if any(_is_credential(match) for match in _ADDRESS.finditer(whole)):
        found.append(_CREDENTIALS)
    return tuple(found)


def _is_credential(match: re.Match[str]) -> bool:
    user, password, host = match["user"], match["password"], match["host"]
    return not (password == user or _PLACEHOLDER.match(password) or _EXAMPLE_HOST.match(host))
