"""Signals of what people see, of interfaces and of data, with the words that show them."""

from __future__ import annotations

from torusnb.drafting.signal import ALWAYS, Signal

DATA_SIGNALS: tuple[Signal, ...] = (
    Signal(ALWAYS, "any feature at all"),
    # What people see.
    Signal(
        "live_view",
        "pages or parts of pages that LiveView serves",
        words=r"\blive ?views?\b|\b(?-i:[A-Z]\w*Live)\b|_live\.ex\b|/live/|\bheex\b|\bhandle_(?:event|params"
        r"|async)\b",
        kinds=("live_view",),
        least=2,
    ),
    Signal(
        "live_component",
        "components inside LiveView pages",
        words=r"\blive ?components?\b|\bfunction components?\b|_component\.ex\b|/components/\S+\.ex\b",
        kinds=("live_component", "component"),
    ),
    Signal(
        "react_client",
        "TypeScript or React code in the browser",
        words=r"\breact\b|\btypescript\b|\.tsx?\b|\bredux\b|\bweb components?\b|\bvega(?:-lite)?\b",
        least=2,
    ),
    Signal(
        "client_hook",
        "a JavaScript hook that LiveView mounts on an element",
        words=r"\bphx-hook\b|\b(?:js|javascript|browser|client|liveview|vega|chart)[- ]hooks?\b|/hooks/"
        r"|\bpush_event\b",
    ),
    Signal(
        "ui",
        "something a person sees and operates",
        words=r"\b(?:modal|dialog|button|dropdown|tooltip|checkbox|drawer|toolbar|tab panel|screen reader)s?\b",
        of=("live_view", "live_component", "react_client", "client_hook"),
    ),
    Signal(
        "async_ui",
        "parts of a page that load or refresh on their own",
        words=r"\bassign_async\b|\bstart_async\b|\bloading (?:state|indicator|spinner|skeleton)s?\b|\bskeletons?\b"
        r"|\bspinners?\b|\bincremental(?:ly)? (?:load|render|hydrat)\w*|\bprogressive(?:ly)? (?:load|render"
        r"|hydrat)\w*|\bstale (?:result|response|update|completion|request)s?\b|\bas (?:each|they|data"
        r"|results?) (?:arrive|become)s?\b",
    ),
    Signal(
        "list_view",
        "a list or table of many rows on screen",
        words=r"\bpaginat\w*|\binfinite scroll\w*|\bsortable\b|\bdata ?tables?\b|\btable rows?\b|\brow selection\b"
        r"|\bpaged\b|\bpage size\b|\bscrollable list\b|\blist of (?:students|learners|sections|projects|pages"
        r"|items)\b",
    ),
    Signal(
        "search_filter",
        "search, filter or sort by what the user types or picks",
        words=r"\bsearch (?:box|bar|field|term|quer\w+|results?|input|by)\b|\bfilter(?:s|ed|ing)? (?:\w+ )?by\b"
        r"|\bfilter(?:s|ed|ing)? (?:the|on|students|learners|items|rows|list|results|controls?|options?)\b"
        r"|\bsort(?:s|ed|ing)? by\b|\btype-?ahead\b|\bautocomplete\b|\bfull[- ]text\b",
    ),
    Signal(
        "form",
        "a form that a person fills in, with validation",
        words=r"\bforms? (?:field|validation|submit)\w*|\binput fields?\b|\b(?:inline )?validation messages?\b"
        r"|\bsave button\b|\btext (?:field|area|input)s?\b|\bsettings (?:page|panel|form|modal)\b"
        r"|\binline errors?\b|\bchangesets?\b",
    ),
    Signal(
        "accessibility",
        "accessibility demands",
        words=r"\baccessib\w+|\bwcag\b|\baria\b|\baria-\w+|\bscreen[- ]readers?\b|\bkeyboard\b|\bfocus (?:order|trap"
        r"|management|visib\w+|indicator|state)\b|\bassistive tech\w*",
    ),
    Signal(
        "i18n",
        "text that must be translatable or locale-aware",
        words=r"\bi18n\b|\binternationali[sz]\w+|\blocali[sz](?:able|ation|ed)\b|\bgettext\b|\btranslat(?:able|ion"
        r"|ions|ion-ready)\b|\blocales?\b|\btime ?zones?\b",
    ),
    # Interfaces and messages.
    Signal(
        "http_api",
        "HTTP or JSON endpoints of our own",
        words=r"\b(?-i:GET|POST|PUT|PATCH|DELETE)\b `?/|`/api/\S+|\b(?:json|rest|http) (?:api|endpoint|response)s?\b"
        r"|\bapi endpoints?\b|\b(?:new|existing|public) endpoints?\b",
        kinds=("controller",),
    ),
    Signal(
        "pubsub",
        "messages to other processes or nodes when something changes",
        words=r"\bpub ?sub\b|\bbroadcast\w*|\breal[- ]time (?:update|notif|refresh|sync|progress)\w*"
        r"|\blive updates?\b|\bpush(?:es|ed)? (?:update|change)s?\b|\bphoenix channels?\b|\buser ?socket\b",
        kinds=("channel",),
    ),
    # Data.
    Signal(
        "new_table",
        "a new database table",
        words=r"\bpersist\w* as (?:an? )?(?:database )?rows?\b|\b(?:create|add|introduce"
        r"|maintain)s? (?:an? )?(?:\S+ )?`?\w+`? tables?\b|\b(?:new|dedicated|separate|join"
        r"|additional) (?:\w+ ){0,2}(?:table|schema)s?\b(?! of contents)|\bcreate table\b"
        r"|\bnew (?:ecto )?(?:schema|entity|record type)\b|\bpersist\w* (?:in|to|into) a (?:new )?\w* ?table\b",
        unless=r"\b(?:data|summary|comparison|html|ui|json|accessible) (?:table|schema)s?\b|\bschema version"
        r"|\bclick ?house\b",
    ),
    Signal(
        "new_column",
        "a new column on an existing table",
        words=r"\b(?:new|add(?:s|ed|ing)?|nullable|boolean|jsonb?) (?:[\w`:]+ ){0,3}(?:column|database field"
        r"|db field)s?\b|\badd(?:s|ed|ing)? (?:[\w`:]+ ){0,4}(?:field|column|attribute|flag)s? (?:to"
        r"|on) (?:the )?(?:[\w`.]+ ){0,3}(?:schema|table|record)s?\b|\bcolumns? (?:on|to) `?\w+",
        unless=r"\b(?:table|grid|csv|sortable|visible|ui|left|right|card|first|last) columns?\b|\bcolumn headers?\b",
    ),
    Signal(
        "backfill",
        "existing rows that must be filled or rewritten",
        words=r"\bback-?fill\w*|\bpopulate (?:existing|historical)\b|\bexisting (?:rows|records|data) (?:must|should"
        r"|will|are|need)\b",
    ),
    Signal(
        "migration_of_data",
        "stored data or content that moves to a new form",
        words=r"\bdata migrations?\b|\bmigrat(?:e|es|ed|ing) (?:existing|legacy|stored|historical|all)\b"
        r"|\bmigration (?:script|task|job)s?\b|\bconvert\w* (?:existing|legacy|stored)\b",
    ),
    Signal(
        "schema_change",
        "a database migration",
        words=r"\b(?:database|db|ecto|schema|ddl) (?:migration|change)s?\b|\bmigrations? (?:add|create|for|to|is|are"
        r"|must|will)\b|\b(?:unique|partial|composite|new|database) (?:index|constraint)(?:es|s)?\b",
        of=("new_table", "new_column"),
    ),
    Signal(
        "large_table",
        "tables or data sets that grow with every learner's work",
        words=r"\b(?:attempt|response|xapi|event|enrollment|activity)s? (?:tables?|records?|rows|history)\b"
        r"|\bmillions? of\b|\b(?:\d{4,}|\d{1,3},\d{3}|\d+k)\+? (?:rows|records|students|learners|attempts"
        r"|events|enrollments|users)\b|\blarge (?:sections?|courses?|class(?:es)?|enrollments?|data ?sets?"
        r"|tables?|rosters?|projects?)\b|\bhigh[- ]volume\b|\bthousands of\b",
    ),
    Signal(
        "aggregate_query",
        "sums, counts, averages or other figures over many rows",
        words=r"\baggregat\w+|\brollups?\b|\bgroup(?:ed)? by\b|\baverages?\b|\bproficiency\b|\bcompletion (?:counts?"
        r"|percentages?|rates?)\b|\bsummary (?:metrics?|statistics?|data)\b|\banalytics quer\w+"
        r"|\bmetrics? (?:cards?|per)\b",
        unless=r"\btelemetry\b|\bdiagnostics?\b|\blogs?\b|\bp9[059]\b|\bcategor\w+",
    ),
    Signal(
        "analytics_store",
        "an analytical store or event warehouse beside Postgres",
        words=r"\bclick ?house\b|\bolap\b|\bwarehouse\b|\bdata lake\b|\bparquet\b|\bxapi\b|\bdruid\b|\bduckdb\b",
    ),
    Signal(
        "write_path",
        "something that is stored or changed",
        words=r"\b(?:persist|save|store|insert|update|delete|create|remove|archive|duplicate|copy|clone)(?:s|d|ed|es"
        r"|ing)?\b (?:\w+ ){0,4}(?:row|record|setting|config\w*|attempt|section|project|page|revision"
        r"|enrollment|assignment|preference|state|answer|response|resource|activit|objective|container|product"
        r"|snapshot|selection)\w*",
    ),
    Signal(
        "bulk_operation",
        "one action over many records",
        words=r"\bbulk\b|\bbatch (?:update|insert|operation|process|job|delet|writ)\w*|\bmass (?:update|edit"
        r"|assign)\w*|\bselect all\b|\bmultiple (?:\w+ )?(?:items|rows|students|learners|sections"
        r"|pages) at once\b|\b(?:insert|update|delete)_all\b",
    ),
    Signal(
        "transaction",
        "several writes that must succeed or fail together",
        words=r"\batomic(?:ally|ity)?\b|\btransaction(?:s|al|ally)?\b|\brolled? ?back (?:on|if|when|the whole)\b"
        r"|\ball[- ]or[- ](?:nothing|none)\b|\bEcto\.Multi\b|\bpartial (?:write|update|save|failure|copy"
        r"|copies|success)\w*",
        negatable=False,
    ),
    Signal(
        "concurrency_write",
        "two actors that may write the same thing at once",
        words=r"\bconcurrent (?:edit|writ|update|submission|launch|author|save)\w*|\brace conditions?\b"
        r"|\bidempoten\w+|\bduplicate (?:submission|request|row|record|job|launch|attempt|write|creation)s?\b"
        r"|\boptimistic lock\w*|\bdouble[- ](?:click|submit)\w*|\blast[- ]write[- ]wins\b"
        r"|\bsimultaneous (?:edit|writ|update|submission|save)\w*|\block(?:ing)? conflicts?\b"
        r"|\bre-?run (?:safe|safely|without)\b|\breplay(?:ed)? (?:request|launch|attack|nonce)\w*",
        negatable=False,
    ),
)
