"""What places a requirement in a module of today besides words that both use: its name, a proof, the pack's word."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator

from torusnb.drafting.evidence import place_key
from torusnb.drafting.offline.fitness import serves_all
from torusnb.drafting.offline.hosting import stays_off_screen
from torusnb.drafting.offline.linking import Links
from torusnb.drafting.offline.named_places import Places
from torusnb.drafting.offline.naming import feature_words
from torusnb.drafting.offline.new_pages import find_new_page
from torusnb.drafting.offline.sides import SERVER, find_sides
from torusnb.drafting.offline.wording import plain
from torusnb.drafting.offline.work import kinds_of, speaks_of, words_of
from torusnb.models.base import Value
from torusnb.models.codebase import CodeMap
from torusnb.models.design import EvidencePack
from torusnb.models.knowledge import Waypoint
from torusnb.models.modules import Module
from torusnb.models.requirements import Requirement, SpecPack

_TOKEN = re.compile(r"(?<![\w.:/])(?P<name>[A-Z]\w*(?:\.[A-Z]\w*)*)(?P<call>\.[a-z_]\w*[?!]?)?")
_FUNCTION = re.compile(r"(?<![\w./:])(?P<name>[a-z]\w*_\w*[?!]?)(?:/(?P<arity>\d)|\()")
_PATH = re.compile(r"(?<![\w./-])(?:[\w.-]+/)+[\w.-]+\.exs?(?!\w)")
_ROUTE = re.compile(r"(?<![\w/.:])/[a-z][\w-]*(?:/[\w:*-]+)*")
_CAMEL = re.compile(r"[A-Z][a-z0-9]+(?:[A-Z][a-z0-9]*)+")
_CONTRAST = re.compile(
    r"\b(?:instead of|rather than|unlike|without|not|never|outside|apart from|separate from)\b[^.;,]{0,40}$", re.I
)
"""What a sentence sets a module against; the work is elsewhere."""
_FROM = re.compile(r"\b(?:today|currently|legacy|at present|until now)\b", re.IGNORECASE)
_BOUNDARY = re.compile(
    r"\b(?:primary|main|sole|only) (?:[\w-]+ ){0,3}(?:boundary|surface|module|context|entry point) (?:is|remains)\b",
    re.I,
)
"""What makes a module the place of all that the server does for the feature."""
_OWN_TICKET, _MOST_MARKED = "the request's ticket", 3
"""How a waypoint's reason calls the ticket that is this pack's own."""
_MOST_NAMED = 3
"""A statement that names more modules than this places nothing in any of them."""
_PARTS = r"(?:page|screen|view|modal|dialog|panel|tab|tile|table|form|list|editor|section|live ?view)"
_NOT_OWN = frozenset(words_of("live component view page modal controller worker tab table model"))
_PAGES = frozenset({"live_view", "component"})


class Witness(Value, frozen=True):
    """What places a requirement in a module.

    Attributes:
        key: The evidence that says so. how: `named` (the requirement or a criterion names it), `proof` (the pack names
            its file or a test of it as a criterion's proof), `told` (another statement puts the matter into it),
            `ticket` (a line of it names the request's ticket).
    """

    module: str
    key: str
    how: str


def find_witnesses(evidence: EvidencePack) -> dict[str, dict[str, Witness]]:
    """Each requirement's modules of today with what places it there; the strongest witness of a module counts.

    Words that a requirement and a module's own code share are none: modules of many features speak them.
    """
    names, links = _Names(evidence), Links(evidence.pack)
    found: dict[str, dict[str, Witness]] = {r.id: {} for r in evidence.pack.requirements}
    for asked in evidence.pack.requirements:
        own = found[asked.id]
        said = [(asked.id, f"{asked.title} {asked.text}")]
        criteria = links.criteria_of(asked.id)
        said += [(c.id, c.text) for c in criteria]
        for key, text in said:
            for module in names.spoken(text):
                own.setdefault(module, Witness(module, key, "named"))
        for criterion in criteria:
            for path in criterion.proofs:
                if module := names.places.at(path):
                    own.setdefault(module, Witness(module, criterion.id, "proof"))
    for told in _told(evidence, names):
        found[told[0]].setdefault(told[1].module, told[1])
    page = _only_page(evidence, names)
    for asked in evidence.pack.requirements if page is not None else ():
        text = plain(f"{asked.title}. {asked.text}")
        if page is not None and kinds_of(text)[0] == "render" and not _has_page(evidence, found[asked.id]):
            found[asked.id].setdefault(page.module, page)
    for name, witness in _ticketed(evidence):
        if not found[name]:
            found[name][witness.module] = witness
    return found


def _ticketed(evidence: EvidencePack) -> Iterator[tuple[str, Witness]]:
    """Where those who built the code of today left a mark for this request: what it shows goes to a marked page.

    A marked module of the domain takes the rest. Marks in many modules tell of none.
    """
    marked = [
        w for w in evidence.context.waypoints
        if any(reason.kind == "ticket" and _OWN_TICKET in reason.text for reason in w.reasons)
    ]  # fmt: skip
    if not 0 < len(marked) <= _MOST_MARKED:
        return
    for asked in evidence.pack.requirements:
        said = [asked.title, asked.text, *(c.text for c in evidence.pack.criteria_of(asked.id))]
        shown = speaks_of("render", plain(". ".join(said))) and not stays_off_screen(plain(" ".join(said[:2])))
        for waypoint in marked:
            if waypoint.module and shown == (waypoint.layer in _PAGES):
                yield asked.id, Witness(waypoint.module, waypoint.key, "ticket")
                break


def _only_page(evidence: EvidencePack, names: _Names) -> Witness | None:
    """The one part of the screen that bears the feature's name, else the one page of today that the pack names.

    None where the pack wants a page of its own.
    """
    own = set(words_of(" ".join(feature_words(evidence.pack))))
    bearing = [w for w in evidence.context.waypoints if w.layer in _PAGES and own <= set(words_of(_last(w.module)))]
    if len(own) > 1 and len({w.module for w in bearing}) == 1:
        return Witness(bearing[0].module, bearing[0].key, "told")
    pages = {w.module for w in evidence.context.waypoints if w.layer == "live_view"}
    said: dict[str, str] = {}
    for key, text in _statements(evidence.pack):
        for module in names.spoken(text):
            if module in pages and key in evidence.evidence:
                said.setdefault(module, key)
    if len(said) != 1 or find_new_page(evidence) is not None:
        return None
    module, key = next(iter(said.items()))
    return Witness(module, key, "told")


def _last(name: str) -> str:
    return name.rsplit(".", 1)[-1]


def _has_page(evidence: EvidencePack, found: dict[str, Witness]) -> bool:
    return any(w.module in found and w.layer in _PAGES for w in evidence.context.waypoints)


def speaks_name(waypoint: Waypoint, module: Module, text: str) -> bool:
    """Whether a text calls a module by its name in plain words: `the add beds modal` for `AddBedsModal`.

    A part of the screen has to be called one (`the bed page`), because its words alone may name an area of the product.
    """
    parts = [word for word in words_of(_last(module.name)) if word not in _NOT_OWN]
    if not parts:
        return False
    tokens = re.findall(r"[A-Za-z][A-Za-z0-9]*", plain(text))
    spoken = [(w, token) for token in tokens for w in words_of(token)[:1]]
    size, on_page = len(parts), waypoint.layer in _PAGES
    if size > 1:
        runs = [at for at in range(len(spoken) - size + 1) if [w for w, _ in spoken[at : at + size]] == parts]
        after = (token for at in runs for _, token in spoken[at + size - 1 : at + size + 1])
        return bool(runs) and (not on_page or any(re.fullmatch(_PARTS, token, re.IGNORECASE) for token in after))
    if not on_page:
        return False
    screens = re.findall(rf"\b([A-Za-z]+)s? {_PARTS}\b", plain(text), re.IGNORECASE)
    return any(set(words_of(word)) == set(parts) for word in screens)


class _Names:
    """The names by which a pack may call a module of today."""

    def __init__(self, evidence: EvidencePack) -> None:
        code: CodeMap = evidence.context.code
        self._modules = code.modules
        near = {w.module for w in evidence.context.waypoints}
        self.places = Places(code)
        self.by_path = {path: file.modules[0].name for path, file in code.by_path.items() if file.modules}
        self._routes = {route.path: route.module for route in code.routes if route.module in code.modules}
        last: dict[str, list[str]] = defaultdict(list)
        functions: dict[str, set[str]] = defaultdict(set)
        for name, module in sorted(code.modules.items()):
            last[name.rsplit(".", 1)[-1]].append(name)
            for function in module.functions:
                if function.public and name in near:
                    functions[function.name].add(name)
        self._last, self._functions = last, functions
        self._named = {m.name for m in evidence.pack.mentions if m.kind == "module"}

    def spoken(self, text: str) -> Iterator[str]:
        """The modules that a text names, each once, in its order."""
        seen: dict[str, None] = {}
        for match in _TOKEN.finditer(text):
            if not _CONTRAST.search(text[: match.start()]):
                seen.setdefault(self._module(match["name"], called=match["call"] is not None))
        for match in _PATH.finditer(text):
            seen.setdefault(self.by_path.get(match.group(0), ""))
        for match in _ROUTE.finditer(text):
            seen.setdefault(self._routes.get(match.group(0), ""))
        seen.update(dict.fromkeys(self.places.ending(text)))
        for match in _FUNCTION.finditer(text):
            owners = self._functions.get(match["name"], set())
            seen.setdefault(next(iter(owners)) if len(owners) == 1 else "")
        yield from (name for name in seen if name)

    def serves_all(self, name: str) -> bool:
        """Whether a module is plumbing of every feature; naming it places no matter of this one there."""
        return serves_all(self._modules[name])

    def _module(self, name: str, *, called: bool) -> str:
        """The module of a name: the whole one, or the one that ends in it where that is no plain word."""
        if name in self._modules:
            return name
        last = name.rsplit(".", 1)[-1]
        owners = [one for one in self._last.get(last, []) if one.endswith(f".{name}")]
        owners = [one for one in owners if one in self._named] or owners
        telling = "." in name or called or _CAMEL.fullmatch(name) is not None
        return owners[0] if len(owners) == 1 and telling else ""


def _told(evidence: EvidencePack, names: _Names) -> Iterator[tuple[str, Witness]]:
    """The requirements that a statement with a module's name shares its matter with."""
    pack = evidence.pack
    common, sides = _common(pack), find_sides(pack)
    for key, text in _statements(pack):
        named = [] if _FROM.search(text) else [name for name in names.spoken(text) if not names.serves_all(name)]
        if not 0 < len(named) <= _MOST_NAMED or key not in evidence.evidence:
            continue
        own = {word for name in named for word in words_of(name)}
        matter = set(words_of(plain(text))) - own - common
        whole = len(named) == 1 and _BOUNDARY.search(plain(text)) is not None
        for asked in pack.requirements:
            shared = matter & set(words_of(plain(f"{asked.title} {asked.text}")))
            if len(shared) > 1 or (_rules(text) and _is_rule(asked)) or (whole and sides[asked.id] == SERVER):
                how = "named" if whole else "told"
                yield from ((asked.id, Witness(name, key, how)) for name in named)


def _rules(text: str) -> bool:
    """Whether a statement leaves the rules of the domain, or what is kept, to the one module it names."""
    return re.search(r"\b(?:domain|business) (?:rules?|logic)\b|\bsource of truth\b", plain(text), re.I) is not None


def _is_rule(asked: Requirement) -> bool:
    return kinds_of(plain(f"{asked.title} {asked.text}"))[0] in {"validate", "compute", "persist"}


def _statements(pack: SpecPack) -> Iterator[tuple[str, str]]:
    """What the pack says of the design outside its requirements, with its evidence."""
    for group in (pack.summary, pack.goals, pack.interface_notes, pack.data_notes, pack.integration_notes, pack.notes):
        yield from ((place_key(note.place), note.text) for note in group)
    yield from ((place_key(bound.place), bound.text) for bound in pack.nonfunctional)


def _common(pack: SpecPack) -> set[str]:
    """Words that say nothing of one requirement: those of the title, and those that half of them use."""
    counts = Counter(w for r in pack.requirements for w in set(words_of(plain(f"{r.title} {r.text}"))))
    often = {word for word, number in counts.items() if number > 2 and number * 2 > len(pack.requirements)}
    return often | set(words_of(f"{plain(pack.title)} {pack.slug}"))
