"""What verified words of a locked package's documentation can decide in a design.

Each entry is a design sentence of ours. It is said only where a captured quote holds the words that bear it out
(`needs`), and where a requirement or criterion speaks of the matter (`when`).
"""

from __future__ import annotations

from torusnb.models.base import Value


class Documented(Value, frozen=True):
    """A decision that documentation can bear out.

    Attributes:
        packages: Whose documentation it rests on.
        section: The section it belongs to.
        says: The decision, without a final stop; `{who}` stands for the ids it serves, `{place}` for a module.
        needs: Patterns that must all be found in one sentence of the quote.
        when: What a requirement or criterion must say, and not deny.
        layers: Layers of components that `{place}` may name; without one among them nothing is said.
        traps: Rules of traps that ask for it too; `{place}` is then where the trap lies, and `{who}` what it concerns.
        given: What the plan must hold: `jobs`, `caching`, `migrates`, `stores`, `events`; empty for nothing.
    """

    packages: tuple[str, ...]
    section: str
    says: str
    needs: tuple[str, ...]
    when: str
    layers: tuple[str, ...] = ()
    traps: tuple[str, ...] = ()
    given: str = ""


_ECTO = ("ecto", "ecto_sql", "phoenix")
_VIEW = ("phoenix_live_view",)
_VIEWS = ("live_view", "component")
_JOB = r"\bjobs?\b|\bworkers?\b|\benqueu\w*|\bbackground\b|\bpassback\b"

