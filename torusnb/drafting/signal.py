"""What a signal is: a fact about a feature that decides whether a practice of the playbook applies.

Its words are written for precision: a signal that is missed costs a practice, a signal that is
wrong puts advice into a design where it does not belong.
"""

from __future__ import annotations

from torusnb.models.base import Value

ALWAYS = "always"


class Signal(Value, frozen=True):
    """A signal and how it is recognised.

    Attributes:
        means: What a feature with this signal has, for a person.
        words: A regular expression over one clause of a statement, matched without regard to case
            unless it says otherwise; empty for a signal that comes from elsewhere.
        kinds: Kinds of module that show it when the module is a waypoint this feature changes.
        of: Signals of which any one is enough; the words may show it too.
        negatable: Whether `no`, `not` or `without` before the words takes the signal away. False for
            concerns that negation states (`must not expose personal data`).
        least: How many statements must say it; a requirement or a criterion is enough alone.
        unless: The words do not count in a clause that matches this expression.
    """

    name: str
    means: str
    words: str = ""
    kinds: tuple[str, ...] = ()
    of: tuple[str, ...] = ()
    negatable: bool = True
    unless: str = ""
    least: int = 1
