"""Pages from templates; everything in them is escaped."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from leanline import __version__
from leanline.web import formatting
from leanline.web.cache import HTML, answered

if TYPE_CHECKING:
    from jinja2 import Environment

    from leanline.web.services import Services


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """A whole page, or a part of one, as an answer."""
    return HTMLResponse(rendered(request, template, status=status, **values), status)


async def kept_page(
    services: Services,
    request: Request,
    key: Hashable,
    template: str,
    values: Callable[[], Mapping[str, Any]],
    state: Hashable = None,
) -> Response:
    """A page that is made again only when something that pages show has changed.

    Parameters
    ----------
    key
        Which page, with all of its address that it depends on.
    values
        What the template needs; called, in a thread, when the page has to be made.
    state
        What the page shows besides the store.
    """

    def make() -> bytes:
        return rendered(request, template, status=200, **values()).encode()

    return answered(request, await services.shown.get((template, key), make, state), HTML)


def rendered(request: Request, template: str, **values: Any) -> str:  # noqa: ANN401
    """The text of a page."""
    found = _environment().get_template(template)
    return found.render(version=__version__, path=request.url.path, **values)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("leanline.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # the templates of a package do not change
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(formatting.FILTERS)
    environment.globals["ui"] = formatting.ui
    return environment
