"""The queue of a new worker and what starts it: by what the queues and the pack say, never by what lies near."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key, place_key
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.wording import clip, code, plain, some
from torusnb.drafting.offline.work import words_of
from torusnb.models.knowledge import Line
from torusnb.models.requirements import SpecPack

_MAILS = re.compile(r"\b(?:e-?mails?|mails?|mailed|remind(?:s|ed|ers?)?|digests?|newsletters?)\b", re.IGNORECASE)
_MAIL_QUEUE = re.compile(r"mail|notif|remind|digest")
_TIMED = re.compile(
    r"\b(?:nightly|hourly|daily|weekly|monthly|cron\w*|(?:every|each|once (?:a|per)) (?:night|hour|day|week|month)|"
    r"overnight)\b",
    re.IGNORECASE,
)
_WORKS = re.compile(
    r"\b(?:jobs?|runs?|imports?|exports?|syncs?|refresh\w*|purges?|deletes?|reminds?|sends?|sent|tasks?|workers?|files?|"
    r"batch\w*|recomput\w+)\b",
    re.IGNORECASE,
)
"""What speaks of work, beside a time: a daily limit is none."""
_QUEUE = re.compile(r"queue:\s*:(\w+)")


def timed_work(pack: SpecPack) -> Line | None:
    """The first words of the pack that ask for work at set times, or None."""
    said = [(r.id, f"{r.title}. {r.text}" if r.title else r.text) for r in pack.requirements]
    for group in (pack.summary, pack.goals, pack.integration_notes, pack.notes):
        said += [(place_key(statement.place), statement.text) for statement in group]
    for key, text in said:
        told = plain(text)
        if _TIMED.search(told) and _WORKS.search(f"{told} {pack.title}"):
            return Line(text=clip(told.rstrip("."), 24), evidence=(key,))
    return None


def tell_queue(ledger: Ledger) -> tuple[str, str]:
    """The queue of the feature's worker in words that go on a sentence, and the key of its line.

    A queue serves where the jobs speak all words of its name, or where they send mail and it is named for mail.
    """
    spoken = " ".join(_texts(ledger))
    words = set(words_of(f"{spoken} {ledger.title}"))
    for name, key in sorted(_queues(ledger).items(), key=lambda pair: (not _MAIL_QUEUE.search(pair[0]), pair[0])):
        own = set(words_of(name.replace("_", " ")))
        mails = _MAIL_QUEUE.search(name) is not None and _MAILS.search(spoken) is not None
        if mails or (own and own <= words):
            return f", on the queue `{name}`", key
    return "; which queue it takes is open", ""


def tell_start(ledger: Ledger) -> str:
    """That a job at set times is an entry of the crontab; empty where the jobs are inserted by what people do."""
    jobs = [r for r in ledger.plan.runtime.jobs if _TIMED.search(plain(ledger.requirement(r).text))]
    if not jobs:
        return ""
    shown = next(((f.path, job) for f in ledger.code.files for job in f.schedules), None)
    like = f", as `{shown[1].cron}` does for {code(shown[1].worker)}" if shown is not None else ""
    key = code_key(shown[0], shown[1].line) if shown is not None else ""
    return (
        f"{some(jobs, 3)} {'starts' if len(jobs) == 1 else 'start'} at set times: an entry in the crontab of "
        f"`Oban.Plugins.Cron`{like}, not an insert by a request.{ledger.cite(*jobs[:2], key)}"
    )


def _texts(ledger: Ledger) -> list[str]:
    return [plain(ledger.requirement(r).text) for r in ledger.plan.runtime.jobs]


def _queues(ledger: Ledger) -> dict[str, str]:
    """The queues of the checkout, from its configuration and its workers, each with its line."""
    found: dict[str, str] = {}
    for file in ledger.code.files:
        for queue in file.queues:
            found.setdefault(queue.name, code_key(file.path, queue.line))
        for module in file.modules:
            for name in _QUEUE.findall(module.options):
                found.setdefault(name, code_key(module.path, module.line))
    return found


def queued_today(ledger: Ledger) -> tuple[str, str] | None:
    """Which module on the feature's ground puts jobs into the queue today, in words, and the line of that call.

    A module of the plan, or one that such a module calls; None where no requirement asks for work that a queue takes.
    """
    if not ledger.plan.asking("background"):
        return None
    modules = ledger.code.modules
    own = [component.module for component in ledger.plan.existing if component.module is not None]
    called = [modules[call.module] for module in own for call in module.calls if call.module in modules]
    for module in (*own, *called):
        for call in module.calls:
            if call.module == "Oban" and call.name.startswith("insert"):
                span = code(f"Oban.{call.name}/{call.arity}")
                told = f"{code(module.name)} hands work to the queue today, with {span}"
                keys = (code_key(module.path, call.line), code_key(module.path, module.line))
                return next(((told, key) for key in keys if key in ledger.evidence.evidence), None)
    return None
