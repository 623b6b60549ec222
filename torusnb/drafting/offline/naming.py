"""Names by the codebase's own conventions: modules, files, events, fields, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from torusnb.drafting.offline.wording import plain, plural_of, singular_of
from torusnb.models.codebase import Module
from torusnb.models.requirements import SpecPack

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TICKET = re.compile(r"^[A-Za-z]{2,6}[-_]\d+$")
_DROPPED = {
    "feature",
    "support",
    "the",
    "a",
    "an",
    "of",
    "for",
    "and",
    "in",
    "to",
    "with",
    "v1",
    "v2",
    "mvp",
    "new",
    "add",
    "create",
    "refactor",
    "improve",
    "fix",
    "update",
    "enhance",
    "hardening",
    "epic",
}
_ACTIONS = {
    "toggle": "toggle", "collapse": "toggle", "expand": "toggle", "reorder": "reorder", "drag": "reorder",
    "select": "select",
    "choose": "select", "pick": "select", "save": "save", "persist": "save", "submit": "submit", "delete": "delete",
    "remove": "remove", "add": "add", "create": "create", "edit": "edit", "update": "update", "search": "search",
    "filter": "filter", "sort": "sort", "duplicate": "duplicate", "copy": "duplicate", "export": "export", "import":
    "import", "download": "download", "open": "open", "close": "close", "cancel": "cancel", "confirm": "confirm",
    "enable": "enable", "disable": "disable", "regenerate": "regenerate", "generate": "generate", "send": "send",
    "preview": "preview", "move": "move", "apply": "apply", "reset": "reset", "retry": "retry", "click": "open",
    "switch": "switch", "configure": "configure", "dismiss": "dismiss", "upload": "upload", "archive": "archive",
}  # fmt: skip
_OBJECT_STOP = frozenset(
    re.findall(
        r"\w+",
        """
        a an the any one all each their its his her this that these those multiple selected existing new valid invalid
        specific more current same and or to from in on for with by between within without into as at of via when if
        whether only not both either different internal external single deterministic reusable appropriate given
        particular matching relevant eligible available whole full own supported specified required
        """,
    )
)
_OBJECT_NO = frozenset(
    {
        "be",
        "is",
        "are",
        "was",
        "system",
        "user",
        "users",
        "author",
        "authors",
        "instructor",
        "instructors",
        "student",
        "students",
    }
)


def snake(name: str) -> str:
    """`TileChrome` -> `tile_chrome`."""
    return re.sub(r"[^a-z0-9]+", "_", _CAMEL.sub("_", name).lower()).strip("_")


def camel(words: Iterable[str]) -> str:
    """`tile`, `chrome` -> `TileChrome`."""
    return "".join(word[:1].upper() + word[1:] for word in words)


def spelled(words: Iterable[str], known: Iterable[str], title: str) -> str:
    """The words as one module segment, each spelled as the codebase or the title spells it (`LLM`, `Lti`)."""
    parts = {part for name in known for segment in name.split(".") for part in _CAMEL.split(segment)}
    parts |= {word for word in re.findall(r"[A-Za-z0-9]+", title) if word.isupper() and len(word) > 1}
    spelling: dict[str, str] = {}
    for part in sorted(parts):
        spelling.setdefault(part.lower(), part)
    return camel(spelling.get(word, word) for word in words)


def feature_words(pack: SpecPack) -> tuple[str, ...]:
    """One to three words that name the feature: from its slug, or from its title where the slug is a ticket number."""
    slug = pack.slug.rsplit("/", 1)[-1]
    text = re.sub(r"\(.*?\)", "", plain(pack.title)) if _TICKET.match(slug) or not slug else slug
    words = [w for w in re.split(r"[^a-z0-9]+", text.lower()) if w and w not in _DROPPED and not w.isdigit()]
    return tuple(words[:3]) or ("feature",)


def event_style(names: Iterable[str]) -> str:
    """How a module writes its LiveView events: `kebab` where most have dashes, otherwise `snake`."""
    styles: Counter[str] = Counter()
    for name in names:
        if "-" in name:
            styles["kebab"] += 1
        elif name and "." not in name:
            styles["snake"] += 1
    return "kebab" if styles["kebab"] > styles["snake"] else "snake"


def event_name(words: Iterable[str], style: str) -> str:
    """An event's name in a module's style."""
    return ("-" if style == "kebab" else "_").join(words)


def action_of(text: str) -> tuple[str, ...]:
    """What a person does according to a requirement, as verb and object (`reorder`, `section`); empty for none."""
    words = re.findall(r"[A-Za-z]+", plain(text).lower())
    for position, word in enumerate(words):
        verb = "" if word.endswith("ed") else _ACTIONS.get(word) or _ACTIONS.get(_base(word))
        if not verb:
            continue
        target = [w for w in words[position + 1 : position + 5] if w not in _OBJECT_STOP][:1]
        if target and len(target[0]) > 2 and target[0] not in _OBJECT_NO and target[0] not in _ACTIONS:
            return (verb, singular_of(target[0]))
    return ()


def _base(word: str) -> str:
    for ending, repair in (("ing", ""), ("ing", "e"), ("s", ""), ("es", "")):
        base = word.removesuffix(ending) + repair
        if word.endswith(ending) and base in _ACTIONS:
            return base
    return word


def past(verb: str) -> str:
    """The past form of a verb in `_ACTIONS` (`save` -> `saved`, `send` -> `sent`)."""
    if verb in {"send", "submit"}:
        return {"send": "sent", "submit": "submitted"}[verb]
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if verb.endswith("y") else verb + "ed"


def field_type(name: str) -> str:
    """The Ecto type that a column's name suggests."""
    rules = (
        (r"_ids$", "{:array, :integer}"),
        (r"(?:_order|_list|_tags|_names|_keys)$", "{:array, :string}"),
        (r"_id$", ":id"),
        (r"_at$", ":utc_datetime"),
        (r"_(?:on|date)$", ":date"),
        (r"^(?:is|has|can|allow|enable|show)_|_(?:enabled|visible|hidden|required|allowed)$", ":boolean"),
        (
            r"(?:count|number|position|limit|index|version|size|attempts|level|maximum|minimum|minutes|days|seconds)$",
            ":integer",
        ),
        (r"(?:percent|percentage|ratio|score|threshold|rate|proficiency|deduction|amount|points|weight)$", ":float"),
        (r"(?:config|settings|metadata|params|state|options|preferences|context|payload)$", ":map"),
        (r"(?:status|type|kind|stage|scope|mode|effect)$", "Ecto.Enum"),
    )
    return next((kind for pattern, kind in rules if re.search(pattern, name)), ":string")


