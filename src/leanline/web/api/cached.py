"""Answers of the API that are made again only when something in the store has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response

from leanline.web.cache import JSON, answered
from leanline.web.services import Services


async def kept_list(
    services: Services,
    request: Request,
    key: Hashable,
    found: Callable[[], Sequence[object]],
) -> Response:
    """A list as JSON.

    Parameters
    ----------
    key
        All that the list depends on besides the path and the store.
    found
        Makes the items: models, or dataclasses with the fields of the model.
    """
    kept = await services.shown.get((request.url.path, key), lambda: to_json(found()))
    return answered(request, kept, JSON)


async def kept_file(
    services: Services, request: Request, key: Hashable, found: Callable[[], Path]
) -> Response:
    """A small file of JSON, such as a result."""
    kept = await services.shown.get((request.url.path, key), lambda: found().read_bytes())
    return answered(request, kept, JSON)
