"""Names by the codebase's own conventions: modules, files, events, fields, tables."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from torusnb.drafting.offline.wording import plain, plural_of, singular_of
from torusnb.models.modules import Module
from torusnb.models.requirements import SpecPack

_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_TICKET = re.compile(r"^[A-Za-z]{2,8}[-_]\d+(?:[-_]|$)")
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
_DETERMINERS = frozenset(
    re.findall(r"\w+", "a an the any one all each their its his her this that these those more some another every our")
)
_ENDS = frozenset(
    re.findall(
        r"\w+",
        """
        and or but to from in on for with by between within without into as at of via when if while where whether that
        which who so than after before during under over across per through using inside against is are be was were can
        shall must should will may remains remain uses use keeps keep
        """,
    )
)
"""Words that end the object of a verb."""
_MODALS = frozenset({"shall", "must", "should", "will"})
_ALLOWED = frozenset({"can", "may", "to"})
_ON_SCREEN = frozenset({"toggle", "reorder", "select", "search", "filter", "sort", "open", "close", "dismiss", "drag"})
"""Verbs that name what a person does even in the imperative; `Add a column` names the work of a developer."""
_CHOSEN_BY, _NEAR = frozenset({"filter", "sort"}), 8
"""`Filter beds by title` is what a person does; `Filter the list to ripe beds` is what the list does."""
_ACTORS = frozenset(
    re.findall(
        r"\w+", "user users author authors instructor instructors student students learner learners admin who that they"
    )
)
_PEOPLE = _ACTORS | {"system", "person", "people", "them", "it"}
_TOKEN = re.compile(r"[A-Za-z][\w-]*|[^\w\s]")


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
    """One to three words that name the feature: from its slug, or from its title where that is only a ticket."""
    slug = _TICKET.sub("", pack.slug.rsplit("/", 1)[-1])
    text = slug or re.sub(r"\(.*?\)", "", plain(pack.title))
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
    """What a person does according to a requirement, as verb and object (`reorder`, `section`); empty for none.

    A word counts as the verb only where a person's verb can stand: behind an actor, a permission, or an actor's modal.
    `Provide a toggle` and `tooltips, toggles and controls` name things.
    """
    tokens = _TOKEN.findall(re.sub(r"\bone or more\b", "some", plain(text).lower()))
    for position in range(len(tokens)):
        verb = _verb_at(tokens, position)
        if verb:
            target = _object_of(tokens[position + 1 :])
            if target:
                return (verb, target)
    return ()


def _verb_at(tokens: list[str], position: int) -> str:
    """The action that a word in the position of a verb stands for."""
    token = tokens[position]
    before = tokens[position - 1] if position else ""
    if token in _ACTIONS:
        acts = before in _ALLOWED | _ACTORS or (before in _MODALS and bool(_ACTORS & set(tokens[:position])))
        leads = not before and token in _ON_SCREEN and (token not in _CHOSEN_BY or "by" in tokens[:_NEAR])
        return _ACTIONS[token] if acts or leads else ""
    base = _base(token)
    acts = before in _ACTORS or (token.endswith("ing") and before in {"when", "after"})
    return _ACTIONS[base] if acts and base in _ACTIONS else ""


def _object_of(tokens: list[str]) -> str:
    """The head of the noun phrase that the words begin with: its last word, when the phrase ends within five words."""
    phrase: list[str] = []
    for token in [*tokens[:6], "."]:
        if token in _ENDS or not token[0].isalpha():
            break
        if token not in _DETERMINERS:
            phrase.append(token)
    head = phrase[-1] if 0 < len(phrase) <= 4 else ""
    told = len(head) > 2 and head not in _PEOPLE and head not in _ACTIONS and not head.endswith(("ly", "ing", "ed"))
    return singular_of(head).replace("-", "_") if told else ""


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
    """The Ecto type that a column's name suggests; text where it suggests none."""
    return suggested_type(name) or ":string"


def suggested_type(name: str) -> str:
    """The Ecto type that a column's name suggests; empty where it suggests none."""
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
        (
            r"(?:^|_)(?:name|title|slug|label|url|email|description|reason|notes?|text|body|hash|digest|locale)$",
            ":string",
        ),
    )
    return next((kind for pattern, kind in rules if re.search(pattern, name)), "")


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
