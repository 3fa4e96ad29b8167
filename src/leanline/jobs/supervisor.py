"""Keeps workers alive: starts them, starts them again when they die, clears up after them."""

from __future__ import annotations

import contextlib
import logging
import socket
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from secrets import token_hex
from types import TracebackType
from typing import Final, Self

import sqlalchemy as sa

from leanline.jobs.limits import Limits
from leanline.jobs.queue import Queue
from leanline.jobs.worker import ANALYSER, Order, lock_of
from leanline.store import Store
from leanline.store.locks import is_free
from leanline.store.records import now

# A worker of another machine that has been silent for so long is taken for dead.
SILENT: Final = timedelta(seconds=60)
_LOG: Final = logging.getLogger(__name__)
_LOOK_S: Final = 0.2
_RECOVER_EVERY_S: Final = 20.0
_QUICK_DEATH_S: Final = 5.0
_LONGEST_WAIT_S: Final = 30.0


def recover(store: Store) -> int:
    """Call what dead workers were doing interrupted; how many jobs that were."""
    queue = Queue(store)
    dead = [worker for worker, beat in queue.workers() if _is_dead(store, worker, beat)]
    return sum(queue.interrupt(worker) for worker in dead)


def _is_dead(store: Store, worker: str, beat: datetime) -> bool:
    if worker.rpartition(":")[0] == socket.gethostname():
        return is_free(lock_of(store, worker))
    return now() - beat > SILENT


def _tell(process: subprocess.Popen[str], order: Order) -> None:
    """Give a worker its order; one that has died already is found out soon."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.write(order.to_json() + "\n")
            process.stdin.flush()


def _dismiss(process: subprocess.Popen[str]) -> None:
    """Say that there is nothing more to do."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()


@dataclass
class _Hand:
    """One worker process, and how often it died young."""

    order: Order
    process: subprocess.Popen[str]
    started_s: float
    deaths: int = 0
    again_s: float = field(default=0.0)


class Supervisor:
    """The workers of one server.

    Parameters
    ----------
    store
        The store; the workers open their own.
    workers
        How many; each uses all cores, so one is usually best.
    limits
        What one clip may cost.
    analyser
        ``module:function`` that does a ``jobs.analyse.Task``.
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
        self._count = workers
        self._order = Order(
            name="",
            where=store.place.url if not store.place.is_sqlite else str(store.place.folder),
            files=None if store.place.is_sqlite else str(store.place.folder),
            analyser=analyser,
            limits=limits or Limits(),
        )
        self._hands: list[_Hand] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look, name="supervisor", daemon=True)

    def start(self) -> Self:
        """Clear up what an earlier crash left, and start the workers."""
        recover(self._store)
        self._store.sweep()
        Queue(self._store).prune()
        self._hands = [self._hire() for _ in range(self._count)]
        self._thread.start()
        return self

    def stop(self, wait_s: float = 5.0) -> None:
        """End the workers; what they were doing becomes interrupted."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()
        for hand in self._hands:
            _dismiss(hand.process)
        ends = time.monotonic() + wait_s
        for hand in self._hands:
            try:
                hand.process.wait(max(0.0, ends - time.monotonic()))
            except subprocess.TimeoutExpired:
                hand.process.kill()
                hand.process.wait()
            Queue(self._store).interrupt(hand.order.name)
        self._hands = []

    def pids(self) -> tuple[int, ...]:
        """The processes of the workers that live."""
        return tuple(hand.process.pid for hand in self._hands if hand.process.poll() is None)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _hire(self) -> _Hand:
        order = replace(self._order, name=f"{socket.gethostname()}:{token_hex(4)}")
        process = subprocess.Popen(
            [sys.executable, "-m", "leanline.jobs"], stdin=subprocess.PIPE, text=True
        )
        _tell(process, order)
        return _Hand(order, process, time.monotonic())

    def _look(self) -> None:
        recovered_s = time.monotonic()
        while not self._stop.wait(_LOOK_S):
            try:
                for number, hand in enumerate(self._hands):
                    if hand.process.poll() is not None:
                        self._hands[number] = self._replaced(hand)
                if time.monotonic() - recovered_s > _RECOVER_EVERY_S:
                    recover(self._store)
                    recovered_s = time.monotonic()
            except (sa.exc.DBAPIError, OSError) as error:  # the database is away for a moment
                _LOG.warning("the workers could not be looked after: %s", error)

    def _replaced(self, hand: _Hand) -> _Hand:
        """Another worker for one that died; not at once when it keeps dying."""
        moment = time.monotonic()
        if hand.again_s == 0.0:
            Queue(self._store).interrupt(hand.order.name)
            lock_of(self._store, hand.order.name).unlink(missing_ok=True)
            self._store.sweep()
            _dismiss(hand.process)
            young = moment - hand.started_s < _QUICK_DEATH_S
            hand.deaths = hand.deaths + 1 if young else 0
            pause = min(2.0 ** (hand.deaths - 1), _LONGEST_WAIT_S) if hand.deaths else 0.0
            hand.again_s = moment + pause
        if moment < hand.again_s:
            return hand
        new = self._hire()
        new.deaths = hand.deaths
        return new
