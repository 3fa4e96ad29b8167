"""Dependencies of the routes."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends
from starlette.requests import Request

from leanline.web.services import Services


async def _services(request: Request) -> Services:
    """Async although it awaits nothing, because FastAPI runs sync dependencies in a thread."""
    services: Services = request.app.state.services
    return services


Services_ = Annotated[Services, Depends(_services)]
