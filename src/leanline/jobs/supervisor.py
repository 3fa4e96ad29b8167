"""Supervision of workers: starts them, kills those that hang and replaces those that die.

No error ends the supervisor: a failed check of the workers is logged, and the next one follows
a second later.
"""

from __future__ import annotations

import logging
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from secrets import token_hex
from types import TracebackType
from typing import Final, Self

from leanline.jobs.limits import Limits
from leanline.jobs.outcome import Cause
from leanline.jobs.queue import Queue
from leanline.jobs.worker import ANALYSER, GRACE_S, WorkerConfig, worker_lock_path
from leanline.jobs.worker_process import WorkerProcess
from leanline.store import Store
from leanline.store.locks import is_free, remove_if_free
from leanline.store.replacing import remove_abandoned

# Silence after which a worker on another machine is presumed dead.
PRESUMED_DEAD_AFTER: Final = timedelta(seconds=60)
_LOG: Final = logging.getLogger(__name__)
_CHECK_INTERVAL_S: Final = 0.2
_HOUSEKEEPING_INTERVAL_S: Final = 5.0
_AFTER_ERROR_S: Final = 1.0
_QUICK_DEATH_S: Final = 5.0
_MAX_WAIT_S: Final = 30.0
_CANCEL_S: Final = GRACE_S + 5.0


def recover(store: Store) -> int:
    """Interrupt the jobs of this machine's dead workers, to be retried; return how many."""
    queue, here = Queue(store), socket.gethostname()
    dead = [
        worker
        for worker, _ in queue.workers()
        if worker.rpartition(":")[0] == here and is_free(worker_lock_path(store, worker))
    ]
    return sum(queue.interrupt(worker, again=True) for worker in dead)


