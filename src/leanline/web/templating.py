"""Pages from templates; everything in them is escaped."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from leanline import __version__
from leanline.web import words

if TYPE_CHECKING:
    from jinja2 import Environment


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """A whole page, or a part of one, as an answer."""
    text = (
        _environment()
        .get_template(template)
        .render(version=__version__, path=request.url.path, status=status, **values)
    )
    return HTMLResponse(text, status)


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("leanline.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(words.FILTERS)
    environment.globals["ui"] = words.ui
    return environment
