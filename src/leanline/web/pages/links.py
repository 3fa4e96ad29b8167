"""Links for runners: made and withdrawn by the coach."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from leanline.web.deps import Services_
from leanline.web.forms import Form
from leanline.web.qr import qr_code
from leanline.web.safety import SHARED_PATH
from leanline.web.services import Services
from leanline.web.templating import page

router = APIRouter()


@router.post("/athletes/{athlete_id}/links")
def share_athlete(services: Services_, request: Request, athlete_id: str) -> Response:
    """Make a link to all results of a runner, and show it this once."""
    athlete = services.store.athletes.get(athlete_id)
    _, token = services.store.share_links.add(athlete_id=athlete.id)
    return _new_link(services, request, token, athlete.name, f"/athletes/{athlete.id}")


@router.post("/sessions/{session_id}/links")
def share_session(services: Services_, request: Request, session_id: str) -> Response:
    """Make a link to the result of a clip, and show it this once."""
    session = services.store.sessions.get(session_id)
    _, token = services.store.share_links.add(session_id=session.id)
    return _new_link(services, request, token, session.name, f"/sessions/{session.id}")


@router.post("/links/{link_id}/withdraw")
def withdraw(services: Services_, form: Form, link_id: str) -> Response:
    """Withdraw a link, which then leads nowhere."""
    services.store.share_links.withdraw(link_id)
    back = form.get("back", "/")
    own = back.startswith(("/athletes/", "/sessions/"))
    return RedirectResponse(f"{back}#links" if own else "/", 303)


def _new_link(services: Services, request: Request, token: str, name: str, back: str) -> Response:
    address = f"{_origin(services, request)}{SHARED_PATH}/{token}"
    answer = page(
        request,
        "new_link.html.j2",
        address=address,
        name=name,
        back=back,
        qr=qr_code(address),
        local=services.settings.entry_url is None,
    )
    answer.headers["cache-control"] = "no-store"
    return answer


def _origin(services: Services, request: Request) -> str:
    """The server as others reach it, if they do; else as this browser does."""
    known = services.settings.entry_url
    if known is None:
        return str(request.base_url).rstrip("/")
    parts = urlsplit(known)
    return f"{parts.scheme}://{parts.netloc}"
