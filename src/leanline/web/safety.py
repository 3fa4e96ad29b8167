"""Access checks on every request, and security headers on every response.

A request must address the server by one of its own names, must not come from a page of another
site, and must carry the key if one is set. Responses forbid scripts and styles other than the
server's own files.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leanline.web.language import language_of
from leanline.web.limits import limit_body, limit_response
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
    # Not no-referrer: browsers would then send the origin "null" with the server's own forms.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), microphone=(), geolocation=(), payment=()",
    "cache-control": "no-cache",
    "vary": "Accept-Language, Cookie",
}
_SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
#: Links for runners begin with this; their secret part takes the place of the key.
SHARED_PATH: Final = "/shared"
TRUST_PATH: Final = "/trust"
AUTHORITY_PATH: Final = "/trust/leanline.crt"
MANIFEST_PATH: Final = "/manifest.webmanifest"
#: Address, size in pixels and purpose of the app's icons (tools/draw_icons.py).
ICONS: Final = (
    ("/static/icons/icon-192.png", 192, "any"),
    ("/static/icons/icon-512.png", 512, "any"),
    ("/static/icons/maskable-512.png", 512, "maskable"),
)
TOUCH_ICON_PATH: Final = "/static/icons/touch-180.png"
WORKER_PATH: Final = "/sw.js"
#: Scripts of the service worker, which browsers fetch without cookies.
_WORKER_SCRIPTS: Final = (
    WORKER_PATH,
    *(f"/static/js/{name}.js" for name in ("http", "outbox", "sending")),
)
# Accessible without the key: the login page with what it needs, how to trust this computer, and
# what phones fetch without it: name and icons of the app, and code.
_PUBLIC_PATHS: Final = (
    *(ENTER_PATH, "/static/app.css", "/static/js/enter.js"),
    *(TRUST_PATH, AUTHORITY_PATH),
    *(MANIFEST_PATH, TOUCH_ICON_PATH, *(path for path, _, _ in ICONS)),
    *_WORKER_SCRIPTS,
)


class Guard:
    """ASGI middleware that rejects unauthorised requests and adds security headers."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request or a WebSocket."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        rejection = self._rejection(scope)
        if scope["type"] == "websocket":
            if rejection:
                await send({"type": "websocket.close", "code": 1008, "reason": str(rejection)})
                return
            await self._app(scope, receive, send)
            return
        sender = _with_headers(send)
        if rejection:
            await self._reject(rejection, scope, receive, sender)
            return
        receive = limit_body(scope, receive, self._settings)
        await self._app(scope, receive, limit_response(sender, self._settings.send_s))

    def _rejection(self, scope: Scope) -> ProblemError | None:
        """Return why the request must be rejected; None if it may come in."""
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
        if token and not _is_public(method, scope["path"]) and not _has_valid_key(headers, token):
            return ProblemError(401, "web.key_missing")
        return None

    async def _reject(
        self, rejection: ProblemError, scope: Scope, receive: Receive, send: Send
    ) -> None:
        if rejection.status == 401 and not scope["path"].startswith("/api/"):
            from starlette.responses import RedirectResponse

            await RedirectResponse(ENTER_PATH, 303)(scope, receive, send)
            return
        answer = problem_response(rejection, language=language_of(HTTPConnection(scope)))
        if rejection.status == 401:
            answer.headers["www-authenticate"] = "Bearer"
        await answer(scope, receive, send)


def _is_public(method: str, path: str) -> bool:
    """Whether a request needs no key; for runners' links, the pages check the secret part."""
    return path in _PUBLIC_PATHS or (
        method in ("GET", "HEAD") and path.startswith(f"{SHARED_PATH}/")
    )


def host_name(host: str) -> str:
    """Return the name in a ``Host`` header without its port; empty if malformed."""
    if any(sign in host for sign in "@/?#"):
        return ""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def is_valid_key(given: str, token: str) -> bool:
    """Compare keys in constant time.

    Parameters
    ----------
    given
        What came with the request.
    token
        The server's key.

    Returns
    -------
    bool
        Whether they are equal.
    """
    return secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())


def _same_site(headers: Headers, method: str, scheme: str) -> bool:
    """Whether the request comes from the server's own page, or not from a browser.

    Browsers send ``Origin`` with every request that changes something, and with WebSockets.
    """
    origin = headers.get("origin")
    if method in _SAFE_METHODS:
        # Links from other sites are allowed; embedding and fetching are not.
        fetched = headers.get("sec-fetch-site", "none")
        navigates = headers.get("sec-fetch-mode") == "navigate"
        return fetched in ("none", "same-origin") or navigates
    if origin is None:
        return headers.get("sec-fetch-site", "none") in ("none", "same-origin")
    plain = {"ws": "http", "wss": "https"}.get(scheme, scheme)
    return origin == f"{plain}://{headers.get('host', '')}"


def _has_valid_key(headers: Headers, token: str) -> bool:
    return any(is_valid_key(given, token) for given in _keys(headers))


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
    """Wrap ``send`` to add the headers; those set by the response take precedence."""

    async def sender(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            for name, value in HEADERS.items():
                headers.setdefault(name, value)
        await send(message)

    return sender
