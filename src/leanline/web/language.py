"""The language of a page: the one chosen on it, or else the one that the browser asks for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final
from urllib.parse import urlencode

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from leanline.wording.catalogue import LANGUAGE_CODES, catalogue

COOKIE: Final = "leanline_language"
PARAM: Final = "lang"
_MAX_AGE_S: Final = 365 * 24 * 3600
#: What a page shows depends on these parts of its address.
_KEPT: Final = ("athlete", "all", "older", "newer", "offset", "before", "after", "deleted")


class RememberLanguage:
    """ASGI middleware that keeps a language chosen by ``?lang=`` in a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request; WebSockets pass through."""
        chosen = _chosen(HTTPConnection(scope)) if scope["type"] == "http" else None
        if chosen is None:
            await self._app(scope, receive, send)
            return
        cookie = f"{COOKIE}={chosen}; Max-Age={_MAX_AGE_S}; Path=/; SameSite=Strict; HttpOnly"

        async def sender(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, sender)


def language_of(connection: HTTPConnection) -> str:
    """The language in which to answer: chosen, remembered, accepted, or English."""
    remembered = connection.cookies.get(COOKIE, "")
    accepted = _accepted(connection.headers.get("accept-language", ""))
    wanted = (_chosen(connection), remembered, *accepted)
    return next((code for code in wanted if code in LANGUAGE_CODES), LANGUAGE_CODES[0])


def switches(connection: HTTPConnection) -> Iterator[tuple[str, str, str]]:
    """Links to the same page in each language: code, name of the language in it, address."""
    kept = {
        name: connection.query_params[name] for name in _KEPT if name in connection.query_params
    }
    for code in LANGUAGE_CODES:
        address = "?" + urlencode({**kept, PARAM: code})
        yield code, catalogue(code)["language.name"], address


def _chosen(connection: HTTPConnection) -> str | None:
    code = connection.query_params.get(PARAM)
    return code if code in LANGUAGE_CODES else None


def _accepted(header: str) -> list[str]:
    """The primary languages of an ``Accept-Language`` header, the most wanted first."""
    ranked = []
    for entry in header.split(","):
        name, _, weight = entry.partition(";")
        try:
            share = float(weight.strip().removeprefix("q=")) if weight else 1.0
        except ValueError:
            continue
        ranked.append((share, name.strip().partition("-")[0].lower()))
    ranked.sort(key=lambda item: -item[0])
    return [name for share, name in ranked if share > 0]
