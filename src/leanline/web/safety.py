"""What every request must pass, and the headers that every answer carries.

A request must call the server by one of its own names, must not come from another site's
page, and, where a key is set, must bring it. Answers forbid scripts and styles that are not
files of ours.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leanline.web.limits import limited_answer, limited_body
from leanline.web.problems import ProblemError, problem_response
from leanline.web.settings import WebSettings

COOKIE: Final = "leanline_key"
ENTER_PATH: Final = "/enter"
CSP: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; "
    "media-src 'self' blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; manifest-src 'self'"
)
HEADERS: Final = {
    "content-security-policy": CSP,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with it browsers send the origin "null" with our own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=()",
    "cache-control": "no-cache",
}
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# What a visitor without the key may have: the way in, and what the page that says so needs.
_OPEN: Final = (ENTER_PATH, "/static/app.css")


class Guard:
    """ASGI middleware: refuses what must not come in, and puts headers on what goes out."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request or a socket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        refused = self._refused(scope)
        if scope["type"] == "websocket":
            if refused:
                await send({"type": "websocket.close", "code": 1008, "reason": str(refused)})
                return
            await self._app(scope, receive, send)
            return
        sender = _with_headers(send)
        if refused:
            await self._refuse(refused, scope, receive, sender)
            return
        receive = limited_body(scope, receive, self._settings)
        await self._app(scope, receive, limited_answer(sender, self._settings.send_s))

    def _refused(self, scope: Scope) -> ProblemError | None:
        """Why the request may not come in; None if it may."""
        if "\0" in scope["path"] or b"%00" in scope.get("query_string", b""):
            return ProblemError(400, "web.nul_in_address")
        headers = Headers(scope=scope)
        name = host_name(headers.get("host", ""))
        if name not in self._settings.hosts:
            return ProblemError(421, "web.wrong_host")
        method = scope.get("method", "WEBSOCKET")
        if not _same_site(headers, method, scope["scheme"]):
            return ProblemError(403, "web.other_site")
        token = self._settings.token
        if token and scope["path"] not in _OPEN and not _brings(headers, token):
            return ProblemError(401, "web.key_missing")
        return None

    async def _refuse(
        self, refused: ProblemError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if refused.status == 401 and not scope["path"].startswith("/api/"):
            from starlette.responses import RedirectResponse

            await RedirectResponse(ENTER_PATH, 303)(scope, receive, send)
            return
        answer = problem_response(refused)
        if refused.status == 401:
            answer.headers["www-authenticate"] = "Bearer"
        await answer(scope, receive, send)


def host_name(host: str) -> str:
    """The name in a ``Host`` header, without its port; empty when it is none."""
    if any(sign in host for sign in "@/?#"):
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def right_key(given: str, token: str) -> bool:
    """Whether the key is the right one, in a time that does not tell how much of it is."""
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _same_site(headers: Headers, method: str, scheme: str) -> bool:
    """Whether a browser says that the request is from our own page, or it is from no browser.

    Browsers send ``Origin`` with whatever changes something, and with sockets.
    """
    origin = headers.get("origin")
    if method in _SAFE:
        # Following a link from elsewhere is allowed; embedding and fetching is not.
        fetched = headers.get("sec-fetch-site", "none")
        navigates = headers.get("sec-fetch-mode") == "navigate"
        return fetched in ("none", "same-origin") or navigates
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    plain = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    return origin == f"{plain}://{headers.get('host', '')}"


def _brings(headers: Headers, token: str) -> bool:
    return any(right_key(given, token) for given in _keys(headers))


def _keys(headers: Headers) -> Iterable[str]:
    kind, _, given = headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        yield given.strip()
    try:
        cookies = SimpleCookie(headers.get("cookie", ""))
    except CookieError:
        return
    if COOKIE in cookies:
        yield cookies[COOKIE].value


def _with_headers(send: Send) -> Send:
    """Adds the headers; an answer's own word on a matter stands."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sender
