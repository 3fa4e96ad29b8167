"""Deleted clips and runners: put back, or deleted for good."""

from __future__ import annotations

from typing import Final

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from leanline.web.deps import Services_

router = APIRouter()
_PAGES: Final = {"athlete": "/athletes", "session": "/sessions"}


@router.post("/deleted/{item_id}/put-back")
def put_back(services: Services_, item_id: str) -> Response:
    """Put a deleted item back as it was, and show it."""
    kind, row_id = services.store.deleted.put_back(item_id)
    return RedirectResponse(f"{_PAGES[kind]}/{row_id}", 303)


@router.post("/deleted/{item_id}/delete")
def delete(services: Services_, item_id: str) -> Response:
    """Delete an item for good."""
    services.store.purge_deleted(item_id)
    return RedirectResponse("/settings#deleted", 303)
