from __future__ import annotations

from tests.session.opening import opener

__all__ = ["opener"]
