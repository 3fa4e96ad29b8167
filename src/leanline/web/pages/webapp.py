"""The recording page, and what makes the pages an app: manifest, service worker, offline page."""

from __future__ import annotations

import json
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

from leanline.live.quality import BRIGHT, DARK
from leanline.version import __version__
from leanline.web.deps import Services_
from leanline.web.formatting import page_words
from leanline.web.language import language_of
from leanline.web.safety import ICONS, MANIFEST_PATH, WORKER_PATH
from leanline.web.styles import app_style
from leanline.web.templating import page

router = APIRouter()
_STATIC: Final = Path(str(files("leanline.web") / "static"))
_LIVE: Final = Path(str(files("leanline.web.live") / "static"))
# Parts of the live page that the recording page uses.
_OF_LIVE: Final = ("eyes.js", "link.js")
_PAPER: Final = "#ffffff"
_INK: Final = "#13171b"


@router.get("/record")
def record(services: Services_, request: Request) -> Response:
    """Show the page that guides through filming and hands the film in."""
    athletes = services.store.athletes.all()
    return page(request, "record.html.j2", athletes=athletes, dark=DARK, bright=BRIGHT)


@router.get("/offline")
def offline(request: Request) -> Response:
    """Show what the service worker keeps for when the server cannot be reached."""
    return page(request, "offline.html.j2")


@router.get(MANIFEST_PATH)
def manifest(request: Request) -> Response:
    """Describe the app to browsers, which offer to add it to the home screen."""
    language = language_of(request)
    say = page_words(language).say
    icons = [
        {"src": path, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
        for path, size, purpose in ICONS
    ]
    described = {
        "id": "/",
        "name": "leanline",
        "short_name": "leanline",
        "description": say("record_page.app"),
        "lang": language,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "background_color": _PAPER,
        "theme_color": _INK,
        "icons": icons,
        "shortcuts": [{"name": say("home.record"), "url": "/record"}],
    }
    return Response(json.dumps(described), media_type="application/manifest+json")


@router.get(WORKER_PATH)
def service_worker() -> Response:
    """Return the service worker, which is another one as soon as any file has changed."""
    return Response(_service_worker(), media_type="text/javascript")


@cache
def _service_worker() -> str:
    kept = _kept_files()
    digest = sha256()
    for path, body in sorted(kept.items()):
        digest.update(path.encode() + body)
    build = f"{__version__}-{digest.hexdigest()[:12]}"
    text = (_STATIC / "sw.js").read_text(encoding="utf-8")
    return f"const BUILD = {json.dumps(build)};\nconst FILES = {json.dumps(sorted(kept))};\n{text}"


def _kept_files() -> dict[str, bytes]:
    """Everything that the pages load, by its address."""
    own = [*(_STATIC / "js").glob("*.js"), *(_STATIC / "icons").glob("*"), _STATIC / "icon.svg"]
    found = {f"/static/{path.relative_to(_STATIC).as_posix()}": path.read_bytes() for path in own}
    found |= {f"/live/static/{name}": (_LIVE / name).read_bytes() for name in _OF_LIVE}
    return {**found, "/static/app.css": app_style().encode()}
