"""The way in where a key is needed: once right, it is kept in a cookie."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import RedirectResponse, Response

from leanline.web.deps import Services_
from leanline.web.forms import Form
from leanline.web.safety import COOKIE, ENTER_PATH, right_key
from leanline.web.templating import page

router = APIRouter()
_KEPT_S = 30 * 24 * 3600


@router.get(ENTER_PATH)
def enter(services: Services_, request: Request, token: str = "") -> Response:
    """Take the key from the address of the square code, or ask for it."""
    return _let_in(services, request, token, asked=bool(token))


@router.post(ENTER_PATH)
def enter_by_hand(services: Services_, request: Request, form: Form) -> Response:
    """Take the key that was typed."""
    return _let_in(services, request, form.get("token", ""), asked=True)


def _let_in(services: Services_, request: Request, given: str, *, asked: bool) -> Response:
    token = services.settings.token
    if token is None:
        return RedirectResponse("/", 303)
    if not right_key(given, token):
        return page(request, "enter.html.j2", status=401 if asked else 200, wrong=asked)
    answer = RedirectResponse("/", 303)
    answer.set_cookie(COOKIE, token, max_age=_KEPT_S, httponly=True, samesite="strict", path="/")
    return answer
