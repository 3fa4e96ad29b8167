"""The engine of one machine: worker processes, each with its own networks and threads."""

from __future__ import annotations

import multiprocessing
import pickle
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import SpawnProcess
from types import TracebackType
from typing import Final, Self

from leanline.batch.engine import lost, too_long
from leanline.batch.task import ANALYSER, Analyser, ClipTask, Outcome
from leanline.reason import Reason
from leanline.workers.death import describe_exit
from leanline.workers.process import (
    end_with_parent,
    environment,
    leave_signals_to_parent,
    load_function,
    thread_limits,
)

_WAIT_S: Final = 0.5
_GRACE_S: Final = 5.0


@dataclass
class _Hand:
    """A worker process, the pipe to it, and what it does."""

    process: SpawnProcess
    pipe: Connection
    task: ClipTask | None = None
    ends_s: float = float("inf")


class LocalEngine:
    """Processes of this machine.

    Parameters
    ----------
    workers
        How many clips at once; a process is started when there is a task for it.
    threads
        How many threads each may use.
    clip_s
        Seconds that one clip may take; None for ever.
    analyser
        ``module:function`` that makes an ``Outcome`` of a ``ClipTask``.
    """

    def __init__(
        self,
        workers: int,
        threads: int = 1,
        *,
        clip_s: float | None = None,
        analyser: str = ANALYSER,
    ) -> None:
        self._workers, self._threads = workers, threads
        self._clip_s, self._analyser = clip_s, analyser
        self._hands: list[_Hand] = []

    def __enter__(self) -> Self:
        """Nothing yet: processes are started when needed."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all processes."""
        for hand in self._hands:
            hand.process.kill()
        for hand in self._hands:
            self._bury(hand)
        self._hands = []

    @property
    def room(self) -> bool:
        """Whether a worker is free or can be hired."""
        return len(self._hands) < self._workers or any(hand.task is None for hand in self._hands)

    @property
    def pids(self) -> tuple[int, ...]:
        """The processes at work."""
        return tuple(hand.process.pid for hand in self._hands if hand.process.pid is not None)

    def start(self, task: ClipTask) -> None:
        """Give a task to a free worker, a new one if need be."""
        hand = next((hand for hand in self._hands if hand.task is None), None) or self._hire()
        hand.task = task
        hand.ends_s = float("inf") if self._clip_s is None else time.monotonic() + self._clip_s
        with suppress(OSError):  # it died while idle: the pipe's end is seen in ``wait``
            hand.pipe.send(task)

    def wait(self) -> Sequence[Outcome]:
        """What came to an end within half a second."""
        busy = {hand.pipe: hand for hand in self._hands if hand.task is not None}
        if not busy:
            return ()
        found = [self._outcome(busy[pipe]) for pipe in wait_for(list(busy), _WAIT_S)]  # type: ignore[index]
        late = [hand for hand in busy.values() if hand.task and time.monotonic() > hand.ends_s]
        return (*found, *map(self._stopped, late))

    def _outcome(self, hand: _Hand) -> Outcome:
        assert hand.task is not None  # noqa: S101
        task, hand.task = hand.task, None
        try:
            outcome: Outcome = hand.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            self._hands.remove(hand)
            self._bury(hand)
            return lost(
                task, Reason("batch.worker_ended", {"why": describe_exit(hand.process.exitcode)})
            )
        return outcome

    def _stopped(self, hand: _Hand) -> Outcome:
        assert hand.task is not None  # noqa: S101
        assert self._clip_s is not None  # noqa: S101
        self._hands.remove(hand)
        self._bury(hand)
        return too_long(hand.task, self._clip_s)

    def _hire(self) -> _Hand:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self._analyser), daemon=True)
        with environment(thread_limits(self._threads)):
            process.start()
        theirs.close()  # so that the pipe ends when the worker does
        self._hands.append(_Hand(process, ours))
        return self._hands[-1]

    def _bury(self, hand: _Hand) -> None:
        hand.pipe.close()
        hand.process.kill()
        hand.process.join(_GRACE_S)


def serve(pipe: Connection, analyser: str) -> None:
    """Be a worker: do what comes through the pipe until it ends."""
    leave_signals_to_parent()
    end_with_parent()
    work: Analyser = load_function(analyser)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))
