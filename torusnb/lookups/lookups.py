"""The lookups of one checkout: a tool's name and its arguments in, what was found out."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from torusnb.context.inquiry.inquiry import Inquiry
from torusnb.errors import InputError
from torusnb.lookups.arguments import check_arguments
from torusnb.lookups.checkout import CheckoutText
from torusnb.lookups.commits import Commits
from torusnb.lookups.components import Components
from torusnb.lookups.documents import Documents, Guides
from torusnb.lookups.finding import Finding
from torusnb.lookups.implementing import Implementations
from torusnb.lookups.rendering import Rendering
from torusnb.lookups.sheet import Sheet
from torusnb.lookups.showing import Showing
from torusnb.lookups.structure import Structure
from torusnb.lookups.tools import BY_NAME, TOOLS
from torusnb.models.codebase import CodeMap
from torusnb.models.history import History
from torusnb.models.knowledge import Context
from torusnb.models.messages import Json, LookupAnswer, LookupTool
from torusnb.models.record import Decision
from torusnb.models.sources import Research
from torusnb.research.providers.deps import DependencyDocs

_NARROWER = {
    "find": "give more of the name, or a path in `under`",
    "text": "give more of the text, or a path in `under`",
    "show": "show a function or a range of lines",
    "callers": "show the callers that matter, or ask for a function with its arity",
    "callees": "show the called functions that matter",
    "clones": "ask for some lines of it",
    "users": "ask for the callers of one of its functions",
    "table": "ask for one `part`",
    "reach": "give fewer `hops`, or a function",
    "routes": "give a longer path",
    "guide": "give a path, or fewer words",
    "history": "give a path",
    "passages": "give words",
}


class CheckoutLookups:
    """Answers from one checkout, its history, its dependencies' documentation and one research.

    Nothing is written and no file is read that the code map does not list. The same question always gets the same
    answer.
    """

    def __init__(
        self,
        text: CheckoutText,
        rendering: Rendering,
        showing: Showing,
        finding: Finding,
        guides: Guides,
        commits: Commits,
        documents: Documents,
    ) -> None:
        """Lookups of these parts."""
        self._text = text
        self._ask: dict[str, Callable[..., None]] = {
            "find": finding.find,
            "text": finding.literal.text,
            "show": showing.show,
            "callers": rendering.callers,
            "callees": rendering.structure.callees,
            "users": rendering.users,
            "clones": finding.clones.clones,
            "table": rendering.structure.table,
            "reach": rendering.structure.reach,
            "routes": rendering.structure.routes,
            "topic": rendering.structure.topic,
            "event": rendering.structure.event,
            "flag": rendering.structure.flag,
            "guide": guides.guide,
            "history": commits.history,
            "docs": documents.docs,
            "passages": documents.passages,
        }

    def tools(self) -> tuple[LookupTool, ...]:
        """All that can be asked, in a fixed order."""
        return TOOLS

    def answer(self, name: str, arguments: Json) -> LookupAnswer:
        """What was found; wrong arguments and unknown names are answered in words."""
        sheet = Sheet(self._text)
        tool = BY_NAME.get(name)
        if tool is None:
            sheet.say(f"there is no tool {name}; there are {', '.join(BY_NAME)}")
            return sheet.close("")
        checked, wrong = check_arguments(tool, arguments)
        if wrong:
            sheet.say(f"{name} was not asked: {wrong}")
            return sheet.close("")
        try:
            self._ask[name](sheet, **checked)
        except InputError as error:
            sheet.say(error.message)
        return sheet.close(_NARROWER.get(name, "give a name"))


def open_lookups(
    code: CodeMap,
    read_source: Callable[[str], str],
    context: Context,
    research: Research,
    *,
    history: Callable[[], History] | None = None,
    docs: DependencyDocs | None = None,
    decisions: tuple[Decision, ...] = (),
    today: str = "",
    on_captured: Callable[[bytes], object] | None = None,
    cache: Path | None = None,
) -> CheckoutLookups:
    """The lookups of one checkout; nothing is read before it is asked for.

    Args:
        code: The map of the whole checkout.
        read_source: The text of a file of the checkout by its path; it must not leave the checkout.
        context: What was captured for this feature: its traps and tests are told beside the code they concern.
        research: What was captured outside for this feature.
        history: Reads the history when it is first asked for; None where there is none.
        docs: The documentation of the locked dependencies on disk.
        decisions: A person's decisions on sources; a dropped one is not shown.
        today: ISO date; the access date of documentation that is looked up now.
        on_captured: Hears the bytes of each document that an answer quotes, so that they can be kept.
        cache: The folder that `load_code_map` was given, for the text index.
    """
    text = CheckoutText(code, read_source)
    inquiry = Inquiry(code, text.read)
    finding = Finding(code, inquiry, text, cache)
    implementations = Implementations(code, text)
    return CheckoutLookups(
        text,
        Rendering(text, Structure(inquiry, implementations), Components(inquiry, text, finding.literal)),
        Showing(code, inquiry, text, context, implementations),
        finding,
        Guides(code, finding, text),
        Commits(history, text),
        Documents(code, research, docs, decisions, today, on_captured),
    )
