"""The first page: drop a clip, see the queue, open a result."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from leanline.report.catalog import texts
from leanline.web.deps import Services_
from leanline.web.services import Services, networks, notices, queued
from leanline.web.templating import page
from leanline.web.views import cards

router = APIRouter()
_RECENT = 12
_PAGE = 50
#: What the pictures of filming show (tools/draw_filming.py): name, right and wrong.
_PICTURES: Final = (
    ("square", "the camera looks at right angles to the path", "it looks at an angle"),
    ("height", "the phone stands as high as the hips", "it lies near the ground and looks up"),
    ("level", "a level phone shows a post upright", "a tilted one shows it askew"),
    ("whole", "the whole body is in the picture", "the feet are outside"),
    ("light", "light falls on the side that is filmed", "the sun stands behind the runner"),
    ("treadmill", "nothing stands in between", "a rail hides the hips"),
)


@router.get("/")
def home(services: Services_, request: Request, athlete: str = "") -> Response:
    """Drop a clip; the queue; the newest results."""
    return page(
        request,
        "home.html.j2",
        athletes=services.store.athletes.all(),
        chosen=athlete,
        **_shown(services),
        tips=texts("en").list("ui.tips"),
        pictures=_PICTURES,
        networks=networks(),
        most_bytes=services.settings.max_upload_bytes,
        most_s=services.settings.max_clip_s,
    )


@router.get("/parts/queue")
def queue(services: Services_, request: Request) -> Response:
    """The queue and the newest results alone, for the page to refresh."""
    return page(request, "queue.html.j2", **_shown(services))


@router.get("/sessions")
def sessions(
    services: Services_, request: Request, skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0
) -> Response:
    """All clips, newest first."""
    total = services.store.sessions.count()
    return page(
        request,
        "sessions.html.j2",
        cards=cards(services, most=_PAGE, skip=skip),
        total=total,
        skip=skip,
        size=_PAGE,
    )


@router.post("/jobs/{job_id}/cancel")
def cancel(services: Services_, request: Request, job_id: str) -> Response:
    """Stop a job."""
    services.queue.cancel(job_id)
    return _back(services, request)


@router.post("/jobs/{job_id}/retry")
def retry(services: Services_, request: Request, job_id: str) -> Response:
    """Queue a job again."""
    services.queue.retry(job_id)
    return _back(services, request)


def _back(services: Services, request: Request) -> Response:
    if request.headers.get("hx-request"):
        return page(request, "queue.html.j2", **_shown(services))
    return RedirectResponse("/", 303)


def _shown(services: Services) -> dict[str, Any]:
    """What waits, runs or went wrong lately, and the newest results."""
    return {
        "jobs": [item for item in queued(services) if item.job.state != "done"],
        "cards": cards(services, most=_RECENT, analysed_only=True),
        "total": services.store.sessions.count(),
        "notices": notices(services),
    }
