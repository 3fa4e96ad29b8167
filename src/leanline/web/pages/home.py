"""The home page: add a clip, see the queue, open a result."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Annotated, Any, Final

from anyio import to_thread
from fastapi import APIRouter, Query, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from leanline.report.catalog import texts
from leanline.store.listing import Cursor, Window
from leanline.web.cache import HTML, conditional_response
from leanline.web.cached_page import cached_page
from leanline.web.deletions import Deleted, just_deleted
from leanline.web.deps import Services_
from leanline.web.formatting import page_words
from leanline.web.journey import journey
from leanline.web.language import language_of
from leanline.web.sample import sample_session
from leanline.web.services import Services, networks, notices
from leanline.web.templating import render
from leanline.web.views import cards

router = APIRouter()
_RECENT = 12
_PAGE = 50
#: Pictures on filming (tools/draw_filming.py); ``filming.NAME_right`` describes the right way.
_PICTURES: Final = ("square", "height", "level", "whole", "light", "treadmill")


@router.get("/")
async def home(
    services: Services_, request: Request, athlete: str = "", deleted: Deleted = ""
) -> Response:
    """Show the form for a clip, the queue and the newest results."""
    offered = networks()

    def values(shown: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "athletes": services.store.athletes.all(),
            "chosen": athlete,
            "deleted": just_deleted(services, deleted),
            "tips": texts(language_of(request)).list("ui.tips"),
            "pictures": _PICTURES,
            "steps": journey(()),
            "networks": offered,
            "max_bytes": services.settings.max_upload_bytes,
            "max_s": services.settings.max_clip_s,
            **shown,
        }

    return await _with_queue(services, request, (athlete, deleted, offered), "home.html.j2", values)


@router.get("/parts/queue")
async def queue(services: Services_, request: Request) -> Response:
    """Render only the queue and the newest results, for the page to refresh."""
    return await _with_queue(services, request, None, "queue.html.j2", dict)


@router.get("/sessions")
async def sessions(
    services: Services_,
    request: Request,
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    older: Annotated[str, Query(max_length=64)] = "",
    newer: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """List all clips, newest first, in pages that start from a cursor."""
    window = Window(
        _PAGE,
        Cursor.from_text(older) if older else None,
        Cursor.from_text(newer) if newer else None,
        offset,
    )

    def values() -> dict[str, Any]:
        found = cards(services, window)
        ends = [Cursor.of(card.session) for card in (*found.cards[:1], *found.cards[-1:])]
        return {
            "cards": found.cards,
            "total": found.total,
            "newer": ends[0] if ends and (offset or older or newer) else None,
            "older": ends[-1] if ends and (newer or len(found.cards) == _PAGE) else None,
        }

    return await cached_page(services, request, window, "sessions.html.j2", values)


@router.post("/sample")
async def sample(services: Services_, request: Request) -> Response:
    """Analyse the bundled clip, or show it if it was."""
    note = page_words(language_of(request)).say("home.sample_note")
    session = await to_thread.run_sync(sample_session, services, note)
    return RedirectResponse(f"/sessions/{session.id}", 303)


@router.post("/jobs/{job_id}/cancel")
async def cancel(services: Services_, request: Request, job_id: str) -> Response:
    """Cancel a job."""
    await to_thread.run_sync(services.queue.cancel, job_id)
    return await _back(services, request)


@router.post("/jobs/{job_id}/retry")
async def retry(services: Services_, request: Request, job_id: str) -> Response:
    """Retry a job."""
    await to_thread.run_sync(services.queue.retry, job_id)
    return await _back(services, request)


async def _back(services: Services, request: Request) -> Response:
    if request.headers.get("hx-request"):
        return await queue(services, request)
    return RedirectResponse("/", 303)


async def _with_queue(
    services: Services,
    request: Request,
    key: Hashable,
    template: str,
    values: Callable[[Mapping[str, Any]], Mapping[str, Any]],
) -> Response:
    """Render a page that shows the queue: cached while no job runs, fresh otherwise.

    Progress of a job does not change the store's revision; its start and end do.
    """
    works = services.works()

    def make() -> bytes:
        shown = _shown(services)
        if any(item.job.state == "running" for item in shown["jobs"]):
            raise _RunningError(shown)
        return render(request, template, status=200, **values(shown)).encode()

    try:
        kept = await services.cache.get((template, language_of(request), key), make, works)
    except _RunningError as error:
        shown = values(error.shown)
        text = await to_thread.run_sync(lambda: render(request, template, status=200, **shown))
        return HTMLResponse(text)
    return conditional_response(request, kept, HTML)


class _RunningError(Exception):
    """A job is running, so the page must not be cached."""

    def __init__(self, shown: Mapping[str, Any]) -> None:
        super().__init__()
        self.shown = shown


def _shown(services: Services) -> dict[str, Any]:
    """Return active and recently failed jobs, and the newest results."""
    newest = cards(services, Window(_RECENT), analysed_only=True)
    return {
        "jobs": services.queue.list_pending_jobs(_RECENT),
        "cards": newest.cards,
        "total": services.store.sessions.count(),
        "notices": notices(services),
    }
