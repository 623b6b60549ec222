"""Every error torusnb raises on purpose.

    TorusnbError                 one sentence: what failed, where, what to do (exit code 1 where none stands)
    ├── InputError               something the person gave cannot be used (exit code 2)
    │   ├── PackError            no prd.md, an empty one, a folder that is no spec pack
    │   ├── CheckoutError        a directory that is no Elixir project, or cannot be read
    │   ├── ParameterError       an unknown or ill-typed notebook parameter
    │   └── TemplateError        a template, playbook or catalogue file that does not hold together
    ├── EvidenceError            a `[@key]` that resolves to nothing
    ├── OutputError              a file or folder that cannot be written (exit code 2)
    ├── ConflictError            a file that somebody else changed meanwhile, and that stays as it is
    ├── TrailError               a trail or bundle that is damaged, foreign or incomplete
    ├── NotebookError            a notebook that stopped with an error (the exit code of what stopped it)
    └── ModelError               a model gave no complete reply, or none that a draft may rest on

Leaves carry the facts (`path`, `line`, `key`, `url`) as attributes so that a caller can act on
them, and a message a person can act on. Foreign exceptions are translated once, at the edge.
"""

from __future__ import annotations

from pathlib import Path


class TorusnbError(Exception):
    """The root of the tree; catching it catches everything torusnb raises on purpose.

    Args:
        message: What failed and what to do next, as one or two sentences.
        path: The file or folder it happened in.
        line: The 1-based line in that file.
        key: The evidence key, parameter or identifier concerned.
        url: The address concerned.
    """

    def __init__(
        self,
        message: str,
        *,
        path: str | Path | None = None,
        line: int | None = None,
        key: str | None = None,
        url: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.path = str(path) if path is not None else None
        self.line = line
        self.key = key
        self.url = url

    def _render_traceback_(self) -> list[str]:
        """What a notebook shows: the sentence, since the frames above it are torusnb's own affair."""
        return [f"{type(self).__name__}: {self}"]

    def __str__(self) -> str:
        if self.path is None:
            return self.message
        where = self.path if self.line is None else f"{self.path}:{self.line}"
        return f"{where}: {self.message}"


class InputError(TorusnbError):
    """Something the person gave cannot be used; nothing was written."""


class PackError(InputError):
    """A spec pack that cannot be read at all."""


class CheckoutError(InputError):
    """A directory that is no Elixir project, or cannot be read."""


class ParameterError(InputError):
    """An unknown or ill-typed notebook parameter."""


class TemplateError(InputError):
    """A template, playbook or catalogue file that does not hold together."""


class EvidenceError(TorusnbError):
    """A `[@key]` that resolves to nothing."""


class OutputError(TorusnbError):
    """A file or folder that cannot be written."""


class ConflictError(TorusnbError):
    """A file that somebody else changed meanwhile; it stays as it is."""


class TrailError(TorusnbError):
    """A trail or bundle that is damaged, foreign or incomplete."""


class NotebookError(TorusnbError):
    """A notebook that stopped with an error.

    Attributes:
        cause: The kind of error of torusnb's own that stopped it; None for any other, and for a kernel that ended.
    """

    def __init__(
        self, message: str, *, path: str | Path | None = None, cause: type[TorusnbError] | None = None
    ) -> None:
        super().__init__(message, path=path)
        self.cause = cause


class ModelError(TorusnbError):
    """A model gave no complete reply, or none that a draft may rest on; what was replied before is on record.

    Attributes:
        reason: A short word for what happened (`no-key`, `refused`, `cut-short`, `over-budget`, ...), for a caller.
    """

    def __init__(self, message: str, *, reason: str, key: str | None = None, url: str | None = None) -> None:
        super().__init__(message, key=key, url=url)
        self.reason = reason
