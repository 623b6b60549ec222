"""What verified words of a locked package's documentation can decide in a design, by the question they answer.

Each entry is a design sentence of ours. It is said only where a captured quote holds the words that bear it out
(`needs`), and where what the question serves speaks of the matter (`when`).
"""

from __future__ import annotations

import re

from torusnb.models.base import Value


class Documented(Value, frozen=True):
    """A decision that documentation can bear out.

    Attributes:
        forms: Ids of the questions' forms (data/questions.yml) whose citations may bear it out.
        section: The section it belongs to.
        says: The decision, without a final stop; `{who}` stands for the ids it serves, `{place}` for a module.
        needs: Patterns that must all be found in one sentence of the quote.
        when: What one of the served requirements or criteria must say.
        layers: Layers of components that `{place}` may name.
        given: What the plan must hold: `jobs`, `caching`, `migrates`, `events`; empty for nothing.
    """

    forms: tuple[str, ...]
    section: str
    says: str
    needs: tuple[str, ...]
    when: str
    layers: tuple[str, ...] = ()
    given: str = ""


OTHER_DATABASES = re.compile(r"\b(?:tds|mssql|sql server|myxql|mysql|sqlite)\b", re.IGNORECASE)
"""Documentation of databases that no Torus runs on."""

_VIEWS = ("live_view", "component")
_JOBS = ("job-retries", "unique-jobs", "deploy-drain")
_JOB = r"\bjobs?\b|\bworkers?\b|enqueue\w*|background|\bretr(?:y|ies|ied)\b|schedul\w*|\basync\w*|passback"

