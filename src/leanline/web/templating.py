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
    """Render a page, or a part of one, as a response.

    Parameters
    ----------
    request
        To answer.
    template
        File name in ``web/templates``.
    status
        Of the response.
    values
        What the template refers to.

    Returns
    -------
    HTMLResponse
        To send.
    """
    return HTMLResponse(render(request, template, status=status, **values), status)


def render(
    request: Request,
    template: str,
    package: str = "leanline.web",
    **values: Any,  # noqa: ANN401
) -> str:
    """Render a template to text, in the language of the request.

    Parameters
    ----------
    request
        To answer.
    template
        File name among the package's templates.
    package
        Whose template it is.
    values
        What the template refers to.

    Returns
    -------
    str
        HTML.
    """
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
    """The templates of a package with the words of a language.

    Parameters
    ----------
    package
        Such as ``leanline.web``.
    code
        Of the language.

    Returns
    -------
    Environment
        The same one for the same arguments.
    """
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
