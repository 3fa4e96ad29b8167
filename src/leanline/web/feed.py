"""Job changes, polled from the database once for all listening pages."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final

from anyio import to_thread

from leanline.jobs.queue import Queue
from leanline.store import Job
from leanline.web.problems import ProblemError

POLL_S: Final = 0.3
# A change is timestamped before its commit, so it can appear a little later.
COMMIT_DELAY: Final = timedelta(seconds=3)


class Feed:
    """The jobs that changed recently.

    Parameters
    ----------
    queue
        The queue.
    max_listeners
        Maximum number of listeners; other pages have to poll.
    """

    def __init__(self, queue: Queue, max_listeners: int) -> None:
        self._queue = queue
        self._max_listeners = max_listeners
        self._listeners = 0
        self._lock = asyncio.Lock()
        self._polled_s: float | None = None
        self._newest: datetime | None = None
        self._jobs: tuple[Job, ...] = ()

    def check_capacity(self) -> None:
        """Refuse another listener if there are too many.

        Raises
        ------
        ProblemError
            503 when the limit is reached.
        """
        if self._listeners >= self._max_listeners:
            raise ProblemError(503, "web.too_many_pages")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """Count a listener for the duration of the block."""
        self._listeners += 1
        try:
            yield
        finally:
            self._listeners -= 1

    async def since(self, moment: datetime | None) -> tuple[Job, ...]:
        """Return the jobs changed since a time, or the active ones for None, with a fresh query."""
        if moment is None:
            return await to_thread.run_sync(_active_jobs, self._queue)
        return await to_thread.run_sync(_changed_jobs, self._queue, moment - COMMIT_DELAY)

    async def recent(self) -> tuple[Job, ...]:
        """Return the jobs changed in the last seconds, from a shared query."""
        async with self._lock:
            moment_s = asyncio.get_running_loop().time()
            if self._polled_s is None or moment_s - self._polled_s >= POLL_S:
                self._jobs = await to_thread.run_sync(_newest_jobs, self._queue, self._newest)
                changes = [job.changed_at for job in self._jobs]
                self._newest = max(changes, default=self._newest)
                self._polled_s = asyncio.get_running_loop().time()
            return self._jobs


def _active_jobs(queue: Queue) -> tuple[Job, ...]:
    return queue.all(states=("queued", "running"))


def _changed_jobs(queue: Queue, since: datetime) -> tuple[Job, ...]:
    return queue.all(since=since)


def _newest_jobs(queue: Queue, newest: datetime | None) -> tuple[Job, ...]:
    if newest is None:
        newest = queue.newest_change()
    return () if newest is None else queue.all(since=newest - COMMIT_DELAY)
