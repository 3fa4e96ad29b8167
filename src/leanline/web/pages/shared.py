"""What a runner sees through a link: their results, without the key and without changing anything.

The secret part of the address is the only permission. Whatever it does not reach is answered as if
it did not exist.
"""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import FileResponse, RedirectResponse, Response

from leanline.store import Session
from leanline.store.listing import Window
from leanline.store.share_links import ShareLink
from leanline.video.preview import FILE_NAME as PREVIEW_NAME
from leanline.web.deps import Services_
from leanline.web.language import language_of
from leanline.web.problems import ProblemError
from leanline.web.results import has_preview
from leanline.web.safety import SHARED_PATH
from leanline.web.services import Services, result_file
from leanline.web.sheets import sheet_html
from leanline.web.templating import page, render
from leanline.web.views import cards

router = APIRouter(prefix=SHARED_PATH)
_MAX_CLIPS: Final = 100
#: Nothing tells other sites the address, and nothing stays in the browser after a withdrawal.
PRIVATE: Final = {
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "x-robots-tag": "noindex, nofollow",
}
_POLICY: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
}


@router.get("/{token}")
def shared(services: Services_, request: Request, token: str) -> Response:
    """Show a runner's results, or go to the one clip."""
    link = _link(services, token)
    if link.athlete_id is None:
        return RedirectResponse(f"{SHARED_PATH}/{token}/{link.session_id}", 303, PRIVATE)
    found = cards(
        services, Window(_MAX_CLIPS), athlete_id=link.athlete_id, analysed_only=True
    ).cards
    answer = page(
        request,
        "shared.html.j2",
        athlete=services.store.athletes.get(link.athlete_id),
        cards=found,
        token=token,
        letterhead=services.store.letterhead.get(),
    )
    answer.headers.update(PRIVATE)
    return answer


@router.get("/{token}/{session_id}")
def shared_result(services: Services_, request: Request, token: str, session_id: str) -> Response:
    """Show the result of a clip: the report with the film, without notes."""
    link, session = _result(services, token, session_id)
    above = render(
        request,
        "shared_bar.html.j2",
        token=token,
        session=session,
        playable=has_preview(services, session),
        several=link.session_id is None,
    )
    html = sheet_html(services, session, language_of(request), above=above, annex=True, notes=False)
    return Response(html, media_type="text/html", headers={**PRIVATE, **_POLICY})


@router.get("/{token}/{session_id}/film.mp4")
def shared_film(services: Services_, token: str, session_id: str) -> Response:
    """Serve the film of a clip."""
    _, session = _result(services, token, session_id)
    path = result_file(services, session, PREVIEW_NAME)
    return FileResponse(path, media_type="video/mp4", headers=PRIVATE)


def _link(services: Services, token: str) -> ShareLink:
    link = services.store.share_links.find(token)
    if link is None:
        raise _NotSharedError
    return link


def _result(services: Services, token: str, session_id: str) -> tuple[ShareLink, Session]:
    """Return the link and a clip that it reaches and that has a result."""
    link = _link(services, token)
    if not services.store.sessions.exists(session_id):
        raise _NotSharedError
    session = services.store.sessions.get(session_id)
    reached = (
        session.athlete_id == link.athlete_id
        if link.session_id is None
        else session.id == link.session_id
    )
    if not reached or session.result is None:
        raise _NotSharedError
    return link, session


class _NotSharedError(ProblemError):
    """The same answer for a link that is withdrawn, wrong, or does not reach so far."""

    def __init__(self) -> None:
        super().__init__(404, "problem.not_shared")
