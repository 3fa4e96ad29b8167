"""The cluster engine: actors on a Ray cluster (``leanline[ray]``).

Ray (Moritz et al. 2018) only transports tasks and outcomes; only the coordinator writes results, as
with local processes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Final, Self

from leanline.batch.engine import lost, too_long
from leanline.batch.task import ANALYSER, Analyser, ClipTask, Outcome
from leanline.errors import UsageError, why_refused
from leanline.reason import Reason
from leanline.version import __version__
from leanline.workers.process import hide_library_warnings, load_function, thread_limits

_WAIT_S: Final = 0.5


class Worker:
    """An actor: loads the networks once and runs one task after another."""

    def __init__(self, analyser: str) -> None:
        hide_library_warnings()
        self._work: Analyser = load_function(analyser)

    def version(self) -> str:
        """Return the installed version; also signals that the worker is ready."""
        return __version__

    def work(self, task: ClipTask) -> Outcome:
        """Run a task."""
        return self._work(task)


@dataclass
class _RayWorker:
    """An actor, its last call, and the deadline of that.

    ``pending_call`` is None while it is free; ``task`` is None while it is free or starting.
    """

    actor: Any
    pending_call: Any
    task: ClipTask | None = None
    ends_s: float = float("inf")


class RayEngine:
    """Actors on the nodes of a cluster.

    Parameters
    ----------
    address
        Of the cluster, such as ``auto`` or ``ray://head:10001``; None starts one here, or
        takes that of ``RAY_ADDRESS``.
    workers
        How many clips at once; None for as many as the cluster has processors for.
    threads
        How many threads, and processors of the cluster, each worker has.
    clip_s
        Seconds that one clip may take; None for ever.
    analyser
        ``module:function`` that makes an ``Outcome`` of a ``ClipTask``.
    """

    def __init__(
        self,
        address: str | None = None,
        workers: int | None = None,
        threads: int = 1,
        *,
        clip_s: float | None = None,
        analyser: str = ANALYSER,
    ) -> None:
        self._address, self._workers, self._threads = address, workers, threads
        self._clip_s, self._analyser = clip_s, analyser
        self._pool: list[_RayWorker] = []
        self._owns_connection = False

    def __enter__(self) -> Self:
        """Connect and start the workers.

        Raises
        ------
        UsageError
            ``leanline[ray]`` is not installed.
        InputError
            There is no cluster at the address.
        """
        ray = _ray()
        if not ray.is_initialized():
            self._connect(ray)
        if self._workers is None:
            cores = ray.cluster_resources().get("CPU", 1.0)
            self._workers = max(1, int(cores // self._threads))
        for _ in range(self._workers):
            self._start_worker(ray)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all workers, and disconnect if this engine connected."""
        ray = _ray()
        for worker in self._pool:
            ray.kill(worker.actor)
        self._pool = []
        if self._owns_connection:
            ray.shutdown()

    @property
    def room(self) -> bool:
        """Whether a worker is ready and free."""
        return any(worker.pending_call is None for worker in self._pool)

    def start(self, task: ClipTask) -> None:
        """Assign a task to a free worker."""
        worker = next(worker for worker in self._pool if worker.pending_call is None)
        worker.task, worker.pending_call = task, worker.actor.work.remote(task)
        worker.ends_s = float("inf") if self._clip_s is None else time.monotonic() + self._clip_s

    def wait(self) -> Sequence[Outcome]:
        """Return the outcomes that arrive within half a second."""
        ray = _ray()
        pending = {
            worker.pending_call: worker for worker in self._pool if worker.pending_call is not None
        }
        if not pending:
            return ()
        done, _ = ray.wait(list(pending), num_returns=len(pending), timeout=0)
        if not done:
            done, _ = ray.wait(list(pending), timeout=_WAIT_S)
        found = [self._outcome(ray, pending[reference]) for reference in done]
        now_s = time.monotonic()
        late = [self._stop(ray, worker) for worker in list(self._pool) if now_s > worker.ends_s]
        return [outcome for outcome in (*found, *late) if outcome is not None]

    def _connect(self, ray: Any) -> None:  # noqa: ANN401
        try:
            ray.init(address=self._address, log_to_driver=False, logging_level="ERROR")
        except (ConnectionError, OSError, RuntimeError, ValueError) as error:
            raise (
                UsageError("batch.no_cluster_at", address=self._address, why=why_refused(error))
                if self._address
                else UsageError("batch.no_cluster", why=why_refused(error))
            ) from error
        self._owns_connection = True

    def _start_worker(self, ray: Any) -> None:  # noqa: ANN401
        kind = ray.remote(num_cpus=self._threads, max_restarts=0)(Worker)
        environment = {"env_vars": thread_limits(self._threads)}
        actor = kind.options(runtime_env=environment).remote(self._analyser)
        self._pool.append(_RayWorker(actor, actor.version.remote()))

    def _outcome(self, ray: Any, worker: _RayWorker) -> Outcome | None:  # noqa: ANN401
        task, worker.task, worker.ends_s = worker.task, None, float("inf")
        reference, worker.pending_call = worker.pending_call, None
        try:
            answer = ray.get(reference)
        except ray.exceptions.RayError as error:
            self._replace(ray, worker)
            return (
                lost(task, Reason("batch.worker_lost", {"detail": _first_line(error)}))
                if task
                else None
            )
        if task is None:
            _check_version(answer)
            return None
        outcome: Outcome = answer
        return outcome

    def _stop(self, ray: Any, worker: _RayWorker) -> Outcome:  # noqa: ANN401
        assert worker.task is not None  # noqa: S101
        assert self._clip_s is not None  # noqa: S101
        self._replace(ray, worker)
        return too_long(worker.task, self._clip_s)

    def _replace(self, ray: Any, worker: _RayWorker) -> None:  # noqa: ANN401
        """Replace a lost worker; the new one gets tasks once the cluster has room for it."""
        self._pool.remove(worker)
        ray.kill(worker.actor)
        self._start_worker(ray)


def _ray() -> Any:  # noqa: ANN401
    """Import Ray on first use."""
    if find_spec("ray") is None:
        raise UsageError("package.ray")
    import ray
    import ray.exceptions

    return ray


def _check_version(found: str) -> None:
    if found != __version__:
        raise UsageError("batch.node_version", found=str(found), here=__version__)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
