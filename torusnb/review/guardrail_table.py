"""The guardrails: when each applies to a design, which words address it, and where it belongs."""

from __future__ import annotations

from torusnb.models.base import Value


class Guardrail(Value, frozen=True):
    """One thing that every design of its kind must settle.

    Attributes:
        rule: The rule's id.
        title: What is missing, as the finding says it.
        applies: Words in the design (not in what it denies) that make it apply; empty when it applies always.
        least: In how many passages they must stand.
        asked: Words in the pack's requirements that make it apply as well; empty when the pack has no say.
        addressed: Words that only a statement on the guardrail itself uses.
        unless: Words in the same sentence that show the statement to be about something else.
        home: Titles of the section it belongs to.
        remedy: What to write.
        waived: Words of the pack that let the design off.
        restated: Whether it is enough that a requirement is restated.
    """

    rule: str
    title: str
    applies: str
    least: int
    asked: str
    addressed: str
    unless: str
    home: str
    remedy: str
    waived: str = ""
    restated: bool = False


_SECURITY = r"\bsecurity\b|\bprivacy\b|\bpermissions\b"
_DATA_MODEL = r"\bmigrations?\b|\bschemas?\b|\bdata model\b|\bstorage\b"
_ROLLOUT = r"\brollout\b|\bflags?\b|\bdeploy|\bcompatib|\boperations?\b|\brisks?\b"