def table_name(words: Iterable[str]) -> str:
    """A table named after the feature, its last word in the plural."""
    parts = list(words)
    return "_".join([*parts[:-1], plural_of(singular_of(parts[-1]))])


def module_path(name: str, modules: dict[str, Module]) -> str:
    """Where a new module would lie: in the folder of its nearest relative in the checkout."""
    parts = name.split(".")
    for depth in range(len(parts) - 1, 0, -1):
        prefix = ".".join(parts[:depth])
        rest = "/".join(snake(part) for part in parts[depth:]) + ".ex"
        if prefix in modules and depth > 1:
            return f"{modules[prefix].path.removesuffix('.ex')}/{rest}"
        folder = _folder_of(prefix, modules) if depth > 1 else ""
        if folder:
            return f"{folder}/{rest}"
    return "lib/" + "/".join(snake(part) for part in parts) + ".ex"


def _folder_of(prefix: str, modules: dict[str, Module]) -> str:
    """The folder that most modules directly below a prefix lie in."""
    depth = prefix.count(".") + 1
    folders = Counter(
        module.path.rsplit("/", 1)[0]
        for name, module in modules.items()
        if name.startswith(prefix + ".") and name.count(".") == depth and module.path.startswith("lib/")
    )
    return min(folders, key=lambda f: (-folders[f], f)) if folders else ""
