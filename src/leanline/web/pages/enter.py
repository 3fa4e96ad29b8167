"""The login page for servers with a key; a valid key is stored in a cookie."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from leanline.web.deps import Services_
from leanline.web.forms import Form
from leanline.web.safety import COOKIE, ENTER_PATH, is_valid_key
from leanline.web.templating import page

router = APIRouter()
_COOKIE_MAX_AGE_S = 30 * 24 * 3600


@router.get(ENTER_PATH)
def enter(services: Services_, request: Request) -> Response:
    """Ask for the key; the page's script sends the one behind the ``#`` of the QR code's link."""
    return _authenticate(services, request, "", submitted=False)


@router.post(ENTER_PATH)
def enter_by_hand(services: Services_, request: Request, form: Form) -> Response:
    """Accept a key typed into the form."""
    return _authenticate(services, request, form.get("token", ""), submitted=True)


def _authenticate(
    services: Services_, request: Request, given: str, *, submitted: bool
) -> Response:
    token = services.settings.token
    if token is None:
        return RedirectResponse("/", 303)
    if not is_valid_key(given, token):
        return page(
            request,
            "enter.html.j2",
            status=401 if submitted else 200,
            wrong=submitted,
            encrypted=services.settings.authority is not None,
        )
    answer = RedirectResponse("/", 303)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=_COOKIE_MAX_AGE_S,
        httponly=True,
        samesite="strict",
        path="/",
        secure=request.url.scheme == "https",
    )
    return answer
