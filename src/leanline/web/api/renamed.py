"""Query parameters under the names of 0.1; they work until 0.3 and are marked as deprecated."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

#: The old name of ``limit``.
Most = Annotated[
    int | None, Query(ge=1, le=100_000, deprecated=True, description="Old name of limit.")
]
#: The old name of ``offset``.
Skip = Annotated[
    int | None, Query(ge=0, le=1_000_000, deprecated=True, description="Old name of offset.")
]
