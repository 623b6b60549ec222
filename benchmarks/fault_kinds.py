"""Kinds of faults that a design document can have, each planted by one function into a good one.

A planter takes the document's lines and gives them back with exactly one fault, or None where the document offers no
place for it. It draws from the given generator only, so a seed always plants the same fault.
"""

from __future__ import annotations

from collections.abc import Sequence

from benchmarks.fault_citations import (
    broken_address,
    broken_link,
    changed_digit,
    changed_word,
    other_version,
    undated_reference,
    unknown_key,
    unlisted_reference,
    unused_reference,
)
from benchmarks.fault_forms import (
    diagram,
    drop_section,
    empty_section,
    heading_level,
    no_reason,
    placeholder,
    same_text_twice,
    short_summary,
    swap_sections,
)
from benchmarks.fault_ground import Ground, Kind
from benchmarks.fault_names import (
    change_arity,
    drop_criterion,
    drop_requirement,
    drop_test,
    foreign_id,
    hide_in_range,
    invent_event,
    invent_function,
    invent_module,
    invent_path,
    invent_route,
    invent_table,
    line_beyond,
    misspell_module,
    misspell_path,
    other_commit,
)
from benchmarks.fault_words import other_number, undecided, unguarded, vague

__all__ = ["KINDS", "Ground", "Kind"]

_PAGES = (
    "A new route `/ledger` (new) leads to the LiveView with the board.",
    "A button opens a modal with the rows of the day.",
    "Its `handle_event` takes the change of one row.",
    "A POST endpoint takes many rows at once.",
    "A second route lists what instructors have changed.",
    "The controller answers GET with the rows of a week.",
    "Admins see the same modal with one more button.",
)
_ROWS = (
    "The board lists the enrollments of the course.",
    "Each section has its roster there.",
    "A row of the roster links to the section's page.",
    "The course names the order of its sections.",
    "An enrollment that ends stays on the roster.",
)
_WORK = (
    "A job sums the rows every night, and Oban starts it.",
    "The query of the board joins two tables with Repo.",
    "An endpoint gives the sums to the API, by a query over all rows of the database.",
)
_CHANGE = ("The migration adds a column `ledger_note` (new) to the table of the board.",)
_PEOPLE = (
    "The page shows the email of each learner.",
    "Students see what other learners wrote in their submissions.",
    "The roster goes to the service with the prompt.",
)
_DEEDS = (
    "An admin deletes rows of the board.",
    "An instructor overrides the sum of a learner.",
    "An admin revokes what an instructor has granted.",
)


