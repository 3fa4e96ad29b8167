"""The engine of many machines: actors on a Ray cluster (``leanline[ray]``).

Ray (Moritz et al. 2018) only carries tasks and outcomes; what is done is written down by the
coordinator alone, as with local processes.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from types import TracebackType
from typing import Any, Final, Self

import leanline
from leanline.batch.engine import lost, too_long
from leanline.batch.task import ANALYSER, Analyser, ClipTask, Outcome
from leanline.errors import UsageError, why_refused
from leanline.reason import Reason
from leanline.workers.process import load_function, thread_limits

_WAIT_S: Final = 0.5


class Worker:
    """An actor: holds the networks of its process and does one task after another."""

    def __init__(self, analyser: str) -> None:
        self._work: Analyser = load_function(analyser)

    def version(self) -> str:
        """Which leanline is installed there; an answer says that the worker is ready."""
        return leanline.__version__

    def work(self, task: ClipTask) -> Outcome:
        """Do a task."""
        return self._work(task)


@dataclass
class _Hand:
    """An actor, what was asked of it last, and when that must be answered.

    ``asked`` is None when it is free; ``task`` is None too while it is starting.
    """

    actor: Any
    asked: Any
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
        self._hands: list[_Hand] = []
        self._ours = False

    def __enter__(self) -> Self:
        """Connect and hire the workers.

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
            self._hire(ray)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers, and the connection if it was made here."""
        ray = _ray()
        for hand in self._hands:
            ray.kill(hand.actor)
        self._hands = []
        if self._ours:
            ray.shutdown()

    @property
    def room(self) -> bool:
        """Whether a worker is ready and free."""
        return any(hand.asked is None for hand in self._hands)

    @property
    def busy(self) -> int:
        """How many workers are at a task."""
        return sum(hand.task is not None for hand in self._hands)

    def start(self, task: ClipTask) -> None:
        """Give a task to a free worker."""
        hand = next(hand for hand in self._hands if hand.asked is None)
        hand.task, hand.asked = task, hand.actor.work.remote(task)
        hand.ends_s = float("inf") if self._clip_s is None else time.monotonic() + self._clip_s

    def wait(self) -> Sequence[Outcome]:
        """What came to an end within half a second."""
        ray = _ray()
        asked = {hand.asked: hand for hand in self._hands if hand.asked is not None}
        if not asked:
            return ()
        done, _ = ray.wait(list(asked), num_returns=len(asked), timeout=0)
        if not done:
            done, _ = ray.wait(list(asked), timeout=_WAIT_S)
        found = [self._outcome(ray, asked[reference]) for reference in done]
        now_s = time.monotonic()
        late = [self._stopped(ray, hand) for hand in list(self._hands) if now_s > hand.ends_s]
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
        self._ours = True

    def _hire(self, ray: Any) -> None:  # noqa: ANN401
        kind = ray.remote(num_cpus=self._threads, max_restarts=0)(Worker)
        environment = {"env_vars": thread_limits(self._threads)}
        actor = kind.options(runtime_env=environment).remote(self._analyser)
        self._hands.append(_Hand(actor, actor.version.remote()))

    def _outcome(self, ray: Any, hand: _Hand) -> Outcome | None:  # noqa: ANN401
        task, hand.task, hand.ends_s = hand.task, None, float("inf")
        reference, hand.asked = hand.asked, None
        try:
            answer = ray.get(reference)
        except ray.exceptions.RayError as error:
            self._replace(ray, hand)
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

    def _stopped(self, ray: Any, hand: _Hand) -> Outcome:  # noqa: ANN401
        assert hand.task is not None  # noqa: S101
        assert self._clip_s is not None  # noqa: S101
        self._replace(ray, hand)
        return too_long(hand.task, self._clip_s)

    def _replace(self, ray: Any, hand: _Hand) -> None:  # noqa: ANN401
        """A new worker in place of a lost one; it gets tasks once there is room for it."""
        self._hands.remove(hand)
        ray.kill(hand.actor)
        self._hire(ray)


def _ray() -> Any:  # noqa: ANN401
    """Ray, which is only imported when it is used."""
    if find_spec("ray") is None:
        raise UsageError("package.ray")
    import ray
    import ray.exceptions

    return ray


def _check_version(found: str) -> None:
    if found != leanline.__version__:
        raise UsageError("batch.node_version", found=str(found), here=leanline.__version__)


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]
