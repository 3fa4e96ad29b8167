"""A worker: a process that owns the networks and does one job after another.

It is started by ``jobs.supervisor`` as ``python -m leanline.jobs``, reads its order from
the first line of its standard input (not from its arguments, which others can see), and ends
when the input does: when it is told to, or when its server dies.
"""

from __future__ import annotations

import importlib
import json
import logging
import os
import shutil
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final

import sqlalchemy as sa

from leanline.errors import CancelledError, InputError, LeanlineError
from leanline.jobs import heartbeat
from leanline.jobs.analyse import Analyser, task_of
from leanline.jobs.limits import Limits, limit_memory, resident_mib
from leanline.jobs.queue import Queue
from leanline.store import Job, Store
from leanline.store.errors import BusyError, ForeignError, StoreError
from leanline.store.faults import full_error, translate_error
from leanline.store.locks import file_lock
from leanline.store.private import make_private_folder

BEAT_S: Final = 0.4
# A job that does not listen for so long is ended with its process.
GRACE_S: Final = 20.0
# One that needs more memory than there is would soon be ended by the system.
_MEMORY_GRACE_S: Final = 2.0
_RETRY_S: Final = 1.0
# With less than this no result can be written.
_MIN_ROOM_BYTES: Final = 8 << 20
_LOG: Final = logging.getLogger(__name__)
# Ctrl-C, and a terminal that is closed, are the server's to handle.
_SERVERS_TO_HANDLE: Final = (signal.SIGINT, *(() if os.name == "nt" else (signal.SIGHUP,)))
ANALYSER: Final = "leanline.jobs.analyse:analyse"


