"""Pages that are cached until something they show changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from leanline.web.cache import HTML, conditional_response
from leanline.web.language import language_of
from leanline.web.services import Services
from leanline.web.templating import render


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
        The page with everything in its address that it depends on; the language is added.
    values
        Returns the template's variables; called in a thread on a cache miss.
    state
        What the page depends on besides the store.
    """

    def make() -> bytes:
        return render(request, template, status=200, **values()).encode()

    return conditional_response(
        request,
        await services.cache.get((template, language_of(request), key), make, state),
        HTML,
    )
