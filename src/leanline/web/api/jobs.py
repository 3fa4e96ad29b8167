"""The job queue, and its progress as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from leanline.store import Job
from leanline.web.api.models import Id, JobOut, job_out
from leanline.web.api.renamed import Most
from leanline.web.deps import Services_
from leanline.web.feed import POLL_S, Feed
from leanline.web.problems import responses

router = APIRouter(prefix="/jobs", tags=["jobs"])

#: Most jobs that one answer lists.
MAX_LIMIT: Final = 1000
_BEAT_S: Final = 15.0
# A connection that was stalled this long may have missed changes.
_SLOW_S: Final = 2.0
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@router.get("", operation_id="list_jobs", responses=responses())
def list_jobs(
    services: Services_,
    session_id: Id | None = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 50,
    most: Most = None,
) -> list[JobOut]:
    """List jobs, newest first; for polling where server-sent events are not available."""
    limit = limit if most is None else min(most, MAX_LIMIT)
    return [job_out(job) for job in services.queue.all(session_id=session_id, limit=limit)]


@router.get(
    "/events",
    operation_id="job_events",
    response_class=StreamingResponse,
    responses={**responses(503), 200: {"content": {"text/event-stream": {}}}},
)
async def job_events(
    services: Services_,
    request: Request,
    last_event_id: Annotated[str, Header(max_length=64)] = "",
    once: Annotated[bool, Query(description="End after what there is now.")] = False,
) -> StreamingResponse:
    """Stream a ``job`` event, a job as JSON, whenever a job changes.

    A new reader gets the active jobs first; one that reconnects with ``Last-Event-ID`` gets
    the changes it missed.
    """
    services.feed.check_capacity()
    return StreamingResponse(
        _events(services.feed, request, _moment(last_event_id), once=once),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@router.get("/{job_id}", operation_id="get_job", responses=responses(404))
def get_job(services: Services_, job_id: Id) -> JobOut:
    """Get a job."""
    return job_out(services.queue.get(job_id))


@router.post("/{job_id}/cancel", operation_id="cancel_job", responses=responses(404))
def cancel_job(services: Services_, job_id: Id) -> JobOut:
    """Cancel a job: at once if queued, shortly if running; no effect once it has ended."""
    return job_out(services.queue.cancel(job_id))


@router.post(
    "/{job_id}/retry", status_code=202, operation_id="retry_job", responses=responses(404, 409)
)
def retry_job(services: Services_, job_id: Id) -> JobOut:
    """Queue a failed, cancelled or interrupted job again, as a new job."""
    return job_out(services.queue.retry(job_id))


async def _events(
    feed: Feed, request: Request, since: datetime | None, *, once: bool
) -> AsyncIterator[str]:
    seen: dict[str, int] = {}
    clock = asyncio.get_running_loop().time
    heard_s = told_s = clock()
    with feed.listening():
        await feed.recent()  # later changes are not missed
        load = await feed.since(since)
        yield "retry: 1500\n\n"
        while not await request.is_disconnected():
            for job in _fresh(load, seen):
                since, told_s = job.changed_at, clock()
                yield _event(job)
            if once:
                return
            if clock() - told_s >= _BEAT_S:
                told_s = clock()
                yield ": still here\n\n"
            await asyncio.sleep(POLL_S)
            late = clock() - heard_s > _SLOW_S and since is not None
            load = await (feed.since(since) if late else feed.recent())
            heard_s = clock()


def _fresh(load: Sequence[Job], seen: dict[str, int]) -> list[Job]:
    """Return jobs whose revision was not seen yet, oldest change first, and update ``seen``."""
    fresh = [job for job in load if seen.get(job.id) != job.revision]
    seen.update((job.id, job.revision) for job in fresh)
    return sorted(fresh, key=lambda job: job.changed_at)


def _event(job: Job) -> str:
    number = round((job.changed_at - _EPOCH) / timedelta(microseconds=1))
    return f"id: {number}\nevent: job\ndata: {job_out(job).model_dump_json()}\n\n"


def _moment(event_id: str) -> datetime | None:
    """Parse the time in an event id; None for anything else."""
    if not (event_id.isascii() and event_id.isdigit() and len(event_id) <= 17):
        return None
    return _EPOCH + timedelta(microseconds=int(event_id))