@dataclass(frozen=True)
class Order:
    """What a worker is told: its name, its store, who analyses, and the limits."""

    name: str
    where: str
    files: str | None = None
    analyser: str = ANALYSER
    limits: Limits = field(default_factory=Limits)
    poll_s: float = 0.3

    def to_json(self) -> str:
        """The order as one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Order:
        """The order of ``to_json``."""
        data = json.loads(text)
        return cls(**{**data, "limits": Limits(**data["limits"])})


class _StoppedError(Exception):
    """The worker is to end in the middle of a job."""


class Watch:
    """Tells the queue that a job goes on, and tells the job when it has to stop.

    The job calls ``progress`` as often as it likes; the database hears of it a few times a
    second, from a thread, so also while nothing calls.
    """

    def __init__(self, queue: Queue, job: Job, order: Order, stop: threading.Event) -> None:
        self._queue, self._job, self._order, self._stop = queue, job, order, stop
        self._said = ("Starting", 0.0)
        self._reason: Exception | None = None
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="watch", daemon=True)
        self._started_s, self._cpu_s = time.monotonic(), time.process_time()

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._over.set()
        self._thread.join()

    def progress(self, phase: str, share: float) -> None:
        """Note how far the job is; raises when it is to stop."""
        self._said = (phase, round(min(max(share, 0.0), 1.0), 3))
        if self._reason is not None:
            raise self._reason

    def _beat(self) -> None:
        told_s = 0.0
        while not self._over.wait(BEAT_S):
            self._reason = self._reason or self._why_stop()
            told_s = told_s or (time.monotonic() if self._reason else 0.0)
            grace_s = _MEMORY_GRACE_S if isinstance(self._reason, TooLargeError) else GRACE_S
            if self._reason and time.monotonic() - told_s > grace_s:
                _record(self._queue, self._job, self._order.name, self._reason)
                os._exit(1)

    def _why_stop(self) -> Exception | None:
        if self._stop.is_set():
            return _StoppedError()
        limits = self._order.limits
        if limits.clip_s is not None and time.monotonic() - self._started_s > limits.clip_s:
            return InputError("job.too_long", limit_min=limits.clip_s / 60)
        if limits.cpu_s is not None and time.process_time() - self._cpu_s > limits.cpu_s:
            return InputError("job.too_much_processor_time", limit_min=limits.cpu_s / 60)
        if limits.resident_mib is not None and (resident_mib() or 0.0) > limits.resident_mib:
            return _too_large()
        try:
            goes_on = self._queue.beat(self._job.id, self._order.name, *self._said)
        except sa.exc.SQLAlchemyError:  # the database is away for a moment
            return None
        return None if goes_on else CancelledError("job.cancelled")


def work(order: Order, stop: threading.Event) -> None:
    """Do jobs until ``stop`` is set."""
    limit_memory(order.limits)
    analyser = _analyser(order.analyser)
    opened = _opened(order, stop)
    if opened is None:
        return
    with opened as store:
        queue = Queue(store)
        with file_lock(lock_of(store, order.name)):
            while not stop.is_set():
                job = _claimed(queue, order.name)
                if job is None:
                    stop.wait(order.poll_s)
                    continue
                do(store, job, order, analyser, stop)
        lock_of(store, order.name).unlink(missing_ok=True)


def _opened(order: Order, stop: threading.Event) -> Store | None:
    """The store, as soon as its database can be reached; None when there is nothing more to do."""
    files = None if order.files is None else Path(order.files)
    while not stop.is_set():
        try:
            return Store.open(order.where, files=files)
        except ForeignError:
            raise  # waiting will not help
        except StoreError as error:
            _LOG.warning("the worker waits: %s", error)
            stop.wait(_RETRY_S)
    return None


def _claimed(queue: Queue, worker: str) -> Job | None:
    """The next job; None also while the database is away."""
    try:
        return queue.claim(worker)
    except sa.exc.SQLAlchemyError as error:
        _LOG.warning("the queue cannot be read: %s", error)
        return None


def do(store: Store, job: Job, order: Order, analyser: Analyser, stop: threading.Event) -> None:
    """Do one claimed job; whatever happens to it, it is over afterwards."""
    queue = Queue(store)
    folder = store.files.work / job.id
    try:
        _check_room(store, folder)
        with Watch(queue, job, order, stop) as watch:
            task = task_of(store, store.sessions.get(job.session_id), folder)
            analysis = analyser(task, watch.progress)
        queue.complete(job, order.name, folder, analysis)
    except Exception as error:  # one bad clip never stops the queue
        _record_surely(queue, job, order.name, error, stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def lock_of(store: Store, worker: str) -> Path:
    """The lock that a worker of this machine holds as long as it lives."""
    return store.files.locks / f"worker-{worker.rpartition(':')[2]}"


def _check_room(store: Store, folder: Path) -> None:
    """Refuse to begin what could not be kept."""
    make_private_folder(folder)
    if shutil.disk_usage(store.files.folder).free < _MIN_ROOM_BYTES:
        raise full_error()


def _record_surely(
    queue: Queue, job: Job, worker: str, error: Exception, stop: threading.Event
) -> None:
    """Record how a job ended, again and again while the database is away."""
    while True:
        try:
            _record(queue, job, worker, error)
        except sa.exc.SQLAlchemyError as away:
            _LOG.warning("job %s ended, but that cannot be written: %s", job.id, away)
            if stop.wait(_RETRY_S):
                return  # whoever looks after this worker records that it is gone
        else:
            return


def _record(queue: Queue, job: Job, worker: str, error: Exception) -> None:
    fault = translate_error(error)
    if isinstance(error, _StoppedError) or isinstance(fault, BusyError):
        queue.interrupt(worker, again=True)
        return
    if isinstance(error, MemoryError):
        error = _too_large()
    elif fault is not None:
        _LOG.error("job %s: %s", job.id, error)
        error = fault
    elif not isinstance(error, LeanlineError):
        _LOG.error("job %s failed", job.id, exc_info=error)
        error = _ours(error)
    queue.fail(job.id, worker, error)


def _ours(error: Exception) -> LeanlineError:
    """What is not the person's mistake."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return LeanlineError("job.crashed", what=what)


class TooLargeError(InputError):
    """A clip that needs more memory than there is for it."""


def _too_large() -> TooLargeError:
    return TooLargeError("job.too_large")


def _analyser(name: str) -> Analyser:
    module, _, function = name.partition(":")
    found: Analyser = getattr(importlib.import_module(module), function)
    return found


def _listen(stream: IO[str], stop: threading.Event) -> None:
    """Wait for the end of the input: the server says stop, or is no more."""
    while stream.read(1024):
        pass
    stop.set()


def main() -> None:
    """Work as the first line of the input says."""
    os.umask(0o077)
    heartbeat.beat()
    for number in _SERVERS_TO_HANDLE:
        signal.signal(number, signal.SIG_IGN)
    order = Order.from_json(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(target=_listen, args=(sys.stdin, stop), name="listen", daemon=True).start()
    work(order, stop)
