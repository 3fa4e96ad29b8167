"""The first page: drop a clip, see the queue, open a result."""

from __future__ import annotations

from typing import Annotated, Any, Final

from fastapi import APIRouter, Query, Request
from starlette.responses import RedirectResponse, Response

from leanline.report.catalog import texts
from leanline.store.listing import Cursor, Waiting, Window
from leanline.web.deps import Services_
from leanline.web.services import Services, networks, notices
from leanline.web.templating import kept_page
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
    jobs, told, offered = services.queue.waiting(_RECENT), notices(services), networks()

    def values() -> dict[str, Any]:
        return {
            "athletes": services.store.athletes.all(),
            "chosen": athlete,
            "tips": texts("en").list("ui.tips"),
            "pictures": _PICTURES,
            "networks": offered,
            "most_bytes": services.settings.max_upload_bytes,
            "most_s": services.settings.max_clip_s,
            **_shown(services, jobs, told),
        }

    return kept_page(
        services, request, athlete, "home.html.j2", values, (offered, _state(jobs, told))
    )


@router.get("/parts/queue")
def queue(services: Services_, request: Request) -> Response:
    """The queue and the newest results alone, for the page to refresh."""
    return _queue_part(services, request)


@router.get("/sessions")
def sessions(
    services: Services_,
    request: Request,
    skip: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    older: Annotated[str, Query(max_length=64)] = "",
    newer: Annotated[str, Query(max_length=64)] = "",
) -> Response:
    """All clips, newest first, page by page from a place in the list."""
    window = Window(
        _PAGE,
        Cursor.from_text(older) if older else None,
        Cursor.from_text(newer) if newer else None,
        skip,
    )

    def values() -> dict[str, Any]:
        found = cards(services, window)
        ends = [Cursor.of(card.session) for card in (*found.cards[:1], *found.cards[-1:])]
        return {
            "cards": found.cards,
            "total": found.total,
            "newer": ends[0] if ends and (skip or older or newer) else None,
            "older": ends[-1] if ends and (newer or len(found.cards) == _PAGE) else None,
        }

    return kept_page(services, request, window, "sessions.html.j2", values)


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
        return _queue_part(services, request)
    return RedirectResponse("/", 303)


def _queue_part(services: Services, request: Request) -> Response:
    jobs, told = services.queue.waiting(_RECENT), notices(services)
    return kept_page(
        services,
        request,
        "",
        "queue.html.j2",
        lambda: _shown(services, jobs, told),
        _state(jobs, told),
    )


def _shown(services: Services, jobs: tuple[Waiting, ...], told: tuple[str, ...]) -> dict[str, Any]:
    """What waits, runs or went wrong lately, and the newest results."""
    newest = cards(services, Window(_RECENT), analysed_only=True)
    total = services.store.sessions.count()
    return {"jobs": jobs, "cards": newest.cards, "total": total, "notices": told}


def _state(jobs: tuple[Waiting, ...], told: tuple[str, ...]) -> tuple[object, ...]:
    """What a page with the queue shows besides what the store's revision counts."""
    return (told, *((item.job.id, item.job.revision) for item in jobs))
