"""The local engine: worker processes, each with its own networks and threads."""

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
    hide_library_warnings,
    leave_signals_to_parent,
    load_function,
    thread_limits,
)

_WAIT_S: Final = 0.5
_GRACE_S: Final = 5.0


@dataclass
class _LocalWorker:
    """A worker process, the pipe to it, and its current task."""

    process: SpawnProcess
    pipe: Connection
    task: ClipTask | None = None
    ends_s: float = float("inf")


class LocalEngine:
    """An engine with processes on this machine.

    Parameters
    ----------
    workers
        Maximum number of processes, which are started on demand.
    threads
        Number of threads per process.
    clip_s
        Time limit per clip in seconds; None for no limit.
    analyser
        ``module:function`` that maps a ``ClipTask`` to an ``Outcome``.
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
        self._pool: list[_LocalWorker] = []

    def __enter__(self) -> Self:
        """Do nothing: processes are started on demand."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Kill all processes."""
        for worker in self._pool:
            worker.process.kill()
        for worker in self._pool:
            self._kill(worker)
        self._pool = []

    @property
    def room(self) -> bool:
        """Whether a worker is free or can be started."""
        return len(self._pool) < self._workers or any(worker.task is None for worker in self._pool)

    @property
    def pids(self) -> tuple[int, ...]:
        """Ids of the running processes."""
        return tuple(worker.process.pid for worker in self._pool if worker.process.pid is not None)

    def start(self, task: ClipTask) -> None:
        """Assign a task to a free worker, starting one if necessary."""
        worker = (
            next((worker for worker in self._pool if worker.task is None), None)
            or self._start_worker()
        )
        worker.task = task
        worker.ends_s = float("inf") if self._clip_s is None else time.monotonic() + self._clip_s
        with suppress(OSError):  # it died while idle, which ``wait`` detects
            worker.pipe.send(task)

    def wait(self) -> Sequence[Outcome]:
        """Return the outcomes that arrive within half a second."""
        busy = {worker.pipe: worker for worker in self._pool if worker.task is not None}
        if not busy:
            return ()
        found = [self._outcome(busy[pipe]) for pipe in wait_for(list(busy), _WAIT_S)]  # type: ignore[index]
        late = [
            worker for worker in busy.values() if worker.task and time.monotonic() > worker.ends_s
        ]
        return (*found, *map(self._stop, late))

    def _outcome(self, worker: _LocalWorker) -> Outcome:
        assert worker.task is not None  # noqa: S101
        task, worker.task = worker.task, None
        try:
            outcome: Outcome = worker.pipe.recv()
        except (EOFError, OSError, pickle.UnpicklingError):
            self._pool.remove(worker)
            self._kill(worker)
            return lost(
                task, Reason("batch.worker_ended", {"why": describe_exit(worker.process.exitcode)})
            )
        return outcome

    def _stop(self, worker: _LocalWorker) -> Outcome:
        assert worker.task is not None  # noqa: S101
        assert self._clip_s is not None  # noqa: S101
        self._pool.remove(worker)
        self._kill(worker)
        return too_long(worker.task, self._clip_s)

    def _start_worker(self) -> _LocalWorker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        process = context.Process(target=serve, args=(theirs, self._analyser), daemon=True)
        with environment(thread_limits(self._threads)):
            process.start()
        theirs.close()  # so that the pipe ends when the worker does
        self._pool.append(_LocalWorker(process, ours))
        return self._pool[-1]

    def _kill(self, worker: _LocalWorker) -> None:
        worker.pipe.close()
        worker.process.kill()
        worker.process.join(_GRACE_S)


def serve(pipe: Connection, analyser: str) -> None:
    """Be a worker: run the tasks that come through the pipe until it ends.

    Parameters
    ----------
    pipe
        To the engine.
    analyser
        ``module:function`` that maps a ``ClipTask`` to an ``Outcome``.
    """
    leave_signals_to_parent()
    hide_library_warnings()
    end_with_parent()
    work: Analyser = load_function(analyser)
    with suppress(EOFError, OSError):
        while True:
            pipe.send(work(pipe.recv()))