FORMS: tuple[Documented, ...] = (
    Documented(
        forms=("transaction-steps", "nested-transactions"),
        section="7",
        says="The writes of {who} are steps of one transaction, so that one that fails leaves none of them behind",
        needs=(r"\b(?:abort\w*|roll(?:ed|s)? back|rollback)\b", r"\b(?:errors?|fail\w*)\b"),
        when=r"transaction\w*|atomic\w*|roll(?:ed|s)? ?back|all[- ]or[- ]nothing|partial(?:ly)?\b",
    ),
    Documented(
        forms=("upsert",),
        section="7",
        says="A second arrival of what {who} writes is settled by the insert's `on_conflict`, not by reading first",
        needs=(r"\bconflicts?\b", r"\b(?:updat\w+|ignor\w+|nothing)\b"),
        when=r"idempoten\w*|upsert\w*|exactly once|duplicat\w*|\bretr(?:y|ies|ied)\b|\btwice\b|repeat\w*",
    ),
    Documented(
        forms=("bulk-writes", "upsert"),
        section="7",
        says="The bulk insert of {who} sets `inserted_at` and `updated_at` itself",
        needs=(r"\binsert_all\b", r"\b(?:won't|not|never)\b", r"autogenerat\w*|timestamps?"),
        when=r"\bbulk\b|\bimport\w*|\bbatch\w*|\bmass\b|\bmany\b",
    ),
    Documented(
        forms=("closed-values",),
        section="6.1",
        says="A release that still runs cannot load a row with a new value of {who}, so the code that reads it ships "
        "before the code that writes it",
        needs=(r"\bload\w*\b", r"\binvalid\b|\berror\b|\brais\w+"),
        when=r"\b(?:new|additional)\b[^.]{0,40}\b(?:type|status|kind|value|option|mode)s?\b|\benum\w*",
    ),
    Documented(
        forms=("concurrent-index", "online-column", "backfill"),
        section="6.1",
        says="The index for {who} is built concurrently, in a migration of its own, with the advisory lock",
        needs=(r"\bpg_advisory_lock\b", r"\bconcurrent\w*"),
        when=r"\bindex\w*|\bunique\b|\bconstraint\w*|\bquer(?:y|ies)\b|migration\w*",
        given="migrates",
    ),
    Documented(
        forms=("backfill", "online-column", "concurrent-index"),
        section="6.1",
        says="One node migrates at a time, so a long backfill for {who} would hold the whole deploy: it runs outside "
        "the migration",
        needs=(r"\block\w*", r"\bone at a time\b"),
        when=r"backfill\w*|existing|migrat\w*|legacy",
        given="migrates",
    ),
    Documented(
        forms=("cache-expiry", "cache-stampede"),
        section="8",
        says="The bound on what {who} caches is reached late, not at once, so it is set below what memory allows",
        needs=(r"\bevict\w*|\bclean-?up\b", r"\bnot instant\w*|\btake\b|\bafter\b"),
        when=r"\bcach\w*|\bevict\w*|\blru\b",
        given="caching",
    ),
    Documented(
        forms=("live-payload",),
        section="9.3",
        says="The templates of {place} read what {who} shows from assigns alone, so that change tracking can leave the "
        "rest of the page out",
        needs=(r"\bvariables?\b", r"\b(?:every|each) render\b|\bre-?render\w*"),
        when=r"\brender\w*|\bdashboards?\b|\bcharts?\b|\btiles?\b|\bdisplay\w*|\bshow[sn]?\b|\bvisib\w+",
        layers=_VIEWS,
    ),
    Documented(
        forms=("live-streams",),
        section="9.3",
        says="The long list of {who} in {place} is a stream with a `limit` of a few pages, which keeps the page light",
        needs=(r"\blimit\b", r"\bstream\w*"),
        when=r"\bscroll\w*|\bpaginat\w*|\binfinite\b|\brows\b|\btables?\b|\bsearch results?\b|\bcards?\b",
        layers=_VIEWS,
    ),
    Documented(
        forms=("input-limits",),
        section="4.2",
        says="The events of {place} for {who} are held back in the browser before they reach the server",
        needs=(r"\brate-limit\w*", r"\bphx-(?:debounce|throttle)\b"),
        when=r"\brate\b|throttl\w*|debounc\w*|\bburst\w*|\bsearch\w*|\btyp(?:es|ing)\b|\bfilter\w*|\binputs?\b",
        layers=_VIEWS,
    ),
    Documented(
        forms=("input-limits",),
        section="12",
        says="The upload of {who} declares the file types, their number and their size that it accepts",
        needs=(r"\bfiles?\b", r"\bvalidated\b|\bmax(?:imum)?\b"),
        when=r"\bupload\w*|\bcsv\b|\battach\w*|\bfiles?\b",
    ),
    Documented(
        forms=_JOBS,
        section="10",
        says="A retry of {who} may come minutes after the first attempt, so the job reads its data anew each time",
        needs=(r"\bbackoff\b|\bretry delay\b", r"\battempts?\b"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        forms=_JOBS,
        section="10",
        says="A node that stops in the middle of {who} leaves the job marked as executing, so it must be safe to run "
        "again",
        needs=(r"\bexecuting\b", r"\brestarts?\b|\bdeploy\w*"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        forms=_JOBS,
        section="10",
        says="A failure of {who} that no retry can mend cancels the job, so that it does not take up the queue",
        needs=(r":cancel\b", r"\bretr\w+"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        forms=_JOBS,
        section="10",
        says="What {who} does in one job fits into the grace period of a shutdown",
        needs=(r"\bgrace period\b", r"\bshutdown\b"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        forms=("telemetry-span",),
        section="11",
        says="The work of {who} runs inside one span, so that a failure is measured like a success",
        needs=(r"\bstop\b", r"\bexception\b"),
        when=r"telemetry|instrument\w*|metrics?\b|observab\w*|\bduration\b|\blatency\b|\btrac(?:e|es|ing)\b|\blog\w*",
        given="events",
    ),
    Documented(
        forms=("route-pipelines",),
        section="12",
        says="The way in for {who} stands in the scope whose pipelines already guard its neighbours",
        needs=(r"\bplugs\b", r"\bpipelines\b", r"\ball\b|\bevery\b"),
        when=r"\broutes?\b|\burls?\b|\bendpoints?\b|\baccess\w*|\bpermission\w*|\bunauthor\w*|\bredirect\w*|\bnavigat\w*",
    ),
    Documented(
        forms=("live-authorization", "tenant-scope"),
        section="12",
        says="The reads and writes behind {who} are scoped in the query itself, not only by the page that leads there",
        needs=(r"\bscoped\b", r"\bmust\b|\bshould\b"),
        when=r"\bpermission\w*|\bauthor(?:iz|is)\w*|\broles?\b|\bonly\b|\brestrict\w*|\bown(?:s|er\w*)?\b|\btenan\w+",
    ),
    Documented(
        forms=("sandbox-tests",),
        section="13",
        says="Tests of {who} that need several connections check each one out by itself",
        needs=(r"\bsandbox\b", r"\btransaction\b|\bcheck\w* out\b"),
        when=r"\bconcurren\w*|\brac(?:e|es|ing)\b|\bparallel\b|\bsimultaneous\w*|\bjobs?\b|\bworkers?\b",
    ),
)
