"""The interface of engines, which run tasks and return outcomes; they commit nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from leanline.batch.task import ClipTask, Outcome
from leanline.reason import Reason


class Engine(Protocol):
    """A pool of workers that run one task each; dead workers are replaced.

    A task whose worker dies or exceeds the time limit gets an outcome marked ``again``.
    """

    def __enter__(self) -> Self:
        """Start the pool."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Stop all workers, whatever they are doing."""
        ...

    @property
    def room(self) -> bool:
        """Whether a worker is free."""
        ...

    def start(self, task: ClipTask) -> None:
        """Assign a task to a free worker."""
        ...

    def wait(self) -> Sequence[Outcome]:
        """Return finished outcomes after a short wait; may be empty."""
        ...


def outcomes(engine: Engine, tasks: Iterable[ClipTask], retries: int) -> Iterator[Outcome]:
    """Run tasks on an engine, and those that failed for a passing reason again at the end.

    Parameters
    ----------
    engine
        Started.
    tasks
        With different ids.
    retries
        How often a task is tried again at most.

    Yields
    ------
    Outcome
        One for each task, as they finish.
    """
    waiting = deque(tasks)
    running: dict[str, ClipTask] = {}
    tries: dict[str, int] = {}
    while waiting or running:
        while waiting and engine.room:
            task = waiting.popleft()
            running[task.id] = task
            tries[task.id] = tries.get(task.id, 0) + 1
            engine.start(task)
        for outcome in engine.wait():
            task = running.pop(outcome.task_id)
            if outcome.again and tries[task.id] <= retries:
                # At the end of the queue: the cause of the failure may have passed by then.
                waiting.append(task)
            else:
                yield outcome


def lost(task: ClipTask, problem: Reason) -> Outcome:
    """The outcome of a task whose worker was lost.

    Parameters
    ----------
    task
        The task.
    problem
        What became of the worker.

    Returns
    -------
    Outcome
        ``failed``, to be tried again.
    """
    return Outcome(task.id, "failed", problem=problem, again=True)


def too_long(task: ClipTask, clip_s: float) -> Outcome:
    """The outcome of a task that exceeded the time limit.

    Parameters
    ----------
    task
        The task.
    clip_s
        The limit, seconds.

    Returns
    -------
    Outcome
        ``failed``, to be tried again.
    """
    problem = Reason("batch.too_long", {"limit_min": clip_s / 60})
    return Outcome(task.id, "failed", problem=problem, again=True)
