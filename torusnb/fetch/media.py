"""Kinds of content: what a request accepts and what an answer is."""

from __future__ import annotations

from torusnb.fetch.failure import FetchFailure

_TYPES: dict[str, tuple[str, ...]] = {
    "page": ("text/html", "application/xhtml+xml", "text/markdown", "text/x-markdown", "text/plain"),
    "data": ("application/json", "text/json", "application/javascript", "text/javascript", "application/x-javascript"),
    "archive": ("application/gzip", "application/x-gzip", "application/x-tar", "application/x-gtar"),
}

MARKUP = ("text/html", "application/xhtml+xml")

_VAGUE = ("", "application/octet-stream", "binary/octet-stream", "application/unknown")

_SUFFIXES = {
    ".html": "text/html",
    ".md": "text/markdown",
    ".txt": "text/plain",
    ".json": "application/json",
    ".js": "text/javascript",
    ".tar.gz": "application/gzip",
    ".tgz": "application/gzip",
    ".tar": "application/x-tar",
}


def render_accept(kinds: tuple[str, ...]) -> str:
    """The `Accept` header for some of `torusnb.models.fetched.KINDS`.

    Raises:
        KeyError: No such kind.
    """
    named = [media for kind in kinds for media in _TYPES[kind]]
    return ", ".join([*named, "*/*;q=0.1"])


def find_media_type(content_type: str, path: str) -> str:
    """The media type of an answer: as declared, or by the address's ending when the declaration says nothing."""
    declared = content_type.split(";")[0].strip().lower()[:100]
    if declared not in _VAGUE:
        return declared
    return next((media for suffix, media in _SUFFIXES.items() if path.lower().endswith(suffix)), declared)


def check_type(media_type: str, kinds: tuple[str, ...]) -> None:
    """Refuse a kind of content that was not asked for.

    Raises:
        FetchFailure: `wrong-type`.
    """
    if any(media_type in _TYPES[kind] for kind in kinds):
        return
    if media_type == "application/pdf":
        text = "it is a PDF, which torusnb does not read"
        raise FetchFailure("wrong-type", text, "Cite its HTML form, or add its text by hand.")
    shown = f"'{media_type}'" if media_type else "of no stated type"
    raise FetchFailure("wrong-type", f"its content is {shown}", "Cite a page that is HTML, Markdown or plain text.")


def is_text(media_type: str) -> bool:
    """Whether bytes of that type are decoded to text."""
    return media_type not in _TYPES["archive"]


def check_magic(media_type: str, body: bytes) -> None:
    """Refuse a tarball that is none.

    Raises:
        FetchFailure: `broken`.
    """
    if is_text(media_type) or body.startswith(b"\x1f\x8b") or body[257:262] == b"ustar":
        return
    raise FetchFailure("broken", "it is called a tarball and is none", "Open it in a browser and see what it is.")
