"""Rendering of pages from templates, with autoescaping."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from leanline.version import __version__
from leanline.web import formatting

if TYPE_CHECKING:
    from jinja2 import Environment


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """Render a page, or a part of one, as a response."""
    return HTMLResponse(render(request, template, status=status, **values), status)


def render(request: Request, template: str, **values: Any) -> str:  # noqa: ANN401
    """Render a template to text."""
    loaded = _environment().get_template(template)
    return loaded.render(version=__version__, path=request.url.path, **values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("leanline.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # installed templates do not change
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(formatting.FILTERS)
    environment.globals["ui"] = formatting.ui
    return environment
