"""The settings page, with export and deletion."""

from __future__ import annotations

import shutil

from fastapi import APIRouter, Request
from starlette.responses import Response

from leanline.web.deps import Services_
from leanline.web.qr import qr_code
from leanline.web.templating import page

router = APIRouter()


@router.get("/settings")
def settings(services: Services_, request: Request) -> Response:
    """Show where the data is, who has access, and how to export everything."""
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
        deleted=services.store.deleted.all(),
        letterhead=services.store.letterhead.get(),
        qr=qr_code(known.entry_url) if known.entry_url else None,
    )
