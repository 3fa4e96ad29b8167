"""What changes in the queue, asked of the database once for all pages that listen."""

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

EVERY_S: Final = 0.3
# Changes are stamped before they are written, so the newest may appear a little late.
LATE: Final = timedelta(seconds=3)


class Feed:
    """The jobs that changed lately.

    Parameters
    ----------
    queue
        The queue.
    max_listeners
        How many may listen at once; the pages of others ask now and then.
    """

    def __init__(self, queue: Queue, max_listeners: int) -> None:
        self._queue = queue
        self._max_listeners = max_listeners
        self._listeners = 0
        self._lock = asyncio.Lock()
        self._asked_s: float | None = None
        self._newest: datetime | None = None
        self._jobs: tuple[Job, ...] = ()

    def check_room(self) -> None:
        """Refuse one more who listens.

        Raises
        ------
        ProblemError
            503 when too many do.
        """
        if self._listeners >= self._max_listeners:
            raise ProblemError(503, "web.too_many_pages")

    @contextmanager
    def listening(self) -> Iterator[None]:
        """While somebody listens."""
        self._listeners += 1
        try:
            yield
        finally:
            self._listeners -= 1

    async def since(self, moment: datetime | None) -> tuple[Job, ...]:
        """The jobs that changed since a moment, or those that are not over, asked anew."""
        if moment is None:
            return await to_thread.run_sync(_active, self._queue)
        return await to_thread.run_sync(_changed, self._queue, moment - LATE)

    async def lately(self) -> tuple[Job, ...]:
        """The jobs that changed in the last seconds, as of a moment ago."""
        async with self._lock:
            moment_s = asyncio.get_running_loop().time()
            if self._asked_s is None or moment_s - self._asked_s >= EVERY_S:
                self._jobs = await to_thread.run_sync(_newest, self._queue, self._newest)
                changes = [job.changed_at for job in self._jobs]
                self._newest = max(changes, default=self._newest)
                self._asked_s = asyncio.get_running_loop().time()
            return self._jobs


def _active(queue: Queue) -> tuple[Job, ...]:
    return queue.all(states=("queued", "running"))


def _changed(queue: Queue, since: datetime) -> tuple[Job, ...]:
    return queue.all(since=since)


def _newest(queue: Queue, newest: datetime | None) -> tuple[Job, ...]:
    if newest is None:
        newest = queue.newest_change()
    return () if newest is None else queue.all(since=newest - LATE)
