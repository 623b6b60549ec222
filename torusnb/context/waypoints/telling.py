"""Why a file is a waypoint, in words a person reads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from torusnb.context.layers import main_module
from torusnb.context.naming import Named
from torusnb.context.waypoints.ranking import Ranking
from torusnb.context.waypoints.request import Request
from torusnb.context.waypoints.signals import Tuning
from torusnb.context.waypoints.spreading import Neighbour
from torusnb.models.codebase import CodeMap
from torusnb.models.knowledge import Reason

_MOST_IDS = 8
_LEAST_SHARE = 0.02
_MOST_PAIRS = 2
_SPOKEN = ("ticket", "history", "cochange", "precedent", "guide", "subjects", "ruled", "often")


@dataclass(frozen=True)
class Speaker:
    """Puts a ranking into words.

    Attributes:
        shared: Path to the stems it shares with the pack.
        wanted: The paths that a person added.
    """

    request: Request
    ranking: Ranking
    code_map: CodeMap
    shared: Mapping[str, tuple[str, ...]]
    wanted: frozenset[str]
    tuning: Tuning

    def reasons(self, path: str) -> tuple[Reason, ...]:
        """Everything that speaks for a file, what a person wants first and then by weight."""
        found = [Reason(kind, text, round(weight, 4)) for kind, text, weight in self._told(path)]
        return tuple(sorted(found, key=lambda reason: (reason.kind != "person", -reason.weight, reason.kind)))

    def requirements(self, path: str) -> tuple[str, ...]:
        """The ids that name the file or whose words it answers, those that name it first."""
        ids_at = self.request.ids_at
        named = [ids_at[entry.place] for entry in self.ranking.naming.get(path, ()) if entry.place in ids_at]
        return tuple(dict.fromkeys([*named, *self.ranking.answers.ids.get(path, ())]))[:_MOST_IDS]

    def _told(self, path: str) -> Iterator[tuple[str, str, float]]:
        ranking = self.ranking
        if path in self.wanted:
            yield "person", "added by hand", 0.0
        if path in ranking.naming:
            beside = ", as out of scope" if path in ranking.left_out else ""
            yield "named", self._named(ranking.naming[path]) + beside, self._weight("named", path)
        if path in ranking.folders:
            yield "named", f"lies in `{ranking.folders[path].name}`, which the pack names", self._weight("folder", path)
        words = self._weight("text", path) + self._weight("pairs", path)
        if words >= _LEAST_SHARE and self.shared.get(path):
            yield "text", self._text(path), words
        if ranking.part("phrase", path):
            text = f'its name in words, "{ranking.words[path]}", stands in the pack'
            yield "text", text, self._weight("phrase", path)
        for signal in _SPOKEN:
            reason = ranking.told.get(signal, {}).get(path)
            weight = self._weight(signal, path)
            if reason is not None and weight >= _LEAST_SHARE:
                yield reason.kind, reason.text, weight
        if self._weight("nearest", path) >= _LEAST_SHARE:
            yield "nearest", self._nearest(ranking.answers.nearest[path]), self._weight("nearest", path)
        near = sum(self._weight(signal, path) for signal in ("walk", "used", "uses", "child"))
        if near >= _LEAST_SHARE and ranking.around.get(path):
            yield "reference", self._neighbours(ranking.around[path]), near

    def _weight(self, signal: str, path: str) -> float:
        return float(getattr(self.tuning, signal)) * self.ranking.part(signal, path)

    def _named(self, named: Sequence[Named]) -> str:
        places = list(dict.fromkeys(self.request.ids_at.get(entry.place, str(entry.place)) for entry in named))
        name = max(named, key=lambda entry: entry.weight).name
        more = f" and {len(places) - 2} more" if len(places) > 2 else ""
        how = "tested by" if name.endswith("_test.exs") else "as"
        return f"named in {', '.join(places[:2])}{more} {how} `{name}`"

    def _text(self, path: str) -> str:
        words = ", ".join(f'"{self._spelt(term)}"' for term in self.shared[path])
        ids = self.ranking.answers.ids.get(path, ())
        said = self.ranking.said.get(path)
        pairs = ", ".join(f'"{" ".join(pair)}"' for pair in said.best[:_MOST_PAIRS]) if said else ""
        return f"shares {words} with {', '.join(ids[:2]) if ids else 'the pack'}{f' and says {pairs}' if pairs else ''}"

    def _nearest(self, parts: Sequence[str]) -> str:
        more = f" and {len(parts) - 2} more" if len(parts) > 2 else ""
        return f"of all files nearest to {', '.join(parts[:2])}{more}"

    def _spelt(self, term: str) -> str:
        return self.request.spelling.get(term, term)

    def _neighbours(self, neighbours: Sequence[Neighbour]) -> str:
        told = []
        for neighbour in neighbours[:2]:
            module = main_module(self.code_map.by_path[neighbour.path])
            told.append(f"{neighbour.relation} `{module.name if module else neighbour.path}`")
        return " and ".join(told)