KINDS: Sequence[Kind] = (
    Kind("removed requirement", drop_requirement, ("trace.",)),
    Kind("removed criterion", drop_criterion, ("trace.",)),
    Kind("criterion without a test", drop_test, ("trace.",)),
    Kind("id hidden in a range", hide_in_range, ("trace.",)),
    Kind("id the pack does not have", foreign_id, ("trace.",)),
    Kind("misspelt module", misspell_module, ("code.",)),
    Kind("invented module", invent_module, ("code.",)),
    Kind("invented function", invent_function, ("code.",)),
    Kind("wrong arity", change_arity, ("code.",)),
    Kind("misspelt path", misspell_path, ("code.",)),
    Kind("invented path", invent_path, ("code.",)),
    Kind("invented table", invent_table, ("code.",)),
    Kind("invented event", invent_event, ("code.",)),
    Kind("invented route", invent_route, ("code.",)),
    Kind("key nobody has", unknown_key, ("citation.",)),
    Kind("unused reference", unused_reference, ("citation.",)),
    Kind("unlisted reference", unlisted_reference, ("citation.",)),
    Kind("reference without a date", undated_reference, ("citation.",)),
    Kind("version other than the lock", other_version, ("citation.", "stale.")),
    Kind("changed digit in a quote", changed_digit, ("citation.", "stale.")),
    Kind("changed word in a quote", changed_word, ("citation.", "stale.")),
    Kind("broken address", broken_address, ("citation.",)),
    Kind("broken link", broken_link, ("citation.",)),
    Kind("swapped sections", swap_sections, ("structure.",)),
    Kind("emptied section", empty_section, ("structure.",)),
    Kind("removed section", drop_section, ("structure.",)),
    Kind("not applicable without a reason", no_reason, ("structure.",)),
    Kind("summary too short", short_summary, ("structure.",)),
    Kind("word for unfinished work", placeholder, ("structure.",)),
    Kind("diagram in prose", diagram, ("structure.",)),
    Kind("heading too deep", heading_level, ("structure.",)),
    Kind("same paragraph twice", same_text_twice, ("structure.",)),
    Kind("contradictory number", other_number, ("contradiction.",)),
    Kind("vague words", vague, ("language.",)),
    Kind("no decision", undecided, ("language.",)),
    Kind("stale commit", other_commit, ("stale.",)),
    Kind("stale line", line_beyond, ("code.", "stale.")),
    Kind(
        "no word on tenants",
        unguarded(
            r"tenan|institution|scop|isolat|boundar|belongs? to|within|through|owned|ownership|"
            r"(?:other|another|foreign) \w+|limited|restricted|bound|cross-|-specific",
            *_ROWS,
        ),
        ("guardrail.tenant",),
    ),
    Kind(
        "no word on permissions",
        unguarded(
            r"\broles?\b|permission|authori[sz]|authenticat|access|privileg|on_mount|\bonly\b|public|\w-only|RequireRole",
            *_PAGES,
        ),
        ("guardrail.permissions",),
    ),
    Kind(
        "no word on accessibility",
        unguarded(
            r"WCAG|accessib|a11y|keyboard|screen.?reader|\baria|focus|contrast|tab order|semantic|alt.text|\bUI\b|"
            r"unchanged",
            *_PAGES,
        ),
        ("guardrail.accessibility",),
    ),
    Kind(
        "no word on telemetry",
        unguarded(
            r"telemetry|metric|AppSignal|alert|event|\blog|monitor|trac(?:e|ing)|counter|measure|observ|instrument|\[:",
            *_WORK,
        ),
        ("guardrail.telemetry",),
    ),
    Kind(
        "no performance target",
        unguarded(
            r"\d\s?(?:ms|s|sec|seconds?|min|minutes?|rps|MB|KB|GB)\b|\bp(?:50|95|99)\b|\bper (?:second|minute)|"
            r"quer(?:y|ies)|requests?|round.?trip|no (?:new|more|extra|additional|job)|insert",
            *_WORK,
        ),
        ("guardrail.performance-target",),
    ),
    Kind(
        "no word on the migration",
        unguarded(
            r"concurrent|additive|null|default|backfill|batch|\block|downtime|online|blocking|expand|rolling|existing|destructive|"
            r"empty|compatib|rewrite|while the system",
            *_CHANGE,
        ),
        ("guardrail.migration",),
    ),
    Kind(
        "no word on rollback",
        unguarded(
            r"roll\w*.?back|revert|reversib|down|way back|\bdrop|remov|switch|turn(?:ed|s)? off|disabl|forward|\bflag",
            *_CHANGE,
        ),
        ("guardrail.rollback",),
    ),
    Kind(
        "no word on flags or rollout",
        unguarded(
            r"flag|roll\w*.?out|deploy|releas|canary|switch|gradual|stage|phase|pilot|opt.?in|ships?\b|environment|config|cut.?over",
            *_PAGES,
        ),
        ("guardrail.rollout",),
    ),
    Kind(
        "no word on personal data",
        unguarded(
            r"\bPII\b|personal|privacy|redact|anonym|sensitive|\braw\b|\blog|aggregat|opaque|encrypt|private|\bnames?\b|"
            r"(?:learner|student|user)[- ]\w|secret",
            *_PEOPLE,
        ),
        ("guardrail.personal-data",),
    ),
    Kind(
        "no word on audit",
        unguarded(r"audit|who changed|\bactor|attribut|history|_by\b|recorded?|stored|kept|logged", *_DEEDS),
        ("guardrail.audit",),
    ),
)
"""Every kind, in the order they are planted; which rules count is fixed before anything is planted."""
