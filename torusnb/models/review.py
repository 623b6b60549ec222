"""What a review says: findings and what they weigh, ids against sections, names of code, the scorecard."""

from __future__ import annotations

from torusnb.models.base import Place, Value


class Finding(Value, frozen=True):
    """What the review says.

    Attributes:
        rule: `structure.missing-section`, `trace.missing-id`, ….
        severity: `error`, `warning`, `note`.
        place: File and line in the document reviewed.
        text: What is wrong. remedy: what to do. section: the section's id, where known.
    """

    rule: str
    severity: str
    place: Place
    text: str
    remedy: str
    section: str = ""


class ReviewSettings(Value, frozen=True):
    """What a team's own file says that the rules weigh.

    Attributes:
        path: The file, as messages name it; empty for none.
        weights: A rule (`language.vague`) or a family (`language.*`) to `off`, `note`, `warning` or `error`, sorted.
    """

    path: str = ""
    weights: dict[str, str] = {}


class TraceColumn(Value, frozen=True):
    """A part of the document that names an id.

    Attributes:
        key: The template section's id (`4.1`), or the heading's words where the template does not know it; empty for
            what stands before the first heading.
        title: The heading's words.
        line: The heading's line; 0 before the first heading.
    """

    key: str
    title: str
    line: int


class TraceRow(Value, frozen=True):
    """Where the document names one id of the spec pack.

    Attributes:
        id: As the pack writes it. kind: `requirement` or `criterion`.
        places: A column's key to the lines there that hold the id literally, in order.
        tests: Lines that name it together with a test: in a section on testing, or in words that speak of one.
        ranges: Lines that only cover it by a range or a short form (`AC-001 through AC-006`, `AC-001/002`).
    """

    id: str
    kind: str
    places: dict[str, tuple[int, ...]] = {}
    tests: tuple[int, ...] = ()
    ranges: tuple[int, ...] = ()

    @property
    def state(self) -> str:
        """`named`, `range` (only a range covers it) or `missing`."""
        return "named" if self.places else "range" if self.ranges else "missing"


class TraceMatrix(Value, frozen=True):
    """Ids against sections: rows in the pack's order, requirements first; columns in the document's order.

    `unknown` are ids of the pack's families that the pack does not have, each with its lines.
    """

    path: str
    columns: tuple[TraceColumn, ...] = ()
    rows: tuple[TraceRow, ...] = ()
    unknown: dict[str, tuple[int, ...]] = {}


class NamedThing(Value, frozen=True):
    """A name of code that a document uses, and what the checkout knows of it.

    Attributes:
        kind: `module`, `function`, `path`, `table`, `route`, `event`, `topic`, `flag`.
        state: `existing`, `new` (the document declares it), `moved` (it exists under another name or path, given in
            `nearest`), `unknown`.
        line: Of its first mention. count: how often it stands in the text.
        nearest: The existing names most alike, best first; empty for one that exists or is new.
        loose: It counts as new only for its place in the design; no word says so.
    """

    kind: str
    name: str
    state: str
    line: int
    nearest: tuple[str, ...] = ()
    count: int = 1
    loose: bool = False


class NameCounts(Value, frozen=True):
    """How the names of code in a document stand to the checkout.

    Attributes:
        existing, new: How many exist at the commit, and how many the document declares new.
        unresolved: The others, sorted: moved or unknown.
    """

    existing: int = 0
    new: int = 0
    unresolved: tuple[str, ...] = ()


class Scorecard(Value, frozen=True):
    """What a design document can be measured by without a judgement; each measure is a part of a whole.

    Attributes:
        ids: The pack's requirement and criterion ids. ids_missing: those that are not in the text literally.
        claims: Paragraphs, bullets and table rows that say something. claims_cited: those that say on what they rest.
        sources: Outside sources that it cites. sources_primary: those by who makes the thing, or a standard.
        verdicts: The best verdict on each of those sources, each with its number.
        names: Its names of code; None where there was no checkout to look them up in.
    """

    ids: int = 0
    ids_missing: tuple[str, ...] = ()
    claims: int = 0
    claims_cited: int = 0
    sources: int = 0
    sources_primary: int = 0
    verdicts: dict[str, int] = {}
    names: NameCounts | None = None


class Review(Value, frozen=True):
    """The findings on one document, in the order of their lines, with a few measures.

    Attributes:
        settings: The file with a team's own weights that was laid over it, or empty.
        settings_key: The fingerprint of those weights, or empty.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    measures: dict[str, int] = {}
    settings: str = ""
    settings_key: str = ""

    def count(self, severity: str) -> int:
        """How many findings have that severity."""
        return sum(finding.severity == severity for finding in self.findings)