class RemoteWorkers:
    """Workers on other machines, whose locks are out of sight: dead when they fall silent.

    Silence is measured on this machine's monotonic clock, so the machines' clocks need not agree.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._seen: dict[str, tuple[datetime, float]] = {}

    def recover(self, queue: Queue) -> int:
        """Interrupt the jobs of the workers presumed dead; return how many."""
        here, moment = socket.gethostname(), self._clock()
        beats = {w: beat for w, beat in queue.workers() if w.rpartition(":")[0] != here}
        for worker, beat in beats.items():
            if self._seen.get(worker, (None, 0.0))[0] != beat:
                self._seen[worker] = (beat, moment)
        self._seen = {worker: seen for worker, seen in self._seen.items() if worker in beats}
        silent_s = PRESUMED_DEAD_AFTER.total_seconds()
        dead = [worker for worker, (_, at) in self._seen.items() if moment - at > silent_s]
        return sum(queue.interrupt(worker, again=True) for worker in dead)


class Supervisor:
    """The workers of one server.

    Parameters
    ----------
    store
        The store; each worker opens its own connection.
    workers
        Number of workers; each uses all cores, so one is usually best.
    limits
        What one clip may cost.
    analyser
        ``module:function`` that processes a ``jobs.analyse.AnalysisTask``.
    """

    def __init__(
        self,
        store: Store,
        *,
        workers: int = 1,
        limits: Limits | None = None,
        analyser: str = ANALYSER,
    ) -> None:
        self._store = store
        self._queue = Queue(store)
        self._count = workers
        self._config = WorkerConfig(
            name="",
            where=store.place.url if not store.place.is_sqlite else str(store.place.folder),
            files=None if store.place.is_sqlite else str(store.place.folder),
            analyser=analyser,
            limits=limits or Limits(),
        )
        self._workers: list[WorkerProcess] = []
        self._remote_workers = RemoteWorkers()
        self._stop = threading.Event()
        self._checked_s = self._housekeeping_s = time.monotonic()
        self._thread = threading.Thread(target=self._run, name="supervisor", daemon=True)

    def start(self) -> Self:
        """Clean up after an earlier crash and start the workers."""
        remove_abandoned(self._store.place)
        self._store.files.restrict_to_owner()
        recover(self._store)
        self._remove_stale_locks()
        swept = self._store.sweep()
        if swept.clips or swept.results:
            _LOG.warning(
                "%d clips and %d results that the database does not name were put aside in %s",
                swept.clips,
                swept.results,
                self._store.files.quarantine,
            )
        self._queue.prune()
        self._workers = [self._start_worker() for _ in range(self._count)]
        self._thread.start()
        return self

    def stop(self, wait_s: float = 5.0) -> None:
        """Stop the workers; their jobs resume when a server starts again."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for worker in self._workers:
            worker.dismiss()
        ends = time.monotonic() + wait_s
        for worker in self._workers:
            worker.end(max(0.0, ends - time.monotonic()))
        try:
            for worker in self._workers:
                self._queue.interrupt(worker.config.name, again=True)
                remove_if_free(worker_lock_path(self._store, worker.config.name))
            self._store.clear_work()
        except Exception as error:  # the next start repeats it, as the locks are free
            _LOG.warning("the end of the workers could not be noted: %r", error)
        self._workers = []

    def pids(self) -> tuple[int, ...]:
        """Process ids of the workers that are alive."""
        return tuple(worker.process.pid for worker in self._workers if worker.alive)

    def works(self) -> bool:
        """Whether the workers are running."""
        return self._thread.is_alive() and any(worker.alive for worker in self._workers)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _start_worker(self) -> WorkerProcess:
        return WorkerProcess.start(
            replace(self._config, name=f"{socket.gethostname()}:{token_hex(4)}")
        )

    def _run(self) -> None:
        pause_s = _CHECK_INTERVAL_S
        while not self._stop.wait(pause_s):
            try:
                self._check_workers()
                pause_s = _CHECK_INTERVAL_S
            except Exception as error:  # analyses must go on whatever happens
                _LOG.warning("the workers could not be looked after: %r", error)
                pause_s = _AFTER_ERROR_S

    def _check_workers(self) -> None:
        moment = time.monotonic()
        elapsed_s, self._checked_s = moment - self._checked_s, moment
        for number, worker in enumerate(self._workers):
            if not worker.alive:
                self._workers[number] = self._replace(worker)
            elif worker.is_hung(elapsed_s):
                worker.kill(Cause.WORKER_HUNG)
        if moment - self._housekeeping_s > _HOUSEKEEPING_INTERVAL_S:
            elapsed_s, self._housekeeping_s = moment - self._housekeeping_s, moment
            self._do_housekeeping(elapsed_s)

    def _do_housekeeping(self, elapsed_s: float) -> None:
        for worker in self._workers:
            if worker.alive and worker.ignores_cancel(
                elapsed_s if self._queue.is_cancelling(worker.config.name) else None, _CANCEL_S
            ):
                worker.kill(Cause.WORKER_HUNG)
        recover(self._store)
        self._remote_workers.recover(self._queue)
        self._store.remove_pending(wait_s=0.0)

    def _replace(self, worker: WorkerProcess) -> WorkerProcess:
        """Replace a worker that died, with increasing pauses if it keeps dying at once."""
        moment = time.monotonic()
        if worker.restart_at_s is None:
            self._queue.interrupt(worker.config.name, worker.cause(), again=True)
            worker_lock_path(self._store, worker.config.name).unlink(missing_ok=True)
            self._store.clear_work()
            worker.end(0.0)
            young = moment - worker.started_s < _QUICK_DEATH_S
            worker.deaths = worker.deaths + 1 if young else 0
            pause_s = min(2.0 ** (worker.deaths - 1), _MAX_WAIT_S) if worker.deaths else 0.0
            worker.restart_at_s = moment + pause_s
        if moment < worker.restart_at_s:
            return worker
        new = self._start_worker()
        new.deaths = worker.deaths
        return new

    def _remove_stale_locks(self) -> None:
        """Delete the locks of workers that were killed together with their server."""
        for lock in self._store.files.locks.glob("worker-*"):
            remove_if_free(lock)
