"""API responses that are cached until something in the store changes."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from leanline.web.cache import JSON, conditional_response
from leanline.web.services import Services


async def cached_list(
    services: Services,
    request: Request,
    key: Hashable,
    load: Callable[[], Sequence[object]],
) -> Response:
    """Return a list as JSON, cached.

    Parameters
    ----------
    key
        Everything the list depends on besides the path and the store.
    load
        Returns the items: models, or dataclasses with the fields of the model.
    """
    response = await services.cache.get((request.url.path, key), lambda: to_json(load()))
    return conditional_response(request, response, JSON)


async def cached_file(
    services: Services, request: Request, key: Hashable, load: Callable[[], Path]
) -> Response:
    """Return a small JSON file such as a result, cached."""
    response = await services.cache.get((request.url.path, key), lambda: load().read_bytes())
    return conditional_response(request, response, JSON)
