"""Rendering of pages from templates, with autoescaping."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from leanline import __version__
from leanline.web import formatting
from leanline.web.cache import HTML, conditional_response

if TYPE_CHECKING:
    from jinja2 import Environment

    from leanline.web.services import Services


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """Render a page, or a part of one, as a response."""
    return HTMLResponse(render(request, template, status=status, **values), status)


async def cached_page(
    services: Services,
    request: Request,
    key: Hashable,
    template: str,
    values: Callable[[], Mapping[str, Any]],
    state: Hashable = None,
) -> Response:
    """Render a page that is cached until something it shows changes.

    Parameters
    ----------
    key
        The page with everything in its address that it depends on.
    values
        Returns the template's variables; called in a thread on a cache miss.
    state
        What the page depends on besides the store.
    """

    def make() -> bytes:
        return render(request, template, status=200, **values()).encode()

    return conditional_response(
        request, await services.cache.get((template, key), make, state), HTML
    )


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
