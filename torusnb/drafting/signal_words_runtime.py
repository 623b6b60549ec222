"""Signals of processes, caches, neighbours, people's data and operations, with the words that show them."""

from __future__ import annotations

from torusnb.drafting.signal import Signal

RUNTIME_SIGNALS: tuple[Signal, ...] = (
    # Work that goes on by itself.
    Signal(
        "background_job",
        "work that runs after the request, in a job queue",
        words=r"\boban\b|\bbackground (?:job|work|task|process)\w*|\bjob queues?\b|\benqueue\w*|\b(?-i:[A-Z]\w*Worker)\b"
        r"|\basync(?:hronous)? (?:job|worker|task)s?\b|\bqueued? (?:job|work)s?\b|\bworkers? (?:job|process"
        r"|queue)s?\b",
        kinds=("worker",),
    ),
    Signal(
        "schedule",
        "work that runs at a set time or interval",
        words=r"\bcron\w*|\b(?:nightly|hourly|daily|weekly) (?:job|run|task|sync|refresh|export|worker)s?\b"
        r"|\bscheduled (?:job|task|run|worker|export|refresh)s?\b|\bperiodic(?:ally)? (?:job|task|refresh|clean"
        r"|purge|run|poll)\w*",
    ),
    Signal(
        "genserver",
        "a long-lived process that owns state",
        words=r"\bgen_?servers?\b|\bsupervis(?:or|ed|ion)\b|\bstateful process\w*|\bper-\w+ process\w*"
        r"|\bprocess registry\b|\b(?-i:Agent|Registry|DynamicSupervisor)\b|\bcoordinator process\b"
        r"|\bstate machine process\b",
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
        words=r"\bin parallel\b|\bparallel (?:load|quer|fetch|request|call|execut)\w*|\bconcurrent(?:ly)? (?:load|quer"
        r"|fetch|call|execut|run)\w*|\bfan[- ]?outs?\b|\bmultiple oracles\b|\bTask\.(?:async\w*|Supervisor)\b",
    ),
    # Caches.
    Signal(
        "cache",
        "a cache that this feature reads, fills or must keep right",
        words=r"\bcach(?:e|es|ed|ing)\b|\bcachex\b|\bets\b|\bpersistent_term\b|\bmemoi[sz]\w+|\bdepot\b",
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
        r"|\bwebhooks?\b"
        r"|\bhttp (?:client|call|request)s? to\b|\bprovider (?:failure|outage|error|timeout)s?\b|\bs3\b"
        r"|\boutbound (?:request|call)s?\b",
        of=("llm",),
    ),
    Signal(
        "email",
        "e-mail that is sent",
        words=r"\be-?mails? (?:is|are|notification|template|message|sent|delivery|students|learners|instructors|to)\b"
        r"|\b(?:send|sends|sent|sending) (?:an? |the )?(?:\w+ )?e-?mails?\b|\bmailer\b|\bswoosh\b|\bbamboo\b",
    ),
    Signal(
        "file_upload",
        "files that people upload",
        words=r"\b(?:file|image|media|csv|zip|document) uploads?\b|\bupload(?:s|ed|ing)? (?:an? |the )?(?:\w+ )?(?:file"
        r"|image|csv|zip|asset|archive|document)s?\b|\ballow_upload\b",
    ),
    Signal(
        "import_export",
        "content or data that is imported, exported or downloaded",
        words=r"\bcsv\b|\bimport(?:s|ed|er|ing)? (?:\w+ ){0,3}(?:package|archive|course|project|content|data|file"
        r"|question|bank|activit|qti)\w*|\bexport(?:s|ed|er|ing)? (?:\w+ ){0,3}(?:package|archive|course|project"
        r"|content|data|file|to|as|csv|roster|grades)\b|\bdownload(?:s|able)?\b|\bingest (?:package|archive"
        r"|project)\w*",
        unless=r"\b(?:css|es|module|esm|component|named|default) (?:im|ex)ports?\b",
    ),
    Signal(
        "lti",
        "LTI launches, deployments or tools",
        words=r"\blti\b|\b1edtech\b|\bdeep[- ]link\w*(?= (?:request|response|content|flow|tool|launch))"
        r"|\blaunch(?:es)? (?:request|parameter|token|flow|claim)s?\b|\bid_token\b|\bjwks?\b",
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
        words=r"\broles?\b|\bpermission\w*|\bauthori[sz](?:e|ed|es|ation|ing)\b|\baccess control\b|\b(?:only"
        r"|all) (?:instructor|author|admin|administrator|student|learner)s?\b|\b(?:instructor|author|admin|student"
        r"|learner)s?[- ](?:only|facing)\b|\bunauthori[sz]ed\b",
        negatable=False,
    ),
    Signal(
        "tenant_data",
        "data that belongs to one institution, section or project",
        words=r"\btenan(?:t|ts|cy)\b|\bmulti-?tenan\w+|\binstitutions?\b|\bcross[- ](?:section|project|tenant"
        r"|institution)\b|\b(?:section|project)[- ](?:scoped|level|bound)\b|\bscoped (?:to|by) (?:the |a "
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
        words=r"\baudit(?:s|ed|ing|able|ability)?\b|\bwho (?:changed|did|made) (?:what|it)\b|\bhistory of changes\b",
    ),
    Signal(
        "untrusted_content",
        "content that people or models write and others see",
        words=r"\bxss\b|\bsaniti[sz]\w+|\bhtml[- ](?:content|escap\w+|inject\w+)\b|\buntrusted\b|\btamper\w*"
        r"|\bmalicious\b|\binject(?:ion|ed)\b|\biframes?\b|\brich text\b|\bclient[- ]supplied\b",
        of=("llm", "file_upload"),
        negatable=False,
    ),
    # Content.
    Signal(
        "content_model",
        "the stored JSON of pages and content",
        words=r"\bcontent model\b|\bpage (?:model|content json|json)\b|\brevision content\b|\bcontent json\b"
        r"|\b(?:content|block) elements?\b|\bjson (?:schema|model|structure|field)s?\b|\bcontent blocks?\b"
        r"|\bslate\b|\bcontent trees?\b",
    ),
    Signal(
        "activity_change",
        "activity types, their model, evaluation or rules",
        words=r"\bactivity (?:type|model|schema|registration|author\w*|definition|json)s?\b|\b(?:adaptive|janus)[- ]\w+"
        r"|\btrap[- ]states?\b|\bevaluat(?:e|es|ion|or) (?:of )?(?:rule|response|answer|attempt|submission)s?\b"
        r"|\b(?:rule|response) (?:evaluat|engine|pars)\w*|\bpart types?\b|\bquestion banks?\b|\bactivity banks?\b",
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
        words=r"\bpars(?:e|er|es|ing)\b|\bnormali[sz](?:e|es|ed|ation|ing|er)\b|\bpure (?:function|module|core"
        r"|projection|logic)s?\b|\bdetermin(?:istic\w*|ism)\b|\bequivalen(?:t|ce|cy)\b|\bprojection (?:logic"
        r"|function|module)s?\b|\balgorithms?\b|\bround[- ]trip\w*",
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
        r"|threshold|ttl|size|interval|via|through|at|by)\w*|\bruntime config\w*|\bapplication config\w*"
        r"|\badmin(?:istrator)? settings?\b",
    ),
    Signal(
        "telemetry",
        "events, metrics or traces that must be emitted",
        words=r"\btelemetry\b|\bappsignal\b|\bopentelemetry\b|\binstrument(?:ed|ation)\b|\bmetrics? (?:emit|for|on"
        r"|track)\w*|\bemits? (?:\w+ ){0,4}(?:event|metric)s?\b|\bdashboards? and alerts?\b|\balerts?\b",
    ),
    Signal(
        "latency_target",
        "a number for how fast it must answer",
        words=r"\bp(?:50|90|95|99)\b.{0,60}?\d+(?:\.\d+)? ?(?:ms|milliseconds?|s|sec|seconds?)\b|\b(?:latency|respon\w+"
        r"|render\w*|loads?|loading|visible|appears?|completes?|updates?|returns?|feedback"
        r"|acknowledg\w+)\b.{0,60}?(?:within|under|below|less than|at most|in|<=?|≤) ?`?\d+(?:\.\d+)? ?(?:ms"
        r"|milliseconds?|s|sec|seconds?)\b",
        unless=r"\b(?:timeouts?|ttl|interval|debounce\w*|expir\w+)\b",
        negatable=False,
    ),
    Signal(
        "throughput_target",
        "a number for how much it must carry",
        words=r"\b\d[\d,.]*k? ?(?:\+ ?)?(?:rps|qps|(?:requests?|events?|jobs?|messages?|launches|submissions)(?: ?/ ?"
        r"| per )(?:s|sec|second|min|minute|hour|day)\b|(?:concurrent|simultaneous) \w+)",
        negatable=False,
    ),
    Signal("performance_target", "a number for speed or load", of=("latency_target", "throughput_target")),
)
