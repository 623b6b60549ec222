"""Where a checkout's files can be read in a browser, told from the address it was cloned from."""

from __future__ import annotations

import re

# scheme://[user[:secret]@]host[:port]/path, or git's short form user@host:path
_ADDRESS = re.compile(
    r"(?:(?:https?|ssh|git)://(?:[^@/]*@)?([\w.-]+)(?::\d+)?/|[\w.-]+@([\w.-]+):)([\w./~-]+?)(?:\.git)?/?"
)
_FORMS = {"github.com": "/blob/", "gitlab.com": "/-/blob/", "codeberg.org": "/src/commit/", "bitbucket.org": "/src/"}


def web_address(origin: str, commit: str) -> str:
    """The address that a path of the checkout can be put behind, ending in `/`; empty for a host that is not known.

    User names and secrets in the address of the clone are left out.

    Args:
        origin: The address of git's remote `origin`.
        commit: The full hash.
    """
    found = _ADDRESS.fullmatch(origin.strip())
    if found is None:
        return ""
    host, path = (found[1] or found[2]).lower(), found[3]
    form = _FORMS.get(host)
    return f"https://{host}/{path}{form}{commit}/" if form and ".." not in path else ""
