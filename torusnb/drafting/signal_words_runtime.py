"""Signals of processes, caches, neighbours, people's data and operations, with the words that show them."""

from __future__ import annotations

from torusnb.drafting.signal import Signal

RUNTIME_SIGNALS: tuple[Signal, ...] = (
    # Work that goes on by itself.
    Signal(
        "background_job",
        "work that runs after the request, in a job queue",
        words=r"\boban\b|\bbackground (?:job|work|task|process)\w*|\bjob queues?\b|\benqueue\w*"
        r"|\b(?-i:[A-Z]\w*Worker)\b|\basync(?:hronous)? (?:job|worker|task)s?\b|\bqueued jobs?\b"
        r"|\bworkers? (?:job|process|queue)s?\b",
        kinds=("worker",),
    ),
    Signal(
        "schedule",
        "work that runs at a set time or interval",
        words=r"\bcron\w*|\b(?:nightly|hourly|daily|weekly) (?:job|run|task|sync|refresh|export|worker)s?\b"
        r"|\bscheduled (?:job|task|run|worker|export|refresh)s?\b|\bperiodic(?:ally)? (?:job|task|refresh"
        r"|clean|purge|run|poll)\w*",
    ),
    Signal(
        "genserver",
        "a long-lived process that owns state",
        words=r"\bgen_?servers?\b|\bsupervis(?:or|ed|ion)\b|\bstateful process\w*|\bper-\w+ process\w*"
        r"|\bprocess registry\b|`(?:Agent|Registry)`|\bdynamic ?supervisors?\b|\blong-lived process\w*",
        kinds=("genserver", "supervisor"),
    ),
    Signal(
        "pipeline",
        "a continuous stream of events that is taken in or passed on",
        words=r"\bbroadway\b|\bgen_?stage\b|\bevent (?:pipeline|ingest\w*|stream)s?\b|\bingestion (?:pipeline|path"
        r"|process)\w*|\bkinesis\b|\bsqs\b|\bkafka\b|\betl\b|\bupload pipeline\b",
    ),
    Signal("async_work", "work outside the request", of=("background_job", "schedule", "pipeline")),
    Signal(
        "fan_out",
        "several reads or calls at once for one request",
        words=r"\bin parallel\b|\bparallel (?:load|quer|fetch|request|call|execut)\w*|\bconcurrent(?:ly)? (?:load"
        r"|quer|fetch|call|execut|run)\w*|\bfan[- ]?outs?\b|\bTask\.(?:async\w*|Supervisor)\b",
    ),
    # Caches.
    Signal(
        "cache",
        "a cache that this feature reads, fills or must keep right",
        words=r"\bcach(?:e|es|ed|ing)\b|\bcachex\b|\bets\b|\bpersistent_term\b|\bmemoi[sz]\w+|\bdepot\b",
        unless=r"\bdiagnos\w+|\blogs? (?:or|and) telemetry\b|\btelemetry\b.{0,60}\bcache freshness\b",
    ),
    Signal(
        "cache_invalidation",
        "cached values that go stale and must be dropped or renewed",
        words=r"\binvalidat\w+ (?:\w+ ){0,4}cach\w+|\bcach\w+ (?:\w+ ){0,4}invalidat\w+|\bttls?\b|\bevict\w*"
        r"|\bstale cach\w+|\bcache (?:expir|busting|refresh)\w*|\bexpir\w+ (?:\w+ ){0,3}cach\w+",
    ),
    # Neighbours.
    Signal(
        "llm",
        "calls of a language model",
        words=r"\bllms?\b|\bgen ?ai\b|\blanguage models?\b|\bai[- ](?:generated|assist\w+|powered|feedback)\b"
        r"|\b(?:openai|anthropic|claude)\b|\bprompts? (?:template|text|injection|construction)s?\b"
        r"|\bcompletions? api\b",
    ),
    Signal(
        "external_call",
        "HTTP calls to a service that is not ours",
        words=r"\b(?:third[- ]party|external|remote|upstream) (?:service|api|provider|system|endpoint)s?\b"
        r"|\bwebhooks?\b|\bhttp (?:client|call|request)s? to\b|\bprovider (?:failure|outage|error|timeout)s?\b"
        r"|\bs3\b|\boutbound (?:request|call)s?\b",
        of=("llm",),
    ),
    Signal(
        "email",
        "e-mail that is sent",
        words=r"\be-?mails? (?:is|are|notification|template|message|sent|delivery|students|learners|instructors"
        r"|to)\b|\b(?:send|sends|sent|sending) (?:an? |the )?(?:\w+ )?e-?mails?\b|\bmailer\b|\bswoosh\b"
        r"|\bbamboo\b",
    ),
    Signal(
        "file_upload",
        "files that people upload",
        words=r"\b(?:file|image|media|csv|zip|document) uploads?\b|\bupload(?:s|ed|ing)? (?:an? "
        r"|the )?(?:\w+ )?(?:file|image|csv|zip|asset|archive|document)s?\b|\ballow_upload\b",
    ),
    Signal(
        "import_export",
        "content or data that is imported, exported or downloaded",
        words=r"\bcsv (?:export|import|download|upload|file|report)s?\b|\b(?:to|as|from) csv\b|\bimport(?:s|ed|er"
        r"|ing)? (?:\w+ ){0,3}(?:package|archive|course|project|content|data|file|question|bank|activit"
        r"|qti)\w*|\bexport(?:s|ed|er|ing)? (?:\w+ ){0,3}(?:package|archive|course|project|content|data|file"
        r"|to|as|csv|roster|grades)\b|\bdownload(?:s|able)?\b|\bingest (?:package|archive|project)\w*",
        unless=r"\b(?:css|es|module|esm|component|named|default) (?:im|ex)ports?\b",
    ),
    Signal(
        "lti",
        "LTI launches, deployments or tools",
        words=r"\blti\b|\b1edtech\b|\bdeep[- ]link\w*(?= (?:request|response|content|flow|tool|launch))"
        r"|\blaunch(?:es)? (?:request|parameter|token|flow|claim)s?\b|\bid_token\b|\bjwks?\b",
        unless=r"\b(?:existing|via|current) (?:\w+[ /]){0,3}lti\b|\blti (?:\S+ ){0,2}(?:roles?|sessions?|users?"
        r"|contexts?|auth\w*)\b",
    ),
    Signal(
        "grade_passback",
        "scores that are sent to the learning platform",
        words=r"\bgrade (?:pass-?back|sync|send|update)\w*|\bpass-?back\b|\bline ?items?\b|\bassignment and grade\b"
        r"|\bags\b|\bscores? (?:to|into|with) (?:the )?lms\b",
    ),
    # People and their data.
    Signal(
        "roles",
        "rights that differ by role",
        words=r"\broles?\b|\bpermission\w*|\bauthori[sz](?:e|ed|es|ation|ing)\b|\baccess control\b"
        r"|\bonly (?:instructor|author|admin|administrator|student|learner)s?\b|\b(?:instructor|author|admin"
        r"|student|learner)s?[- ]only\b|\bunauthori[sz]ed\b",
        negatable=False,
    ),
    Signal(
        "tenant_data",
        "data that belongs to one institution, section or project",
        words=r"\btenan(?:t|ts|cy)\b|\bmulti-?tenan\w+|\binstitutions?\b|\bcross[- ](?:section|project|tenant"
        r"|institution)\b|\b(?:section|project)[- ]scoped\b|\bscoped (?:to|by) (?:the |a "
        r"|one )?(?:\w+ )?(?:section|project|institution|course)s?\b|\bsection_id\b|\bproject_id\b",
        negatable=False,
    ),
    Signal(
        "pii",
        "personal data of learners or staff",
        words=r"\bpii\b|\bpersonal(?:ly)?[- ](?:data|information|identif\w+)\b|\bferpa\b|\bgdpr\b|\bprivacy\b"
        r"|\bredact\w*|\b(?:learner|student)[- ](?:data|names?|emails?|text|records?|responses?|level data)\b"
        r"|\bde-?identif\w+|\banonymi[sz]\w+|\bsensitive (?:data|information|content|value|payload)s?\b",
        negatable=False,
    ),
    Signal(
        "audit",
        "actions that must leave a record of who did what",
        words=r"\baudit (?:logs?|logging|trails?|events?|records?|entr\w+|fields?)\b|\bauditab\w+|\baudited\b"
        r"|\baudit (?:\w+ ){1,3}(?:actions?|changes?)\b|\bwho (?:changed|did|made) (?:what|it)\b"
        r"|\bhistory of changes\b",
    ),
    Signal(
        "untrusted_content",
        "content that people or models write and others see",
        words=r"\bxss\b|\bsaniti[sz]\w+ (?:\w+ )?(?:html|content|markup|input|text|output)\b|\b(?:html|content"
        r"|markup|input|output)\W+(?:\w+\W+){0,3}saniti[sz]\w+|\bhtml[- ](?:content|escap\w+|inject\w+)\b"
        r"|\buntrusted\b|\btamper\w*|\bmalicious\b|\b(?:script|html|prompt|sql) injections?\b"
        r"|\biframes? (?:source|content|src|url|part|element|embed)\w*|\brich[- ]text\b|\bclient[- ]supplied\b",
        of=("llm", "file_upload"),
        negatable=False,
    ),
    # Content.
    Signal(
        "content_model",
        "the stored JSON of pages and content",
        words=r"\bcontent model\b|\bpage (?:model|content json|json)\b|\brevision content\b|\bcontent json\b"
        r"|\b(?:content|block) elements?\b|\bjson (?:schema|model|structure|field)s?\b|\bcontent blocks?\b"
        r"|\bcontent trees?\b",
    ),
    Signal(
        "activity_change",
        "activity types, their model, evaluation or rules",
        words=r"\bactivity (?:type|model|schema|registration|definition|json|bank)s?\b|\badaptive (?:activit\w+"
        r"|rules?|components?|parts?|triggers?)\b|\b(?:rule|response|answer|attempt|submission)s? evaluat\w+"
        r"|\bevaluat(?:e|es|ion|or) (?:of )?(?:rule|response|answer|attempt|submission)s?\b|\b(?:rule"
        r"|response) (?:engine|pars)\w*|\bpart types?\b|\bquestion banks?\b|\bscoring (?:rule|model"
        r"|strateg)\w*|\bgrading (?:rule|logic|behavio)\w*",
    ),
    Signal(
        "legacy_compat",
        "stored data, callers or links that must go on working",
        words=r"\bbackwards?[- ]compatib\w+|\blegacy\b|\bexisting (?:behaviou?r|content|projects|sections|courses"
        r"|callers|links|urls?|tests|activities|pages|rules|data|consumers|api)\b|\bwithout breaking\b"
        r"|\bdeprecat\w+",
        of=("content_model", "activity_change", "migration_of_data"),
        negatable=False,
    ),
    Signal(
        "pure_core",
        "rules, parsing or calculation without side effects",
        words=r"\bpars(?:e|er|es|ing)\b|\bnormali[sz](?:e|es|ation|ing|er)\b|\bpure (?:\w+ )?(?:function|module|core"
        r"|projection|logic|parser)s?\b|\bdeterministic (?:hash\w*|functions?|outputs?|order\w*|sampl\w+"
        r"|state transitions)\b|\bequivalence\b|\bprojection (?:logic|function|module)s?\b|\balgorithms?\b"
        r"|\bround[- ]trip\w*",
    ),
    # Operation.
    Signal(
        "feature_flag",
        "a feature flag",
        words=r"\bfeature[- ]flag\w*|\bscoped feature\w*|\bflag(?:ged)? (?:on|off|enabled|disabled|gat\w+)\b"
        r"|\bbehind a flag\b|\bgated? (?:by|behind|on) (?:a |the )?(?:\w+ )?(?:flag|feature|toggle)\b"
        r"|\bcanary (?:flag|rollout|launcher|release)s?\b|\bkill[- ]switch\w*",
    ),
    Signal(
        "rollout",
        "a staged release",
        words=r"\broll(?:ed|ing)?[- ]?outs?\b(?! of scope)|\bcanary\b|\bcohorts?\b|\bstaged release\b|\bpilot\b"
        r"|\bgradual(?:ly)? (?:enabl|releas)\w*|\bpercentage[- ]based\b",
        of=("feature_flag",),
    ),
    Signal(
        "config",
        "settings that operators change",
        words=r"\bruntime\.exs\b|\benvironment variables?\b|\benv vars?\b|\bconfigurable (?:\w+ )?(?:limit|timeout"
        r"|threshold|ttl|size|interval|via|through|at|by)\w*|\bapplication config\w*"
        r"|\badmin(?:istrator)? settings?\b",
    ),
    Signal(
        "telemetry",
        "events, metrics or traces that must be emitted",
        words=r"\btelemetry\b|\bappsignal\b|\bopentelemetry\b|\binstrument(?:ed|ation)\b|\bmetrics? (?:emit|for|on"
        r"|track)\w*|\bemits? (?:\w+ ){0,4}(?:event|metric)s?\b|\bdashboards? and alerts?\b|\balerts?\b",
        unless=r"\b(?:telemetry|logs?|logging|metrics)\b.{0,60}\b(?:must|should|may|shall) (?:not|avoid|never"
        r"|prefer)\b|\bwithout .{0,40}telemetry\b|\bexcluded from .{0,40}telemetry\b",
    ),
    Signal(
        "latency_target",
        "a number for how fast it must answer",
        words=r"\bp(?:50|90|95|99)\b.{0,60}?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|sec|seconds?)\b|\b(?:latency"
        r"|respon\w+|render\w*|loads?|loading|visible|appears?|completes?|updates?|returns?|feedback"
        r"|acknowledg\w+)\b.{0,60}?(?:within|under|below|less than|at most|in|<=?|≤) ?`?\d+(?:\.\d+)? ?(?:ms"
        r"|milliseconds?|s|sec|seconds?)\b",
        unless=r"\b(?:timeouts?|ttl|interval|debounce\w*|expir\w+)\b",
        negatable=False,
    ),
    Signal(
        "throughput_target",
        "a number for how much it must carry",
        words=r"\b\d[\d,.]*k? ?(?:\+ ?)?(?:rps|qps|(?:requests?|events?|jobs?|messages?|launches"
        r"|submissions)(?: ?/ ?| per )(?:s|sec|second|min|minute|hour|day)\b|(?:concurrent|simultaneous) \w+)",
        negatable=False,
    ),
    Signal("performance_target", "a number for speed or load", of=("latency_target", "throughput_target")),
)
