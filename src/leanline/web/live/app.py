"""The standalone live page served by ``leanline live``."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from leanline.errors import LeanlineError
from leanline.web.language import RememberLanguage
from leanline.web.live.hub import LiveHub
from leanline.web.live.router import live_router, to_live
from leanline.web.problems import ProblemError, answer
from leanline.web.safety import Guard
from leanline.web.settings import WebSettings


def create_live_app(
    folder: Path, source: Path | None = None, *, hub: LiveHub | None = None
) -> FastAPI:
    """Create an application with only the live page, for this machine only.

    Parameters
    ----------
    folder
        Where clips are saved.
    source
        A clip to play instead of the camera.
    hub
        Replaces the hub built from ``folder`` and ``source``.

    Returns
    -------
    FastAPI
        Without a store.
    """
    shared = hub or LiveHub(folder, source)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await shared.close()

    app = FastAPI(title="leanline live", openapi_url=None, docs_url=None, lifespan=lifespan)
    app.include_router(live_router(shared, alone=True))
    app.add_api_route("/", to_live, include_in_schema=False)
    for kind in (LeanlineError, ProblemError, HTTPException, RequestValidationError, Exception):
        app.add_exception_handler(kind, answer)
    app.add_middleware(RememberLanguage)
    app.add_middleware(Guard, settings=WebSettings())
    return app
