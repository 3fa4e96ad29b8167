"""Routes of the live page, standalone (``leanline live``) or within the full application."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.websockets import WebSocket

from leanline.registry.bands import COACHING_LEAN
from leanline.web.language import language_of
from leanline.web.live.hub import LiveHub
from leanline.web.live.messages import to_json_values
from leanline.web.live.screen import ScreenSocket
from leanline.web.live.socket import LiveSocket
from leanline.web.problems import ProblemError
from leanline.web.templating import render

_HERE: Final = files("leanline.web.live")
# Shared with the other pages.
_SHARED: Final = tuple(
    files("leanline.web") / "static" / "js" / name for name in ("words.js", "voice.js")
)
_TYPES: Final = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
# A report embeds its styles and scripts and loads nothing.
REPORT_CSP: Final = (
    "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "img-src data:; media-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
    "sandbox allow-scripts"
)


def live_router(hub: LiveHub, *, alone: bool = False) -> APIRouter:
    """Create the routes of the page at ``/live``, its assets, socket and clips.

    Parameters
    ----------
    hub
        State shared by the connections.
    alone
        Whether this is the only page, so that it links to no others.

    Returns
    -------
    APIRouter
        To include in an application.
    """
    router = APIRouter(prefix="/live", include_in_schema=False)

    async def page(request: Request) -> HTMLResponse:
        return HTMLResponse(
            render(
                request,
                "live.html.j2",
                package="leanline.web.live",
                alone=alone,
                source=hub.source,
                band=COACHING_LEAN,
            )
        )

    async def asset(name: str) -> Response:
        return _asset(name)

    async def source() -> Response:
        if hub.source is None:
            raise ProblemError(404, "web.no_clip")
        return FileResponse(hub.source)

    async def socket(websocket: WebSocket) -> None:
        await LiveSocket(websocket, hub).run()

    async def screen(request: Request) -> HTMLResponse:
        package = "leanline.web.live"
        return HTMLResponse(render(request, "screen.html.j2", package, band=COACHING_LEAN))

    async def watch(websocket: WebSocket) -> None:
        await ScreenSocket(websocket, hub).run()

    router.add_api_route("", page)
    router.add_api_route("/screen", screen)
    router.add_api_websocket_route("/watch", watch)
    router.add_api_route("/static/{name}", asset)
    router.add_api_route("/source", source)
    router.add_api_websocket_route("/ws", socket)
    _add_clips(router, hub)
    return router


def _add_clips(router: APIRouter, hub: LiveHub) -> None:
    def known(name: str) -> Path:
        clip = hub.clips.find(name)
        if clip is None:
            raise ProblemError(404, "web.no_clip")
        return clip

    async def begin(request: Request, name: str) -> Response:
        hub.clips.start_analysis(known(name), language_of(request))
        return JSONResponse({"state": "working"}, 202)

    async def outcome(request: Request, name: str) -> Response:
        found = await hub.clips.outcome(known(name))
        return JSONResponse(to_json_values(found, language_of(request)))

    async def report(name: str) -> Response:
        page = hub.clips.report(name)
        if page is None:
            raise ProblemError(404, "web.no_result")
        return FileResponse(page, headers={"content-security-policy": REPORT_CSP})

    router.add_api_route("/clips/{name}/analysis", begin, methods=["POST"])
    router.add_api_route("/clips/{name}/analysis", outcome)
    router.add_api_route("/clips/{name}/report", report)


def _asset(name: str) -> Response:
    from leanline.report.html import style_sheet

    known = {item.name: item for item in (*(_HERE / "static").iterdir(), *_SHARED)}
    suffix = Path(name).suffix
    if name not in known or suffix not in _TYPES:
        raise ProblemError(404, "web.no_file")
    text = known[name].read_text(encoding="utf-8")
    if suffix == ".css":
        text = style_sheet() + text
    return Response(text, media_type=_TYPES[suffix])


def to_live() -> Response:
    """Redirect to the live page."""
    return RedirectResponse("/live", 307)
