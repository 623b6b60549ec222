"""A run that is killed or interrupted loses nothing that it paid for."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.messages.loopback import Json, MessagesServer, Reply
from torusnb.models.messages import RecordedReply
from torusnb.trail.store import Trail

ROOT = Path(__file__).parents[2]
RUN = """
import sys
from pathlib import Path
from torusnb.messages import RecordingModel, open_model
from torusnb.models.messages import ModelRequest, RecordedReply
from torusnb.trail.store import Trail

url, path = sys.argv[1:]
with Trail.open(Path(path)) as trail:
    model = RecordingModel(
        open_model(name="m", base_url=url, key="k"),
        lambda key: trail.value(RecordedReply, "reply", key),
        lambda kept: trail.append("reply", kept.summary, key=kept.key, value=kept),
        trail.put_snapshot,
    )
    for word in ("one", "two", "three", "four"):
        reply = model.reply(ModelRequest(word, "m", 100, messages=({"role": "user", "content": word},)))
        print(reply.text, reply.recorded, flush=True)
"""


def _start(server: MessagesServer, trail: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", RUN, server.url, str(trail)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def _wait(reached: threading.Event, run: subprocess.Popen[str]) -> None:
    """Returns when the run came so far; kills it when it does not."""
    for _ in range(600):
        if reached.wait(0.1):
            return
        if run.poll() is not None:
            break
    run.kill()
    raise AssertionError(f"the run ended too early: {run.communicate(timeout=10)[1]}")


@pytest.mark.parametrize("stop", [signal.SIGKILL, signal.SIGINT])
def test_a_run_goes_on_behind_the_last_reply(tmp_path: Path, stop: signal.Signals) -> None:
    reached, stuck = threading.Event(), [True]

    def script(request: Json) -> Reply:
        word = request["messages"][0]["content"]
        if word == "three" and stuck:
            reached.set()
            return Reply("THR", fault="endless")
        return Reply(word.upper())

    with MessagesServer(script) as server:
        with _start(server, tmp_path / "trail.sqlite") as first:
            _wait(reached, first)
            first.send_signal(stop)
            said, told = first.communicate(timeout=60)
        stuck.clear()
        with _start(server, tmp_path / "trail.sqlite") as second:
            again, _ = second.communicate(timeout=60)
        asked = [request["messages"][0]["content"] for request in server.requests]
    assert said.split() == ["ONE", "False", "TWO", "False"]
    assert again.split() == ["ONE", "True", "TWO", "True", "THREE", "False", "FOUR", "False"]
    assert asked == ["one", "two", "three", "three", "four"]
    if stop is signal.SIGINT:
        assert "KeyboardInterrupt" in told
    with Trail.open(tmp_path / "trail.sqlite") as trail:
        kept = [trail.parse(event, RecordedReply) for event in trail.events("reply")]
        assert trail.verify() == len(kept)
        assert sum(record.reply is not None for record in kept) == 4
        assert sum(record.key.startswith("sent-") for record in kept) == len(asked)
