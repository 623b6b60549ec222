"""The session: one short method for each step of the walk, no rule of its own.

A step whose inputs did not change is not done again: its value is read from the trail by the
fingerprint of those inputs. That is also what keeps access dates, and so the bytes, the same.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Self, TypeVar

from torusnb.context.map.checkout import require_elixir_project
from torusnb.context.map.codemap import load_code_map, source_reader
from torusnb.drafting.drafters import open_drafter
from torusnb.fetch import Client
from torusnb.models.base import fingerprint, render_json
from torusnb.models.changes import PackStatus
from torusnb.models.codebase import CodeMap
from torusnb.models.design import EvidencePack, FocusArea, SectionDraft, Template
from torusnb.models.knowledge import Context
from torusnb.models.record import Decision, Drafted, Event
from torusnb.models.requirements import SpecPack
from torusnb.models.review import Review, ReviewSettings, TraceMatrix
from torusnb.models.sources import Research
from torusnb.research.providers import Provider
from torusnb.review.known import Known
from torusnb.review.matrix import trace_matrix
from torusnb.review.reading import Reading
from torusnb.session import beginning, capturing, drafting, modelling, places, researching, reviewing
from torusnb.session.code import CodeQuestions
from torusnb.session.conflicts import Meetings, find_meetings
from torusnb.session.deciding import check_decision
from torusnb.session.exporting import Export, Outputs, compose_export, find_new_cells, write_export
from torusnb.session.outside import REPLAY, Outside
from torusnb.session.own_files import load_own_files
from torusnb.session.packs import find_pack
from torusnb.session.parameters import Parameters, check_parameters, find_own, find_unused
from torusnb.session.standing import Standing
from torusnb.session.status import Watch
from torusnb.session.voice import say
from torusnb.spec.reader import load_pack
from torusnb.trail.replay import apply_section_decisions
from torusnb.trail.store import Trail

ValueType = TypeVar("ValueType")


class Session:
    """One feature's walk over one checkout, with its trail open; close it, or use it as a context manager.

    Attributes:
        root: The checkout. folder: The pack's folder. pack: The spec pack as read.
        template, playbook, catalogue: The ones in force. files: the three, and which of them are the team's own.
        model: Who answers requests, the record first; None where nothing asks a model.
        outside: Pages and answers from outside, with their record.
        outputs: Where everything that is written goes.
    """

    def __init__(self, parameters: Parameters, *, client: Client | None = None) -> None:
        """Read the pack and open its trail; nothing is written when anything given is wrong.

        Args:
            parameters: What to work on, and how.
            client: What fetches pages, in place of the guarded client with its usual limits; the session closes it.

        Raises:
            InputError: A parameter, the checkout, the pack, or a file of the team's own is unusable; or the output
                folder holds another pack's trail.
            TrailError: The trail in the output folder is damaged.
            OutputError: The output folder cannot be written.
        """
        self._read(parameters, client)
        self.trail = Trail.open(self.outputs.trail)
        self._standing = Standing(self.trail)
        try:
            beginning.begin_trail(self)
            if REPLAY in parameters.provider_names():
                _ = self.providers  # a replay of nothing is told now, not after the first notebook
        except BaseException:
            self.trail.close()
            raise

    def _read(self, parameters: Parameters, client: Client | None) -> None:
        """Read and open all that is given, the trail excepted; nothing is written."""
        self.parameters = parameters
        self.root = Path(parameters.torus_root).expanduser().resolve()
        require_elixir_project(self.root)
        self.folder = find_pack(self.root, parameters.pack, Path(parameters.out_dir).expanduser())
        self.pack: SpecPack = load_pack(self.folder, self.root)
        self.outputs = Outputs(Path(parameters.out_dir).expanduser().resolve() / self.pack.slug)
        self.files = load_own_files(parameters, self.outputs.trail)
        self.template: Template = self.files.template
        self.playbook: tuple[FocusArea, ...] = self.files.playbook
        self.outside = Outside(self.outputs, lambda: self.trail, parameters, client)
        self.catalogue = self.files.catalogue
        self.model = modelling.open_recorded_model(self)
        self.drafter = open_drafter(parameters.drafter, modelling.open_desk(self, self.model))
        self._opened = researching.open_all(self)
        _ = self.review_settings  # told now, and not after three notebooks

    @classmethod
    def open(cls, **given: object) -> Self:
        """A session for notebook parameters, checked by name and type.

        A folder that was not given is asked for where somebody can answer (an interactive kernel).
        """
        parameters = places.complete(check_parameters(given))
        unused = find_unused(parameters.drafter, parameters.providers, find_own(parameters))
        if unused:
            say(f"nothing uses {', '.join(f'`{name}`' for name in unused)}, since no model drafts (`drafter`)")
        return cls(parameters)

    @classmethod
    def check(cls, parameters: Parameters) -> Path:
        """The pack's output folder, once all is read that a session would begin with; nothing is written.

        Raises:
            TorusnbError: What opening a session with these parameters would raise.
        """
        session = cls.__new__(cls)
        session._read(parameters, None)
        beginning.check_beginning(session)
        return session.outputs.folder

    @cached_property
    def code_map(self) -> CodeMap:
        """The outline of the whole checkout, read afresh for each session (unchanged files from the cache)."""
        return load_code_map(self.root, cache=places.outline_cache())

    @cached_property
    def code(self) -> CodeQuestions:
        """Questions to the code map: who calls, who writes, who listens, what a change would reach."""
        return CodeQuestions(self.code_map, source_reader(self.root))

    @cached_property
    def providers(self) -> tuple[Provider, ...]:
        """Who is asked for sources, in order, each once."""
        return researching.list_providers(self, self._opened)

    def capture(self) -> Context:
        """Context capture: waypoints, guide notes, knowledge, the request restated."""
        return self._standing.get("context", lambda: capturing.make_context(self))

    def research(self, *, retry: bool = False) -> Research:
        """External research for the captured context; every query is in the trail before it is asked.

        Args:
            retry: Ask those again who refused a query the last time (a rate limit, no answer).
        """
        if retry:
            return researching.make_research(self, retry=True)
        return self._standing.get("research", lambda: researching.make_research(self, retry=False))

    def evidence(self) -> EvidencePack:
        """All that the draft may rest on, each with its key: the pack's, and what the drafter looked up."""
        return drafting.whole_evidence(self)

    def draft(self, *, retry: bool = False, again: bool = False) -> Drafted:
        """The drafter's sections, before a person's decisions on them.

        Args:
            retry: Go on with a draft that was left unfinished; what was replied is on record and not asked again.
            again: Likewise, and ask a model afresh for the sections whose text could not be taken. Sections that were
                written after one of these see its new text, so they are asked anew as well.
        """
        if not retry and not again:
            return self._standing.get("draft", lambda: drafting.make_draft(self))
        desk = modelling.open_desk(self, self.model, again=True) if again else None
        afresh = open_drafter(self.parameters.drafter, desk) if desk is not None else None
        return drafting.make_draft(self, retry=retry, afresh=afresh)

    def sections(self) -> tuple[SectionDraft, ...]:
        """The sections as they stand: what a person wrote or accepted, and the drafter's for the rest."""
        return apply_section_decisions(self.draft().sections, self.trail.decisions())

    def compose(self, notebook: Path | None = None, *, anew: bool = False) -> Export:
        """The design document and the research report as an export would write them; writes no file.

        Args:
            notebook: A notebook with final cells. Those that a person turned into Markdown go to the trail as accepted
                sections first.
            anew: Where fdd.md is gone or empty, start without what the trail has of a person's words in it.
        """
        if notebook is not None:
            self.accept_cells(notebook)
        drafted = (self.evidence(), self.sections(), drafting.draft_key(self))
        left = self.draft().left
        code = (source_reader(self.root), self.code_map)
        return compose_export(self.trail, self.outputs, *drafted, *code, left, anew=anew)

    def accept_cells(self, notebook: Path) -> tuple[Decision, ...]:
        """Put what a person wrote into a notebook's final Markdown cells into the trail, as accepted sections.

        A cell counts once: when it was taken before and has not changed since, a later decision stands.
        """
        taken = [self.trail.parse(event, Decision) for event in self.trail.events("decision")]
        decisions = find_new_cells(notebook, self.template, self.pack.directory, taken)
        for decision in decisions:
            self.decide(decision)
        return decisions

    def review(self, export: Export | None = None) -> Review:
        """The findings on the design document as an export would write it."""
        return reviewing.make_review(self, export or self.compose())

    def review_of(self, text: str, research: Research) -> Review:
        """The findings on a text of the design document, as the team's settings weigh them; nothing is recorded.

        Args:
            text: The document.
            research: The sources behind its references, those that a drafter looked up included.
        """
        return reviewing.review_document(self, text, research)

    def coverage(self, export: Export | None = None) -> TraceMatrix:
        """Which sections speak of each requirement and criterion; `tables` and `pictures` show it."""
        text = (export or self.compose()).text
        return trace_matrix(Reading(self.outputs.fdd.name, text, self.template), self.pack)

    def notebook(self, given: str = "") -> Path | None:
        """The notebook with final cells: the given one, or notebook 3 beside the running one, or none.

        Raises:
            ParameterError: A notebook was given and is not there.
        """
        return places.drafting_notebook(given)

    def export(self, notebook: Path | None = None, *, anew: bool = False) -> Export:
        """Write fdd.md and research.md; sections a person changed in fdd.md stay as they are."""
        return write_export(self.trail, self.compose(notebook, anew=anew))

    def status(self) -> PackStatus:
        """Whether what the design rests on is what it was when it was exported; `tables.changes` shows it."""
        return Watch(self.root).judge(self.trail)

    def conflicts(self, *, with_archived: bool = False) -> Meetings:
        """Which other packs' designs touch the same code as this one; `tables.conflicts` shows it."""
        where = (self.root, str(self.folder), self.outputs.folder.parent)
        return find_meetings(*where, with_archived=with_archived, code_map=self.code_map)

    def decide(self, decision: Decision) -> Event:
        """Put a person's decision in the trail, where it holds in every later run; `check_decision` refuses others."""
        check_decision(self, decision)
        summary = f"{decision.verdict} {decision.subject} {decision.key}"
        return self.trail.append("decision", summary, key=decision.key, value=decision, actor="person")

    def close(self) -> None:
        """Release the trail, the archive and every connection."""
        self.outside.close()
        self.trail.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @cached_property
    def known(self) -> Known:
        """What the review knows of the code's names, built once."""
        return Known(self.code_map)

    @cached_property
    def review_settings(self) -> ReviewSettings:
        """How the team weighs the rules: beside the document, in the pack, or in the checkout."""
        return reviewing.find_settings((self.outputs.folder, self.folder, self.root), self.root)

    @cached_property
    def identity(self) -> str:
        """What the checkout holds, by content: a dirty file changes it, a new clone does not."""
        code = self.code_map
        files = [(file.path, file.sha256) for file in code.files] + [(g.path, g.sha256) for g in code.guides]
        commit = (code.commit.id, code.commit.dirty, code.commit.has_git)
        return fingerprint(commit, code.packages, files, sorted(code.other_files))

    def decided(self, *subjects: str) -> tuple[Decision, ...]:
        """What a person decided on some subjects."""
        return tuple(decision for decision in self.trail.decisions() if decision.subject in subjects)

    def key_of(self, step: str, value: object) -> str:
        """The key of the record that holds a value; recorded now when it is not there yet."""
        for event in self.trail.events(step):
            if event.data == render_json(value).decode():
                return event.key
        key = fingerprint(value)
        self.record(step, f"{step} {key[:12]}", value, key)
        return key

    def record(self, step: str, summary: str, value: ValueType, key: str) -> ValueType:
        """The value, once it is in the trail."""
        self.trail.append(step, summary, key=key, value=value)
        return value
