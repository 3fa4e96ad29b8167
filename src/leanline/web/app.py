"""The ASGI application: pages for people and an API for programs over the same services."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Final

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from leanline.errors import LeanlineError
from leanline.store import Store
from leanline.version import __version__
from leanline.web.api.router import router as api
from leanline.web.cache import CachedBody, conditional_response
from leanline.web.language import RememberLanguage
from leanline.web.live.hub import LiveHub
from leanline.web.live.router import live_router
from leanline.web.pages.router import router as pages
from leanline.web.problems import Problem, ProblemError, answer
from leanline.web.safety import Guard
from leanline.web.services import Works, build_services
from leanline.web.settings import WebSettings
from leanline.web.styles import app_style

OPENAPI_PATH = "/api/v1/openapi.json"
HANDLED_ERRORS: Final = (
    LeanlineError,
    ProblemError,
    HTTPException,
    RequestValidationError,
    SQLAlchemyError,
    OSError,
    Exception,
)
"""Errors answered with a message; the last entry covers everything else."""
_STATIC = Path(str(files("leanline.web") / "static"))


def create_app(
    store: Store, settings: WebSettings | None = None, works: Works | None = None
) -> FastAPI:
    """Create the application on an open store.

    Parameters
    ----------
    store
        The store; the application does not close it.
    settings
        Access and limits; by default those for one person on this machine.
    works
        Returns whether clips are being analysed; by default they are.

    Returns
    -------
    FastAPI
        Pages, REST API and files.
    """
    settings = settings or WebSettings()
    hub = LiveHub(store.files.folder / "live")

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        yield
        await hub.close()

    app = FastAPI(
        lifespan=lifespan,
        title="leanline",
        version=__version__,
        description="How a runner leans, lands and steps, over the weeks.",
        openapi_url=OPENAPI_PATH,
        # FastAPI's telemetry stays off, whatever the environment says.
        telemetry={"tracing": False, "metrics": False, "logs": False, "auto_configure": False},
        docs_url=None,
        redoc_url=None,
        generate_unique_id_function=lambda route: route.name,
    )
    app.state.services = build_services(store, settings, works)
    app.include_router(api)
    app.include_router(pages)
    app.include_router(live_router(hub))
    app.add_api_route("/static/app.css", _style, include_in_schema=False)
    app.mount("/static", StaticFiles(directory=_STATIC), name="static")
    for kind in HANDLED_ERRORS:
        app.add_exception_handler(kind, answer)
    app.add_middleware(RememberLanguage)
    app.add_middleware(Guard, settings=settings)
    _name_problems(app)
    return app


def _style(request: Request) -> Response:
    return conditional_response(request, _style_sheet(), "text/css")


@cache
def _style_sheet() -> CachedBody:
    return CachedBody.from_body(app_style().encode())


def _name_problems(app: FastAPI) -> None:
    """Add the schema of problems, which no route returns directly, to the OpenAPI document."""
    plain = app.openapi

    def with_problems() -> dict[str, object]:
        document = plain()
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        schemas.setdefault("Problem", Problem.model_json_schema())
        return document

    app.openapi = with_problems  # type: ignore[method-assign]