FORMS: tuple[Documented, ...] = (
    Documented(
        packages=_ECTO,
        section="7",
        says="The writes behind {who} are steps of one transaction, so that one that fails leaves none of them behind",
        needs=(
            r"\b(?:abort\w*|roll(?:ed|s)? back|rollback)\b",
            r"\b(?:errors?|fail\w*)\b|\b(?:whole|entire|outer) (?:\w+ )?transaction\b",
        ),
        when=r"\btransaction(?:s|al|ally)?\b|\batomic\w*|\ball[- ]or[- ]nothing\b|\broll(?:ed|s)? back\b",
        given="stores",
    ),
    Documented(
        packages=_ECTO,
        section="7",
        says="A second arrival of the write for {who} is settled by the insert's `on_conflict`, not by reading first",
        needs=(r"\bconflicts?\b", r"\b(?:updat\w+|ignor\w+|nothing)\b"),
        when=r"\bidempoten\w*|\bupsert\w*|\bexactly once\b|\bduplicate (?:rows?|records?|requests?|submi\w+|writes?)\b",
        given="stores",
    ),
    Documented(
        packages=_ECTO,
        section="7",
        says="The bulk insert for {who} sets `inserted_at` and `updated_at` itself",
        needs=(r"\binsert_all\b", r"\b(?:won't|not|never)\b", r"\bautogenerat\w*|\btimestamps?\b"),
        when=r"\b(?:bulk|batch|mass) (?:\w+ )?(?:insert|import|write|remov|restor|creat|enrol)\w*|\binsert_all\b",
        given="stores",
    ),
    Documented(
        packages=_ECTO,
        section="6.1",
        says="A release that still runs cannot load a row with the new value for {who}, so the code that reads it "
        "ships before the code that writes it",
        needs=(r"\bload\w*\b", r"\binvalid\b|\berror\b|\brais\w+"),
        when=r"\b(?:new|additional) (?:\w+ ){0,2}(?:type|status|kind|state)s?\b|\benum\w*",
        given="migrates",
    ),
    Documented(
        packages=_ECTO,
        section="6.1",
        says="The index for {who} is built concurrently, in a migration of its own, under the advisory lock",
        needs=(r"\bpg_advisory_lock\b", r"\bconcurrent\w*"),
        when=r"\bindex(?:es|ed)?\b|\bunique (?:constraint|index)|\buniqueness\b",
        given="migrates",
    ),
    Documented(
        packages=_ECTO,
        section="6.1",
        says="One node migrates at a time, so a long backfill for {who} would hold the deploy; it runs outside the "
        "migration",
        needs=(r"\block\w*", r"\bone at a time\b"),
        when=r"\bbackfill\w*[^.;]{0,60}\b(?:rows?|records?|columns?)\b|\bexisting (?:rows|records)\b|\bdata migration",
        given="migrates",
    ),
    Documented(
        packages=("cachex",),
        section="8",
        says="The bound on what is cached for {who} is reached late, so it is set below what memory allows",
        needs=(r"\bevict\w*|\bclean-?up\b", r"\bnot instant\w*|\btakes? (?:a|some)\b|\bdelay\w*"),
        when=r"\bevict\w*|\blru\b|\bcach\w+[^.;]{0,50}\b(?:limit|capacity|bound)\w*|\bcapacity\b[^.;]{0,50}\bcach\w+",
        given="caching",
    ),
    Documented(
        packages=_VIEW,
        section="9.3",
        says="The template of {place} reads what changes for {who} from assigns, never from variables of its own",
        needs=(r"\bvariables?\b", r"\b(?:every|each) render\b|\bre-?render\w*"),
        when=r"\brapid(?:ly)? (?:chang|updat|filter|switch)\w*|\brender\w*[^.;]{0,60}\bincremental\w*|"
        r"\blive updat\w*|\bupdat\w+[^.;]{0,60}\bdynamically\b|\bre-?render\w*|\bper (?:page )?render\b|"
        r"\bwithout (?:a )?full page (?:reload|refresh)",
        layers=_VIEWS,
    ),
    Documented(
        packages=_VIEW,
        section="9.3",
        says="The list for {who} in {place} is a stream with a `limit` of a few pages, which keeps the page light",
        needs=(r"\blimit\b", r"\bstream\w*"),
        when=r"\binfinite\b|\bload(?:s|ing|ed)? (?:more|incrementally)\b|\bscroll(?:s|ing)? (?:through|down|list)|"
        r"\blarge (?:lists?|tables?)\b|\bappended pages?\b",
        layers=_VIEWS,
    ),
    Documented(
        packages=_VIEW,
        section="4.2",
        says="The events of {place} for {who} are held back in the browser before they reach the server",
        needs=(r"\brate-limit\w*", r"\bphx-(?:debounce|throttle)\b"),
        when=r"\brapid\w*|\bdebounc\w*|\bthrottl\w*|\bkeystrokes?\b|\bwhile users? (?:types?|edits?)\b",
        layers=_VIEWS,
    ),
    Documented(
        packages=_VIEW,
        section="12",
        says="The upload for {who} in {place} declares which files it accepts, how many and how large",
        needs=(r"\bfiles?\b", r"\bvalidated\b|\bmax(?:imum)?\b"),
        when=r"\buploads?\b|\bupload(?:ed|ing)\b",
        layers=_VIEWS,
    ),
    Documented(
        packages=("oban",),
        section="10",
        says="A retry for {who} may come minutes after the first attempt, so the job reads its data anew each time",
        needs=(r"\bbackoff\b|\bretry delay\b", r"\battempts?\b"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        packages=("oban",),
        section="10",
        says="A node that stops in the middle of a job for {who} leaves it marked as executing, so it must be safe to "
        "run twice",
        needs=(r"\bexecuting\b", r"\brestarts?\b|\bdeploy\w*"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        packages=("oban",),
        section="10",
        says="A failure for {who} that no retry can mend cancels the job instead of filling the queue",
        needs=(r":cancel\b", r"\bretr\w+"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        packages=("oban",),
        section="10",
        says="What one job for {who} does fits into the grace period of a shutdown",
        needs=(r"\bgrace period\b", r"\bshutdown\b"),
        when=_JOB,
        given="jobs",
    ),
    Documented(
        packages=("telemetry",),
        section="11",
        says="The work behind {who} runs inside one span, so that a failure is measured like a success",
        needs=(r"\bstop\b", r"\bexception\b"),
        when=r"\b(?:emit|expos|publish|instrument|record|dedicated)\w*[^.;]{0,40}\btelemetry\b|"
        r"\btelemetry (?:events?|spans?|metrics?)\b|\binstrument(?:s|ed|ation)?\b",
        given="events",
    ),
    Documented(
        packages=("phoenix", "plug", "phoenix_live_view"),
        section="12",
        says="The way in for {who} stands in the scope whose pipelines already guard its neighbours",
        needs=(r"\bplugs\b", r"\bpipelines\b", r"\ball\b|\bevery\b"),
        when=r"\b(?:the|an?|new|existing) (?:[\w/`:-]+ )?(?:routes?|endpoints?)\b",
    ),
    Documented(
        packages=("phoenix", "ecto"),
        section="12",
        says="The reads and writes behind {who} are scoped in the query itself, not only by the page that leads there",
        needs=(r"\bscoped\b", r"\bmust\b|\bshould\b"),
        when=r"\btenan\w+|\bpermission\w*|\bunauthor\w*|\brestrict(?:s|ed)? to\b|\bonly (?:their|its) own\b|\bscoped\b",
    ),
    Documented(
        packages=("ecto_sql",),
        section="13",
        says="Tests of {who} that need several connections check each one out by itself",
        needs=(r"\bsandbox\b", r"\btransaction\b|\bcheck\w* out\b"),
        when=r"\bconcurren\w*|\brac(?:e|es|ing)\b|\bparallel\b",
    ),
    Documented(
        packages=_ECTO,
        section="7",
        says="What {place} writes for {who} stands or falls with the transaction of its caller",
        needs=(
            r"\binside (?:another|an existing|a) transaction\b|\bnested transactions?\b",
            r"\broll\w* ?back|\babort\w*",
        ),
        when="",
        traps=("nested-transaction",),
    ),
    Documented(
        packages=("ecto",),
        section="7",
        says="A second save for {who} that began from an older row fails instead of overwriting the first",
        needs=(r"\bstale\b|\bStaleEntryError\b", r"\brais\w+|\bfail\w*|\berror\b"),
        when=r"\b(?:concurrent|simultaneous|conflicting) (?:edit|change|sav|updat)\w*|\boverwrit\w*|\boptimistic\w*",
        given="stores",
    ),
    Documented(
        packages=_VIEW,
        section="10",
        says="A load for {who} in {place} that fails or exits arrives as a result to show, and does not end the page",
        needs=(r"\basync\w*|\btasks?\b", r"\bexits?\b|\berrors?\b", r"\bwrap\w*|\blinked\b|\bhandle_async\b"),
        when=r"\basync\w*|\bplaceholders?\b|\bspinners?\b|\bhydrat\w*|\bprogressive\w*|\bloading states?\b",
        layers=_VIEWS,
    ),
    Documented(
        packages=_VIEW,
        section="9.3",
        says="The rows for {who} in {place} are streamed, so that the server does not hold them once they are drawn",
        needs=(r"\bstreams?\b", r"\bwithout keeping\b|\bnot ke(?:ep|pt)\b|\bfreed?\b", r"\bserver\b|\bmemory\b"),
        when=r"\binfinite\b|\bload(?:s|ing|ed)? (?:more|incrementally)\b|\blarge (?:lists?|tables?)\b",
        layers=_VIEWS,
    ),
    Documented(
        packages=_VIEW,
        section="12",
        says="{place} checks the permission for {who} at each event, not on mount alone",
        needs=(
            r"\bauthoriz\w*|\bpermissions?\b",
            r"\bevery\b|\beach\b|\bhandle_event\b|\bboth\b",
            r"\bmust\b|\bshould\b",
        ),
        when=r"\bpermission\w*|\bunauthor\w*|\bauthoriz\w*|\brestrict(?:s|ed)? to\b",
        layers=("live_view",),
    ),
)
