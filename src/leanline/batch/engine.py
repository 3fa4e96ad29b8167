"""Who does the tasks: an engine takes them and gives outcomes; it commits nothing."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Protocol, Self

from leanline.batch.task import ClipTask, Outcome
from leanline.reason import Reason


class Engine(Protocol):
    """Workers somewhere. One task at a time for each; a dead worker is replaced.

    A worker that dies or takes too long costs its task an outcome that says ``again``.
    """

    def __enter__(self) -> Self:
        """Make ready."""
        ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End all workers, whatever they are doing."""
        ...

    @property
    def room(self) -> bool:
        """Whether a worker is free."""
        ...

    def start(self, task: ClipTask) -> None:
        """Give a task to a free worker."""
        ...

    def wait(self) -> Sequence[Outcome]:
        """What has come to an end; waits a moment, and may be empty."""
        ...


def outcomes(engine: Engine, tasks: Iterable[ClipTask], retries: int) -> Iterator[Outcome]:
    """One outcome of each task, as they come, after at most ``retries`` more tries."""
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
                # At the end of the queue: what hurt it may have passed by then.
                waiting.append(task)
            else:
                yield outcome


def lost(task: ClipTask, problem: Reason) -> Outcome:
    """The outcome of a task whose worker was lost."""
    return Outcome(task.id, "failed", problem=problem, again=True)


def too_long(task: ClipTask, clip_s: float) -> Outcome:
    """The outcome of a task that was stopped."""
    problem = Reason("batch.too_long", {"limit_min": clip_s / 60})
    return Outcome(task.id, "failed", problem=problem, again=True)
