"""Settings, and what leaves: export and deletion."""

from __future__ import annotations

import shutil

from fastapi import APIRouter, Request
from markupsafe import Markup
from starlette.responses import Response

from leanline.web.deps import Services_
from leanline.web.templating import page

router = APIRouter()


@router.get("/settings")
def settings(services: Services_, request: Request) -> Response:
    """Where things are, who may come in, and how to take everything along."""
    known = services.settings
    return page(
        request,
        "settings.html.j2",
        settings=known,
        store=services.store.place.shown,
        files=str(services.store.files.folder),
        free=shutil.disk_usage(services.store.files.folder).free,
        put_aside=len(services.store.quarantine.entries()),
        sessions=services.store.sessions.count(),
        athletes=services.store.athletes.all(),
        qr=_qr(known.entry_url) if known.entry_url else None,
    )


def _qr(address: str) -> Markup:
    """The address as a square code, drawn without inline styles."""
    import segno

    drawn: str = segno.make(address, error="m").svg_inline(scale=4, border=2)
    # Made from an address of our own by a library that only draws squares.
    return Markup(drawn)  # noqa: S704
