"""Answers that are kept for as long as nothing that they show has changed.

The store has a number that rises with every such change (``Store.revision``), whichever process
makes it; an answer of the present number is sent again as it is, and a browser that has it is
told so.
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
class Kept:
    """An answer's body, and the tag that browsers know it by."""

    body: bytes
    tag: str

    @classmethod
    def of(cls, body: bytes) -> Self:
        """An answer with its tag."""
        return cls(body, f'"{hashlib.sha256(body).hexdigest()[:32]}"')


class Cache:
    """Answers by key; those that were not asked for lately go first.

    Parameters
    ----------
    max_bytes
        How much is kept in all.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes
        self._size_bytes = 0
        self._kept: OrderedDict[Hashable, tuple[Hashable, Kept]] = OrderedDict()
        self._turn = threading.Lock()
        self._making = tuple(threading.Lock() for _ in range(_LOCKS))

    def get(self, key: Hashable, state: Hashable, make: Callable[[], bytes]) -> Kept:
        """The answer of a key in a state, made unless it is there; once for all who wait."""
        found = self.find(key, state)
        if found is not None:
            return found
        with self._making[hash(key) % _LOCKS]:
            found = self.find(key, state)
            if found is not None:
                return found
            made = Kept.of(make())
            self._keep(key, state, made)
            return made

    def find(self, key: Hashable, state: Hashable) -> Kept | None:
        """The answer of a key in a state, if it is there."""
        with self._turn:
            known = self._kept.get(key)
            if known is None or known[0] != state:
                return None
            self._kept.move_to_end(key)
            return known[1]

    def _keep(self, key: Hashable, state: Hashable, made: Kept) -> None:
        with self._turn:
            self._drop(key)
            if len(made.body) > self._max_bytes // 4:
                return
            self._kept[key] = (state, made)
            self._size_bytes += len(made.body)
            while self._size_bytes > self._max_bytes:
                self._drop(next(iter(self._kept)))

    def _drop(self, key: Hashable) -> None:
        known = self._kept.pop(key, None)
        if known is not None:
            self._size_bytes -= len(known[1].body)


class Shown:
    """The answers of one server that show what is in its store."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._cache = Cache()

    async def get(self, key: Hashable, make: Callable[[], bytes], state: Hashable = None) -> Kept:
        """The answer of a key; without a thread when it is kept and nothing has changed.

        Parameters
        ----------
        make
            Makes it, in a thread.
        state
            What it shows besides the store.
        """
        revision = self._store.try_revision()
        found = None if revision is None else self._cache.find(key, (revision, state))
        if found is not None:
            return found
        return await to_thread.run_sync(self._made, key, make, state)

    def _made(self, key: Hashable, make: Callable[[], bytes], state: Hashable) -> Kept:
        # The revision is read first: what changes meanwhile makes the answer old, not wrong.
        return self._cache.get(key, (self._store.revision(), state), make)


def answered(request: Request, kept: Kept, media_type: str) -> Response:
    """The answer itself, or that the browser has it already."""
    headers = {"etag": kept.tag}
    if kept.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(kept.body, media_type=media_type, headers=headers)
