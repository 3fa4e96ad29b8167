"""Rendering of pages from templates, with autoescaping, in the reader's language."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import HTMLResponse

from leanline.version import __version__
from leanline.web.formatting import page_words
from leanline.web.language import language_of, switches

if TYPE_CHECKING:
    from jinja2 import Environment


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:  # noqa: ANN401
    """Render a page, or a part of one, as a response."""
    return HTMLResponse(render(request, template, status=status, **values), status)


def render(
    request: Request,
    template: str,
    package: str = "leanline.web",
    **values: Any,  # noqa: ANN401
) -> str:
    """Render a template of a package to text in the language of the request."""
    code = language_of(request)
    loaded = environment(package, code).get_template(template)
    return loaded.render(
        version=__version__,
        path=request.url.path,
        language=code,
        languages=tuple(switches(request)),
        **values,
    )


@cache
def environment(package: str, code: str) -> Environment:
    """The templates of a package with the words of a language."""
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    words = page_words(code)
    made = Environment(
        # Parts such as the switch of languages are shared.
        loader=ChoiceLoader([PackageLoader(one) for one in (package, "leanline.web")]),
        autoescape=True,
        undefined=StrictUndefined,
        auto_reload=False,  # installed templates do not change
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(words.filters())
    made.globals.update(words.functions())
    return made
