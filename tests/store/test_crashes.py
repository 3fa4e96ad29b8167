"""Server and workers are killed at random moments; nothing confirmed may be lost.

Eight times here; ``LEANLINE_CRASHES=50 pytest tests/store/test_crashes.py`` does it more often.
"""

from __future__ import annotations

import os
import random
import select
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

import pytest

from leanline.jobs import Queue, recover
from leanline.store import Store
from tests.store.test_store import files_of

CRASHES = int(os.environ.get("LEANLINE_CRASHES", "8"))
ROOT = Path(__file__).parents[2]


@dataclass
class Server:
    """A serving process, and what it has confirmed, over all its lives."""

    folder: Path
    kept: dict[str, str] = field(default_factory=dict)
    done: set[str] = field(default_factory=set)
    workers: tuple[int, ...] = ()

    def live(self, number: int, *, for_s: float | None, victim: str) -> None:
        """One life: up to a kill after ``for_s`` seconds of work, or until nothing is to do."""
        with subprocess.Popen(
            [sys.executable, "-m", "tests.store.serving", str(self.folder), str(number)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        ) as process:
            idle = self._watch(process, for_s)
            assert idle or for_s is not None, "the queue was not emptied in a minute"
            if victim in ("worker", "both"):
                self._kill(*self.workers)
            if victim in ("server", "both"):
                process.kill()
            # Confirmations before its death count; it survives the death of a worker.
            assert process.stdin is not None
            process.stdin.close()
            assert process.stdout is not None
            for rest in process.stdout:
                self._note(rest.decode())

    def _watch(self, process: subprocess.Popen[bytes], for_s: float | None) -> bool:
        """Record the output for a while after the start; return whether nothing is left to do."""
        assert process.stdout is not None
        ends = time.monotonic() + 60.0
        while select.select([process.stdout], [], [], max(0.0, ends - time.monotonic()))[0]:
            line = process.stdout.readline().decode()
            if line.startswith("idle") and for_s is None:
                return True
            if not line or time.monotonic() > ends:
                return False
            self._note(line)
            if line.startswith("workers") and for_s is not None:
                ends = time.monotonic() + for_s
        return False

    def _note(self, line: str) -> None:
        word, *rest = line.split()
        if word == "kept":
            self.kept[rest[0]] = rest[1]
        elif word == "done":
            self.done.add(rest[0])
        else:
            self.workers = tuple(map(int, rest))

    @staticmethod
    def _kill(*pids: int) -> None:
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                continue


@pytest.mark.parametrize("victim", ["worker", "server", "both"])
def test_a_kill_at_any_moment_loses_nothing_that_was_confirmed(tmp_path: Path, victim: str) -> None:
    chance = random.Random(victim)  # noqa: S311
    server = Server(tmp_path)
    for number in range(-(-CRASHES // 3)):
        server.live(number, for_s=chance.uniform(0.0, 1.2), victim=victim)
        check(tmp_path, server)
    server.live(999, for_s=None, victim="none")
    check(tmp_path, server)
    assert server.done >= set(server.kept)
    with Store.open(tmp_path / "data") as store:
        assert {job.state for job in Queue(store).all()} <= {"done", "interrupted"}
        store.sweep()
        used = {str(store.sessions.result_folder(s).name) for s in store.sessions.all()}
        clips = {s.media_sha256 for s in store.sessions.all()}
        files = [Path(name) for name in files_of(store)]
    assert {f.parts[1] for f in files if f.parts[0] == "results"} == used
    assert {f.stem for f in files if f.parts[0] == "media"} == clips
    assert not [f for f in files if f.parts[0] == "work"]


def check(folder: Path, server: Server) -> None:
    """Everything confirmed exists: clips with their content, and complete results."""
    with Store.open(folder / "data") as store:
        recover(store)
        for session_id, digest in server.kept.items():
            clip = store.sessions.clip_path(store.sessions.get(session_id))
            assert sha256(clip.read_bytes()).hexdigest() == digest
        for session_id in server.done:
            session = store.sessions.get(session_id)
            assert store.sessions.load_analysis(session).activity == "running"
            assert store.sessions.metrics(session_id)