GUARDRAILS: tuple[Guardrail, ...] = (
    Guardrail(
        rule="guardrail.tenant",
        title="the tenant boundary: whose data a section or an institution may see",
        applies=r"\bsections?\b|\binstitutions?\b|\btenants?\b|\benrol\w+|\broster\b|\bcourse\b|`[^`\n]*section_(?:id"
        r"|slug)[^`\n]*`",
        least=5,
        asked="",
        addressed=r"\btenan(?:t|ts|cy)\b|\binstitutions?\b|\binstitution_id\b|\bcross-(?:section|institution|project"
        r"|tenant|course)\b"
        r"|\b(?:section|project|course|enrol\w+|context|user)[- ](?:scoped|bound|bounded|specific|level scop\w+"
        r"|isolat\w+)\b"
        r"|\bscop(?:ed?|ing)\b[^.;\n]{0,60}\b(?:section|project|course|enrol\w+|user|publication)s?\b"
        r"|\b(?:section|project|course)\b[^.;\n]{0,40}\b(?:scop(?:e|es|ed|ing)|boundar(?:y|ies)|isolation|ownership)\b"
        r"|\b(?:belongs? to|limited to|restricted to|bound to|owned by|confined to|within|loaded through"
        r"|through)\b[^.;\n]{0,40}"
        r"\b(?:section|project|course)\b|\b(?:tenant|data|scope|section|project|context) isolation\b|\bisolated (?:by"
        r"|per)\b|\b(?:other|another|foreign|unrelated) (?:section|project|course|author)s?\b",
        unless="",
        home=_SECURITY,
        remedy="Say by which key every read and write is scoped (section, project, institution) and where that is"
        " checked,"
        " or why nothing of a tenant is touched.",
    ),
    Guardrail(
        rule="guardrail.permissions",
        title="roles and permissions: who may do it, checked where",
        applies=r"\b(?:routes?|endpoints?|handle_event|buttons?|modals?|controllers?|LiveView|mutations?|admins?"
        r"|instructors?|authors?|GET|POST)\b",
        least=6,
        asked="",
        addressed=r"\bauthori[sz]\w*|\bpermissions?\b|\broles?\b|\baccess control\b|\bcan_access\b|\bon_mount\b"
        r"|\bprivileg\w*"
        r"|\b(?:instructor|admin|author|staff|learner|student)(?:s|/\w+)?[- ]only\b|\bonly (?:\w+ )?(?:instructors?"
        r"|admin\w*|authors?|staff)\b"
        r"|\bauthenticat\w+|\baccess (?:check|rule|path|guard|context)s?\b|\bpublic(?:ly)? (?:page|route|static"
        r"|access)|\bopen[- ]access\b"
        r"|\b(?:admins?|instructors?|authors?|staff|learners?|students?)\b[^.\n]{0,60}\b(?:may|can|cannot|allowed"
        r"|let in)\b"
        r"|\b(?:other|every|any)\w* (?:caller|user|person|role)s? (?:is|are|gets?) (?:redirected|refused|denied)\b"
        r"|\badmit(?:s|ted|ting)?\b[^.;\n]{0,60}\b(?:admins?|instructors?|authors?|staff|learners?|students?|users?"
        r"|owners?|members?)\b|\bMount\.for\b|\b(?:mount(?: hook)?|plugs?|pipelines?)\b[^.;\n]{0,80}\b(?:admits?"
        r"|lets? in|refuses?|redirects?|denies|halts)\b"
        r"|`(?:\w+\.)*(?:require|ensure|authorize|restrict)_\w+`|\belse (?:redirects|refuses)\b"
        r"|\bunauthenticated\b|\bdeveloper-only\b|\bdev[- ](?:only )?route|\bis public\b|\bno (?:new )?authorization\b",
        unless=r"\bcomponent roles?\b|\bbutton role\b|\brole=|\baria\b",
        home=_SECURITY,
        remedy="Name the roles and the check that lets each in, at mount and at each event; or say which existing check"
        " covers it unchanged.",
    ),
    Guardrail(
        rule="guardrail.lti",
        title="LTI: what a launch, a role or a grade passed back means for it",
        applies=r"\bLTI\b|\bgrade pass-?\s?back\b|\bdeep[- ]link(?:ing)? (?:request|response)s?\b|\bNRPS\b|\bAGS\b"
        r"|\bline ?items?\b",
        least=2,
        asked=r"\bLTI\b|\bgrade pass-?\s?back\b|\bpass(?:ed|es)? back\b|\bNRPS\b|\bAGS\b|\bLMS\b",
        addressed=r"\bLTI\b|\blaunch(?:es|ed)?\b|\bpass-?\s?back\b|\bpass(?:ed|es)? back\b|\bNRPS\b|\bAGS\b|\bLMS\b"
        r"|\bline ?items?\b"
        r"|\binstitution's system\b",
        unless="",
        home=r"\bsecurity\b|\bcompatib|\binterfaces?\b|\bintegration",
        remedy="Say what changes for launches, roles and grades that come and go through LTI, or that nothing does"
        " and why.",
    ),
    Guardrail(
        rule="guardrail.accessibility",
        title="accessibility (WCAG 2.1 AA) of what people see and operate",
        applies=r"\b(?:buttons?|modals?|dialogs?|tooltips?|dropdowns?|popovers?|checkbox(?:es)?|toggles?|HEEx"
        r"|click(?:s|ed|ing)?|banners?|drag\w*"
        r"|menus?|icons?|layout|\w+Live)\b|\.heex\b|\.tsx\b",
        least=4,
        asked=r"\bWCAG\b|\baccessib(?:le|ility)\b|\bscreen[- ]reader\b|\bkeyboard\b",
        addressed=r"\bWCAG\b|\baccessib\w*|\ba11y\b|\bkeyboard\b|\bscreen[- ]?readers?\b|\baria\b|\baria-\w+"
        r"|\bfocus(?:able| order| management| trap\w*| visib\w*| ring| returns?| states?|-visible)\b|\bcontrast\b"
        r"|\btab order\b"
        r"|\b(?:UI|DOM|markup)\b[^.;\n]{0,40}\bunchanged\b|\bno (?:new |visible |visual )*(?:UI|user[- ]facing"
        r"|markup)\b[^.;\n]{0,40}\bchanges?\b"
        r"|\balt[- ]text\b|\bsemantic (?:html|markup|buttons?|headings?|structure)\b",
        unless="",
        home=r"\baccessib|\bui\b|\bliveview|\binterfaces?\b|\btest",
        remedy="Say how it is used by keyboard and screen reader, what is announced, and where focus goes; or why"
        " there is"
        " nothing new to see.",
    ),
    Guardrail(
        rule="guardrail.telemetry",
        title="telemetry: what tells in production that it works",
        applies=r"\bLiveView\b|\broutes?\b|\bendpoints?\b|\bquer(?:y|ies)\b|\bjobs?\b|\bOban\b|\bworkers?\b|\bRepo\b"
        r"|\bcontroller\b|\bAPI\b",
        least=3,
        asked="",
        addressed=r"\btelemetry\b|\bAppSignal\b|\bmetrics?\b|\blog(?:s|ged|ging|ger)?\b|\binstrument\w*|\btrac(?:e|es"
        r"|ing)\b|\bcounters?\b"
        r"|\balerts?\b|\bmonitor\w*|\bobservability\b|\[:[a-z_]+,",
        unless=r"\b(?:decision|change|audit|revision) log\b|\blog(?:s|ged)? (?:in|out)\b|\btraceab"
        r"|\bprogress metrics?\b|\bmetric cards?\b",
        home=r"\bobservab|\btelemetry\b|\bmonitor|\blogging\b",
        remedy="Name the events with measurements and metadata, or the existing ones that are enough and why.",
    ),
    Guardrail(
        rule="guardrail.performance-target",
        title="a performance target with a number and a unit",
        applies=r"\bquer(?:y|ies)\b|\bRepo\b|\bendpoints?\b|\bOban\b|\bjobs?\b|\bdatabase\b|\bN\+1\b|\bpage load\b"
        r"|\blatency\b",
        least=3,
        asked=r"\bp(?:50|95|99)\b[^\n]{0,20}\d|\d\s?(?:ms|rps|req/s)\b",
        addressed=r"(?<![\w.-])\d[\d,.]*\s?(?:[-–]\s?\d[\d,.]*\s?)?(?:ms|milliseconds?|µs|s|sec|secs|seconds?|min"
        r"|minutes?|rps|req/s|qps|MB|KB|GB|MiB)\b"
        r"|\b\d[\d,]*k?\s?(?:\w+ )?(?:quer(?:y|ies)|requests?|events?|rows?|writes?|reads?|jobs?|users?|learners?"
        r"|students?)(?:/s\b| per\b| a (?:second|minute)\b)"
        r"|\b(?:one|two|three|four|at most \w+|single|no (?:new|more|additional|extra|added)|zero) (?:[\w-]+ ){0,3}"
        r"(?:quer(?:y|ies)|round[- ]?trips?|database (?:work|calls?|reads?|writes?)|(?:network|http|server|provider"
        r"|api|completion|model) (?:calls?|requests?|round[- ]?trips?|work)|inserts?|upserts?|lookups?|fetch(?:es)?"
        r"|hot[- ]path\w*)\b"
        r"|\b(?:without|avoids?|must not|never|no) (?:[\w-]+ ){0,3}"
        r"(?:per[- ][\w-]+ (?:\w+ )?(?:quer|fetch|load|read|call)"
        r"|(?:query|fetch|load) (?:once )?per )\w*"
        r"|\b(?:does|do|will|must) not (?:add|introduce|issue|perform|make) (?:[\w-]+ ){0,4}(?:quer(?:y|ies)"
        r"|hot[- ]path|database|round[- ]?trips?|requests?)\b",
        unless="",
        waived=r"\bno\b[^.;\n]{0,40}\b(?:load|performance|latency)\b[^.;\n]{0,30}\b(?:requirements?|targets?|budgets?)\b"
        r"|\bnot (?:set|require|define)\b[^.;\n]{0,30}\b(?:latency|performance)\b[^.;\n]{0,20}\b(?:target|budget)",
        restated=True,
        home=r"\bbudgets?\b|\btargets\b|\bperformance\b|\bnon-functional\b",
        remedy="Give the target that decides, with its statistic, number and unit (P95 ≤ 300 ms), or say why none is"
        " needed.",
    ),
    Guardrail(
        rule="guardrail.rollout",
        title="flags and rollout: how it is switched on, and for whom first",
        applies=r"\b(?:\w+Live|routes?|endpoints?|migrations?|Oban|buttons?|modals?|controllers?|handle_event)\b",
        least=6,
        asked="",
        addressed=r"\bfeature[- ]flag(?:s|ged|ging)?\b|\b(?:scoped|delivery|rollout|section) flags?\b|\bbehind (?:a"
        r"|an|the|its) (?:[\w`-]+ ){0,2}flag\b|\bflag (?:off|on|is|defaults?|gates?)\b|\broll(?:ed|s|ing)?[- ]?out\b"
        r"|\bcanary\b|\bkill[- ]switch\b|\b(?:after|during|before|on|first|rolling|each|one|same) (?:the "
        r"|a )?(?:rolling )?deploy(?:s|ment)?\b|\bdeploy(?:s|ed|ment|ing)? (?:order|plan|the|with|behind|in|to|first"
        r"|together|steps?|before|after)\b"
        r"|\bgated (?:by|behind|on) `|\b(?:feature|flag) enablement\b"
        r"|\breleased? (?:plan|order|to|behind|in stages)\b|\bships? (?:to|behind|for|with)\b|\bgradual\w*|\bstaged\b"
        r"|\bphased\b|\bpilot\b|\bopt[- ]in\b|\benvironment variable\b"
        r"|\bconfig(?:uration)?[- ](?:switch|toggle|gate)\b|\bcut-?over\b",
        unless=r"\bLTI deployment\b|\bdeployment[_ ]?id\b|`[^`\n]*deploy[^`\n]*`",
        waived=r"\bno (?:new )?feature[- ]flags?\b",
        home=_ROLLOUT,
        remedy="Say whether it ships behind a flag, its scope and default, the order of the rollout and who can"
        " switch it"
        " off; or why it can go to everybody at once.",
    ),
    Guardrail(
        rule="guardrail.migration",
        title="the online migration: that the schema change is safe while the system runs",
        applies=r"\b(?:new|adds?|adding|create|creates|introduc\w+|alter\w*) (?:[\w`_-]+ ){0,4}(?:tables?|columns?"
        r"|migrations?|unique index)\b"
        r"|\bmigration (?:adds?|creates?|alters?|:)|\bnew table:|\bmigration:\s|\bCREATE (?:TABLE|UNIQUE INDEX"
        r"|INDEX)\b|\bALTER TABLE\b"
        r"|\b(?:create|alter) table\(",
        least=1,
        asked="",
        addressed=r"\bconcurrent(?:ly| indexe?s?)?\b|\badditive\b|\bnullable\b|\b(?:with )?defaults?\b|\bbackfill\w*"
        r"|\bin batches\b|\block(?:s|ing|ed)?\b"
        r"|\bzero[- ]downtime\b|\bonline\b|\bnon-?blocking\b|\bexpand\b|\brolling\b|\bexisting rows?\b"
        r"|\bexisting (?:records?|data|revisions?)\b"
        r"|\bdestructive\b|\bempty (?:table|array)s?\b|\bbackwards?[- ]compatible\b|\bno (?:data )?(?:backfill"
        r"|rewrite)\b|\bwhile the system runs\b",
        unless=r"\boptimistic lock|\badvisory lock",
        home=_DATA_MODEL,
        remedy="Give the steps that are safe on a running system: add as nullable or with a constant default, index"
        " concurrently, backfill in batches, validate, then switch.",
    ),
    Guardrail(
        rule="guardrail.rollback",
        title="the rollback: the way back once the schema has changed",
        applies=r"",
        least=0,
        asked="",
        addressed=r"\broll(?:ed|s|ing)?[- ]?back\b|\brollbacks?\b|\brevert\w*|\breversib\w+|\bdown migrations?\b"
        r"|`down`|\bup/down\b|\bup and down\b"
        r"|\bway back\b|\b(?:drop|drops|dropping|remov\w+) the (?:\w+ )?(?:columns?|tables?)\b"
        r"|\bdisabl\w+ the (?:\w+ )?(?:flag|feature)\b"
        r"|\b(?:turn|switch)(?:ed|ing)? (?:it )?off\b|\bkill[- ]switch\b|\bforward[- ](?:only|fix)\b|\bback[- ]?out\b",
        unless=r"\btransactions?\b|\bRepo\.|\bMulti\b|\bpersist\w*|\bwithout persisting\b|\bany exclusion\b"
        r"|\boptimistic\b",
        home=_DATA_MODEL + "|" + _ROLLOUT,
        remedy="Say what undoes it (`down`, the flag, a forward fix) and what becomes of data written meanwhile.",
    ),
    Guardrail(
        rule="guardrail.personal-data",
        title="personal data: what of learners and staff is stored, shown, sent or logged",
        applies=r"\b(?:students?|learners?|emails?|submissions?|roster|prompts?)\b",
        least=3,
        asked="",
        addressed=r"\bPII\b|\bpersonal(?:ly)?[- ](?:data|identif\w+|information)\b|\bprivacy\b|\bredact\w*"
        r"|\banonymi[sz]\w*|\bpseudonym\w*|\bFERPA\b|\bGDPR\b"
        r"|\bsensitive\b|\braw (?:\w+ ){0,2}(?:submissions?|expressions?|prompts?|user|text|inputs?|responses?"
        r"|answers?|content|payloads?|values?|id tokens?|ids?)\b"
        r"|\b(?:learner|student|user)[- ](?:data|identity|identif\w+|names?|emails?|content|text|ids?|level data"
        r"|information|responses?|answers?|submissions?)\b"
        r"|\baggregate[ds]?[- ](?:only|safe|data|metrics)\b|\bopaque\b|\b(?:do(?:es)?|must|should|is"
        r"|are) not (?:be )?log(?:ged)?\b|\bnever (?:be )?log(?:ged)?\b"
        r"|\bavoid logging\b|\blearner attempt data\b|\bnever appears? in logs\b|\b(?:kept|keep|stay"
        r"|stays) out of (?:logs|metrics|telemetry)\b|\bencrypted\b|\bcarr(?:y|ies) (?:no )?names\b"
        r"|\bno (?:new )?(?:sensitive|personal|private)\b|\bnames? or emails?\b",
        unless="",
        home=_SECURITY,
        remedy="Name the personal data it touches and what keeps it out of logs, metrics and third parties; or say"
        " that it"
        " touches none.",
    ),
    Guardrail(
        rule="guardrail.audit",
        title="audit: who did what to whom, kept where it can be found",
        applies=r"\b(?:admin(?:istrator)?s?|instructors?|authors?|staff)\b[^\n.;]{0,80}"
        r"\b(?:grants?|revokes?|impersonat\w*|deletes?|deleting|overrides?|exempts?|publish(?:es)?|enables?|disables?"
        r"|remov(?:e|es|ing)"
        r"|promotes?|approves?)\b",
        least=3,
        asked=r"\baudit(?:s|ed|ing|able)?\b(?! (?:tool|of))",
        addressed=r"\baudit\w*|\bwho changed\b|\bactor(?:s|_id)?\b|\battribut(?:ion|ed)\b|\brevision history\b"
        r"|\bhistory of (?:changes|edits)\b"
        r"|\b(?:author|user|admin|updated_by|created_by|changed_by)(?:_id)?\b[^.;\n]{0,30}\b(?:is |are )?(?:recorded"
        r"|stored|kept|logged)\b|\bupdated_by\b|\bcreated_by\b"
        r"|\bgenerated_by\w*|\brecord(?:s|ed)? (?:of )?who\b",
        unless=r"\baudit needed\b|\bcode audit\b|\baudit for safety\b|\bscope-filter audit\b",
        home=_SECURITY,
        remedy="Name the audit event, its actor and what it keeps, or say why the change needs no trace.",
    ),
)
"""Every guardrail, in the order in which they are reported. A rollback is asked for wherever a migration is."""
