"""The routes under ``/api/v1``."""

from __future__ import annotations

from fastapi import APIRouter

from leanline.version import __version__
from leanline.web.api import athletes, jobs, marks, progress, quantities, sessions, uploads
from leanline.web.api.models import Health
from leanline.web.deps import Services_
from leanline.web.problems import responses

router = APIRouter(prefix="/api/v1")


@router.get("/health", tags=["server"], operation_id="get_health", responses=responses())
def get_health(services: Services_) -> Health:
    """Get the status and version of the server."""
    kind = "sqlite" if services.store.place.is_sqlite else "postgresql"
    return Health(
        leanline=__version__,
        store=kind,
        works=services.works() and not services.store.read_only,
        read_only=services.store.read_only,
    )


for part in (uploads, sessions, marks, jobs, athletes, progress, quantities):
    router.include_router(part.router)
