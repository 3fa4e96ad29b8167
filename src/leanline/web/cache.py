"""Responses cached for as long as nothing that they show has changed.

The store has a revision that every such change increases, in whichever process it happens
(``Store.revision``). A response of the current revision is sent again, or as 304 to browsers that
have it already.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Final, Self

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import Response

from leanline.store import Store

MAX_BYTES: Final = 64 << 20
_LOCKS: Final = 64
HTML: Final = "text/html"
JSON: Final = "application/json"


@dataclass(frozen=True)
class CachedBody:
    """A response kept for the next request.

    Parameters
    ----------
    body
        Its bytes.
    tag
        Its ETag.
    """

    body: bytes
    tag: str

    @classmethod
    def from_body(cls, body: bytes) -> Self:
        """Compute the ETag of a body."""
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


class Cache:
    """An LRU cache of responses.

    Parameters
    ----------
    max_bytes
        Total size of the cached bodies.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._entries: OrderedDict[Hashable, tuple[Hashable, CachedBody]] = OrderedDict()
        self._lock = threading.Lock()
        self._make_locks = tuple(threading.Lock() for _ in range(_LOCKS))

    def get(self, key: Hashable, state: Hashable, make: Callable[[], bytes]) -> CachedBody:
        """Return the cached response for a key and state, computing it at most once at a time."""
        cached = self.find(key, state)
        if cached is not None:
            return cached
        with self._make_locks[hash(key) % _LOCKS]:
            cached = self.find(key, state)
            if cached is not None:
                return cached
            body = CachedBody.from_body(make())
            self._add(key, state, body)
            return body

    def find(self, key: Hashable, state: Hashable) -> CachedBody | None:
        """Return the cached response for a key and state, or None."""
        with self._lock:
            entry = self._entries.get(key)
            if entry is None or entry[0] != state:
                return None
            self._entries.move_to_end(key)
            return entry[1]

    def _add(self, key: Hashable, state: Hashable, body: CachedBody) -> None:
        with self._lock:
            self._drop(key)
            if len(body.body) > self._max_bytes // 4:
                return
            self._entries[key] = (state, body)
            self._size_bytes += len(body.body)
            while self._size_bytes > self._max_bytes:
                self._drop(next(iter(self._entries)))

    def _drop(self, key: Hashable) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._size_bytes -= len(entry[1].body)


class StoreCache:
    """A server's cache of responses that depend on its store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache = Cache()

    async def get(
        self, key: Hashable, make: Callable[[], bytes], state: Hashable = None
    ) -> CachedBody:
        """Return the response for a key; a cache hit needs no thread.

        Parameters
        ----------
        make
            Computes the body; called in a thread.
        state
            What the response depends on besides the store.
        """
        revision = self._store.try_revision()
        cached = None if revision is None else self._cache.find(key, (revision, state))
        if cached is not None:
            return cached
        return await to_thread.run_sync(self._make, key, make, state)

    def _make(self, key: Hashable, make: Callable[[], bytes], state: Hashable) -> CachedBody:
        # Read before the data: a change in between makes the entry stale, never wrong.
        return self._cache.get(key, (self._store.revision(), state), make)


def conditional_response(request: Request, kept: CachedBody, media_type: str) -> Response:
    """Answer with a kept response, or with 304 if the browser has it.

    Parameters
    ----------
    request
        With the browser's ``If-None-Match``.
    kept
        The response.
    media_type
        Of its body.

    Returns
    -------
    Response
        To send.
    """
    headers = {"etag": kept.tag}
    if kept.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(kept.body, media_type=media_type, headers=headers)
