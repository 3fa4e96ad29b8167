"""A worker process, which loads the networks once and runs one job after another.

``jobs.supervisor`` starts it as ``python -m leanline.jobs``. It reads its configuration from the
first line of standard input (command-line arguments are visible to other users) and exits when
the input ends: because it is told to, or because its server died.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import sys
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Final

import sqlalchemy as sa

from leanline.errors import CancelledError, InputError, LeanlineError
from leanline.jobs import heartbeat
from leanline.jobs.analyse import Analyser, build_task
from leanline.jobs.film_date import use_film_date
from leanline.jobs.limits import Limits, limit_memory, resident_mib
from leanline.jobs.queue import Queue
from leanline.jobs.refusal import keep_refusal_picture
from leanline.store import Job, Store
from leanline.store.errors import BusyError, ForeignError, StoreError
from leanline.store.faults import full_error, translate_error
from leanline.store.locks import file_lock
from leanline.store.private import make_private_folder
from leanline.workers.process import (
    hide_library_warnings,
    leave_signals_to_parent,
    load_function,
)

BEAT_S: Final = 0.4
# How long a job may ignore a request to stop before the process exits.
GRACE_S: Final = 20.0
# Shorter when memory runs out, before the system starts killing processes.
_MEMORY_GRACE_S: Final = 2.0
_RETRY_S: Final = 1.0
# Free disk space below which no result can be written.
_MIN_FREE_BYTES: Final = 8 << 20
_LOG: Final = logging.getLogger(__name__)
ANALYSER: Final = "leanline.jobs.analyse:analyse"


@dataclass(frozen=True)
class WorkerConfig:
    """What a worker needs to know.

    Parameters
    ----------
    name
        ``HOST:RANDOM``; jobs carry it while they run.
    where
        Location of the store; see ``Store.open``.
    files
        Folder of clips and results of a PostgreSQL store.
    analyser
        ``module:function`` that processes an ``AnalysisTask``.
    limits
        What one clip may cost.
    poll_s
        Seconds between two looks at an empty queue.
    """

    name: str
    where: str
    files: str | None = None
    analyser: str = ANALYSER
    limits: Limits = field(default_factory=Limits)
    poll_s: float = 0.3

    def to_json(self) -> str:
        """Serialise to one line."""
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> WorkerConfig:
        """Parse the output of ``to_json``."""
        data = json.loads(text)
        return cls(**{**data, "limits": Limits(**data["limits"])})


class _StoppedError(Exception):
    """The worker must exit in the middle of a job."""


class JobMonitor:
    """Reports a job's progress to the queue and stops the job when it has to.

    The job calls ``progress`` as often as it likes; a thread updates the database a few times a
    second, even while the job does not call.
    """

    def __init__(self, queue: Queue, job: Job, config: WorkerConfig, stop: threading.Event) -> None:
        self._queue, self._job, self._config, self._stop = queue, job, config, stop
        self._progress = ("starting", 0.0)
        self._reason: Exception | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="watch", daemon=True)
        self._started_s, self._cpu_s = time.monotonic(), time.process_time()

    def __enter__(self) -> JobMonitor:
        self._thread.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._ended.set()
        self._thread.join()

    def progress(self, phase: str, share: float) -> None:
        """Record the progress of the job; raises if the job must stop."""
        self._progress = (phase, round(min(max(share, 0.0), 1.0), 3))
        if self._reason is not None:
            raise self._reason

    def _beat(self) -> None:
        asked_s = 0.0
        while not self._ended.wait(BEAT_S):
            self._reason = self._reason or self._stop_reason()
            asked_s = asked_s or (time.monotonic() if self._reason else 0.0)
            grace_s = _MEMORY_GRACE_S if isinstance(self._reason, TooLargeError) else GRACE_S
            if self._reason and time.monotonic() - asked_s > grace_s:
                _record_failure(self._queue, self._job, self._config.name, self._reason)
                os._exit(1)

    def _stop_reason(self) -> Exception | None:
        if self._stop.is_set():
            return _StoppedError()
        limits = self._config.limits
        if limits.clip_s is not None and time.monotonic() - self._started_s > limits.clip_s:
            return InputError("job.too_long", limit_min=limits.clip_s / 60)
        if limits.cpu_s is not None and time.process_time() - self._cpu_s > limits.cpu_s:
            return InputError("job.too_much_processor_time", limit_min=limits.cpu_s / 60)
        if limits.resident_mib is not None and (resident_mib() or 0.0) > limits.resident_mib:
            return _memory_error()
        try:
            keep_going = self._queue.beat(self._job.id, self._config.name, *self._progress)
        except sa.exc.SQLAlchemyError:  # the database is temporarily unreachable
            return None
        return None if keep_going else CancelledError("job.cancelled")


def run_worker(config: WorkerConfig, stop: threading.Event) -> None:
    """Run jobs until told to stop.

    Parameters
    ----------
    config
        Of this worker.
    stop
        Set to stop, also in the middle of a job.
    """
    limit_memory(config.limits)
    analyser: Analyser = load_function(config.analyser)
    connection = _open_store(config, stop)
    if connection is None:
        return
    with connection as store:
        queue = Queue(store)
        with file_lock(worker_lock_path(store, config.name)):
            while not stop.is_set():
                job = _claim_job(queue, config.name)
                if job is None:
                    stop.wait(config.poll_s)
                    continue
                run_job(store, job, config, analyser, stop)
        worker_lock_path(store, config.name).unlink(missing_ok=True)


def _open_store(config: WorkerConfig, stop: threading.Event) -> Store | None:
    """Open the store, retrying while its database is unreachable; None once ``stop`` is set."""
    files = None if config.files is None else Path(config.files)
    while not stop.is_set():
        try:
            return Store.open(config.where, files=files)
        except ForeignError:
            raise  # retrying cannot help
        except StoreError as error:
            _LOG.warning("the worker waits: %s", error)
            stop.wait(_RETRY_S)
    return None


def _claim_job(queue: Queue, worker: str) -> Job | None:
    """Claim the next job; None also while the database is unreachable."""
    try:
        return queue.claim(worker)
    except sa.exc.SQLAlchemyError as error:
        _LOG.warning("the queue cannot be read: %s", error)
        return None


def run_job(
    store: Store, job: Job, config: WorkerConfig, analyser: Analyser, stop: threading.Event
) -> None:
    """Run a claimed job; it has ended afterwards, whatever happens.

    Parameters
    ----------
    store
        Where the job and its clip are.
    job
        Claimed by this worker.
    config
        Of this worker.
    analyser
        Does the work.
    stop
        Set to stop; the job is then queued again.
    """
    queue = Queue(store)
    folder = store.files.work / job.id
    try:
        _check_disk_space(store, folder)
        with JobMonitor(queue, job, config, stop) as monitor:
            session = store.sessions.get(job.session_id)
            task = build_task(store, session, folder)
            use_film_date(store, session, task.clip)
            analysis = analyser(task, monitor.progress)
        queue.complete(job, config.name, folder, analysis)
    except Exception as error:  # one bad clip must not stop the queue
        keep_refusal_picture(store, job, error)
        _record_with_retries(queue, job, config.name, error, stop)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def worker_lock_path(store: Store, worker: str) -> Path:
    """Where the lock is that a worker holds while it lives.

    Parameters
    ----------
    store
        Its store.
    worker
        Its name; on this machine.

    Returns
    -------
    Path
        The file; it may be missing.
    """
    return store.files.locks / f"worker-{worker.rpartition(':')[2]}"


def _check_disk_space(store: Store, folder: Path) -> None:
    """Refuse to start when the result could not be written."""
    make_private_folder(folder)
    if shutil.disk_usage(store.files.folder).free < _MIN_FREE_BYTES:
        raise full_error()


def _record_with_retries(
    queue: Queue, job: Job, worker: str, error: Exception, stop: threading.Event
) -> None:
    """Record how a job ended, retrying while the database is unreachable."""
    while True:
        try:
            _record_failure(queue, job, worker, error)
        except sa.exc.SQLAlchemyError as unreachable:
            _LOG.warning("job %s ended, but that cannot be written: %s", job.id, unreachable)
            if stop.wait(_RETRY_S):
                return  # the supervisor records that this worker is gone
        else:
            return


def _record_failure(queue: Queue, job: Job, worker: str, error: Exception) -> None:
    fault = translate_error(error)
    if isinstance(error, _StoppedError) or isinstance(fault, BusyError):
        queue.interrupt(worker, again=True)
        return
    if isinstance(error, MemoryError):
        error = _memory_error()
    elif fault is not None:
        _LOG.error("job %s: %s", job.id, error)
        error = fault
    elif not isinstance(error, LeanlineError):
        _LOG.error("job %s failed", job.id, exc_info=error)
        error = _internal_error(error)
    queue.fail(job.id, worker, error)


def _internal_error(error: Exception) -> LeanlineError:
    """Wrap an unexpected exception, which is leanline's fault rather than the user's."""
    what = f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
    return LeanlineError("job.crashed", what=what)


class TooLargeError(InputError):
    """A clip that needs more memory than the limit."""


def _memory_error() -> TooLargeError:
    return TooLargeError("job.too_large")


def _watch_input(stream: IO[str], stop: threading.Event) -> None:
    """Set ``stop`` when the input ends: the server asks to stop, or has died."""
    while stream.read(1024):
        pass
    stop.set()


def main() -> None:
    """Run a worker configured by the first line of the input."""
    os.umask(0o077)
    heartbeat.start()
    leave_signals_to_parent()
    hide_library_warnings()
    config = WorkerConfig.from_json(sys.stdin.readline())
    stop = threading.Event()
    threading.Thread(
        target=_watch_input, args=(sys.stdin, stop), name="listen", daemon=True
    ).start()
    run_worker(config, stop)
