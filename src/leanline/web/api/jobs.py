"""The queue, and its progress as server-sent events."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final

from anyio import to_thread
from fastapi import APIRouter, Header, Query, Request
from starlette.responses import StreamingResponse

from leanline.store import Job
from leanline.web.api.models import Id, JobOut, job_out
from leanline.web.deps import Services_
from leanline.web.problems import responses
from leanline.web.services import Services

router = APIRouter(prefix="/jobs", tags=["jobs"])

EVERY_S: Final = 0.3
_BEAT_S: Final = 15.0
# Changes are stamped before they are written, so the newest may appear a little late.
_LATE: Final = timedelta(seconds=3)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


@router.get("", operation_id="list_jobs", responses=responses())
def list_jobs(
    services: Services_,
    session_id: Id | None = None,
    most: Annotated[int, Query(ge=1, le=1000)] = 50,
) -> list[JobOut]:
    """Jobs, newest first; poll this where events cannot be had."""
    return [job_out(job) for job in services.queue.all(session_id=session_id, most=most)]


@router.get(
    "/events",
    operation_id="job_events",
    response_class=StreamingResponse,
    responses={**responses(), 200: {"content": {"text/event-stream": {}}}},
)
async def job_events(
    services: Services_,
    request: Request,
    last_event_id: Annotated[str, Header(max_length=64)] = "",
    once: Annotated[bool, Query(description="End after what there is now.")] = False,
) -> StreamingResponse:
    """``job`` events, each a job as JSON, whenever one changes.

    A new reader gets the jobs that are not over; one that comes back with ``Last-Event-ID``
    gets what changed meanwhile.
    """
    since = _moment(last_event_id)
    return StreamingResponse(
        _events(services, request, since, once=once),
        media_type="text/event-stream",
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


@router.get("/{job_id}", operation_id="get_job", responses=responses(404))
def get_job(services: Services_, job_id: Id) -> JobOut:
    """One job."""
    return job_out(services.queue.get(job_id))


@router.post("/{job_id}/cancel", operation_id="cancel_job", responses=responses(404))
def cancel_job(services: Services_, job_id: Id) -> JobOut:
    """Stop a job: at once when it waits, soon when it runs, not at all when it is over."""
    return job_out(services.queue.cancel(job_id))


@router.post(
    "/{job_id}/retry", status_code=202, operation_id="retry_job", responses=responses(404, 409)
)
def retry_job(services: Services_, job_id: Id) -> JobOut:
    """Queue again what failed, was cancelled or interrupted: a new job."""
    return job_out(services.queue.retry(job_id))


async def _events(
    services: Services, request: Request, since: datetime | None, *, once: bool
) -> AsyncIterator[str]:
    seen: dict[str, int] = {}
    quiet_s, start = 0.0, datetime.now(UTC)
    yield "retry: 1500\n\n"
    while not await request.is_disconnected():
        changed = await to_thread.run_sync(_changed, services, since, seen)
        for job in changed:
            since = max(since or start, job.changed_at)
            yield _event(job)
        since = since or start
        if once:
            return
        quiet_s = 0.0 if changed else quiet_s + EVERY_S
        if quiet_s >= _BEAT_S:
            quiet_s = 0.0
            yield ": still here\n\n"
        await asyncio.sleep(EVERY_S)


def _changed(services: Services, since: datetime | None, seen: dict[str, int]) -> list[Job]:
    """Jobs with a revision not seen yet, oldest change first; ``seen`` is brought up to date."""
    if since is None:
        found = services.queue.all(states=("queued", "running"))
    else:
        found = services.queue.all(since=since - _LATE)
    fresh = [job for job in found if seen.get(job.id) != job.revision]
    seen.update((job.id, job.revision) for job in fresh)
    return sorted(fresh, key=lambda job: job.changed_at)


def _event(job: Job) -> str:
    number = round((job.changed_at - _EPOCH) / timedelta(microseconds=1))
    return f"id: {number}\nevent: job\ndata: {job_out(job).model_dump_json()}\n\n"


def _moment(event_id: str) -> datetime | None:
    """The time in an event's id; None for anything else."""
    if not (event_id.isascii() and event_id.isdigit() and len(event_id) <= 17):
        return None
    return _EPOCH + timedelta(microseconds=int(event_id))
