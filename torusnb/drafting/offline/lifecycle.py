"""Section 4.3: what is supervised, what is started, and what a failure takes with it."""

from __future__ import annotations

import re

from torusnb.drafting.evidence import code_key
from torusnb.drafting.offline.homes import asks_cache
from torusnb.drafting.offline.ledger import Ledger
from torusnb.drafting.offline.queueing import tell_queue, tell_start, timed_work
from torusnb.drafting.offline.retention import deletion_asked
from torusnb.drafting.offline.wording import bullets, clip, code, lower_first, some

_TIMED = re.compile(r"\b(?:timeouts?|timers?|debounc\w+|deadlines?|poll(?:s|ed|ing)?)\b", re.IGNORECASE)
_TASKS = re.compile(r"Task\.Supervisor\b[^}]*?\bname:\s*(?P<name>[A-Z][\w.]*)")


def draft_lifecycle(ledger: Ledger) -> str:
    """What is supervised: new jobs and caches under what is there, or the reason for no new process."""
    return bullets([*_processes(ledger), *_isolation(ledger), *ledger.advice("4.3")])


def _processes(ledger: Ledger) -> list[str]:
    runtime, lines = ledger.plan.runtime, []
    worker = next((c for c in ledger.plan.fresh if c.layer == "worker"), None)
    if worker is not None:
        queue, where = tell_queue(ledger)
        lines.append(
            f"{code(worker.name)} runs under the Oban instance that the application starts{queue}; no supervisor is "
            f"added.{ledger.cite(*runtime.jobs[:1], _child_key(ledger, 'Oban'), where)}"
        )
    lines += [line for line in (tell_start(ledger), _purge(ledger)) if line]
    own = ledger.cache_owner
    if own is not None:
        lines.append(
            f"{code(own.name)} needs an owner that outlives its callers: a named cache or table started under the "
            f"application's supervisor, before the processes that read it; a restart begins empty."
            f"{ledger.cite(*runtime.caching, _application_key(ledger), most=2)}"
        )
    for process in ledger.plan.processes[:3]:
        child = _child_of(ledger, process.name)
        where = "is supervised by the application" if child else "is started elsewhere"
        lines.append(
            f"{code(process.name)} {where} and keeps its restart strategy."
            f"{ledger.cite(child or code_key(process.path, process.line))}"
        )
    if runtime.waiting and not runtime.jobs:
        lines.insert(0, tell_task(ledger))
    elif worker is None and not runtime.jobs and own is None:
        if ledger.given("5.3"):
            return lines
        if runtime.no_job is not None:
            lines.insert(
                0,
                f"No new process; the pack says so: {lower_first(clip(runtime.no_job.text, 24))}."
                f"{ledger.cite(*runtime.no_job.evidence)}",
            )
        else:
            lines.insert(0, _no_process(ledger))
    return lines


def _purge(ledger: Ledger) -> str:
    """The job that a deletion after a time needs; empty where the pack asks for none."""
    asked = deletion_asked(ledger.pack) if ledger.plan.runtime.no_job is None else None
    if asked is None:
        return ""
    return (
        f"The pack bounds how long data is kept ({lower_first(asked.text)}): a purge job with an entry in the crontab "
        f"deletes in batches what is past it.{ledger.cite(*asked.evidence)}"
    )


def tell_task(ledger: Ledger) -> str:
    """The task that waits for what lies outside, under the checkout's own supervisor of tasks where it has one."""
    asked = ledger.plan.runtime.waiting
    found = _task_supervisor(ledger)
    where = f"under {code(found[0])}" if found else "under a `Task.Supervisor` of the application"
    return (
        f"The wait of {some(list(asked), 3)} runs in a task {where}, never in the page's or the request's process: the "
        "caller keeps the task's reference, bounds it by a timeout, and handles both its result and its `:DOWN`, so "
        f"that a crash or a late answer ends the waiting state.{ledger.cite(*asked[:2], found[1] if found else '')}"
    )


def _task_supervisor(ledger: Ledger) -> tuple[str, str] | None:
    """The name of the application's supervisor of tasks, and the line that starts it."""
    for module in ledger.code.of_kind("application"):
        for child in module.children:
            named = _TASKS.search(child.text)
            if named is not None:
                return named["name"], code_key(module.path, child.line)
    return None


def _no_process(ledger: Ledger) -> str:
    """Why no process is added, and who owns the cache that the pack speaks of."""
    asked = [r.id for r in ledger.pack.requirements][:2]
    timed = [r.id for r in ledger.pack.requirements if _TIMED.search(f"{r.title} {r.text}")]
    if timed:
        return (
            f"No supervised process is added: the time limit of {some(timed, 3)} is a timer of the process that waits "
            f"(`Process.send_after/3`), cancelled when what it bounds has ended.{ledger.cite(*timed[:2])}"
        )
    timed_job = timed_work(ledger.pack)
    if timed_job is not None:
        return (
            f"The pack speaks of work at set times ({lower_first(timed_job.text)}): it runs as a job with an entry in "
            f"the crontab of `Oban.Plugins.Cron`, under the Oban of today; its worker and queue are open."
            f"{ledger.cite(*timed_job.evidence, _child_key(ledger, 'Oban'), most=2)}"
        )
    cached = next((p for p in ledger.given("8") if asks_cache(p.text)), None)
    if cached is None or ledger.plan.runtime.caches:
        memory = "" if ledger.given("8") else " or for shared memory"
        timer = "or for a timer" if ledger.given("8") else "for a timer"
        reason = f"no requirement asks for work outside the request, {timer}{memory}"
        return f"No new process: {reason}.{ledger.cite(*asked, _application_key(ledger), most=2)}"
    return (
        "No process of its own beside the cache of section 8, which starts as a child of the application before the "
        f"processes that read it; a restart begins empty.{ledger.cite(cached.key, _application_key(ledger))}"
    )


def _child_key(ledger: Ledger, word: str) -> str:
    for module in ledger.code.of_kind("application"):
        for child in module.children:
            if word in (child.module or child.text):
                return code_key(module.path, child.line)
    return ""


def _child_of(ledger: Ledger, name: str) -> str:
    for module in ledger.code.of_kind("application"):
        for child in module.children:
            if child.module == name or name in child.text:
                return code_key(module.path, child.line)
    return ""


def _application_key(ledger: Ledger) -> str:
    module = next(iter(ledger.code.of_kind("application")), None)
    return code_key(module.path, module.line) if module is not None else ""


def _isolation(ledger: Ledger) -> list[str]:
    """What a failure takes with it."""
    view = next((c for c in ledger.plan.of_layer("live_view") if not c.new), None)
    if view is not None and ledger.denied("5.2") is None:
        basis = ledger.cite(view.key, *view.requirements[:1])
        return [
            f"A crash in {code(view.name)} ends one person's session page; it mounts again from durable state.{basis}"
        ]
    return []
