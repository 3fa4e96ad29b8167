"""Answers of the API that are made again only when something in the store has changed."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from pathlib import Path

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from leanline.web.cache import JSON, answered
from leanline.web.services import Services


async def kept_list(
    services: Services,
    request: Request,
    key: Hashable,
    found: Callable[[], Iterable[BaseModel]],
) -> Response:
    """A list as JSON.

    Parameters
    ----------
    key
        All that the list depends on besides the path and the store.
    found
        Makes the items.
    """
    kept = await services.shown.get((request.url.path, key), lambda: _json(found()))
    return answered(request, kept, JSON)


async def kept_file(
    services: Services, request: Request, key: Hashable, found: Callable[[], Path]
) -> Response:
    """A small file of JSON, such as a result."""
    kept = await services.shown.get((request.url.path, key), lambda: found().read_bytes())
    return answered(request, kept, JSON)


def _json(items: Iterable[BaseModel]) -> bytes:
    return f"[{','.join(item.model_dump_json() for item in items)}]".encode()
