"""Limits that a process sets itself before it touches what somebody sent."""

from __future__ import annotations

import importlib
from typing import Any, Final

# After the soft limit a process may still say what went wrong, until the hard one ends it.
_CPU_GRACE_S: Final = 10


def limit_resources(
    *, memory_bytes: int | None = None, cpu_s: int | None = None, file_bytes: int | None = None
) -> None:
    """Have the system refuse this process more than so much; it cannot be taken back.

    Where the system knows no such limits (Windows), nothing happens; stricter limits that are
    in force already stay.

    Parameters
    ----------
    memory_bytes
        Address space, which libraries reserve more of than they fill; beyond it an allocation
        fails, in Python with ``MemoryError``.
    cpu_s
        Seconds of processor time, all threads together; beyond it the process is ended.
    file_bytes
        Size of any file that it writes; 0 for no file at all.
    """
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:
        return
    if memory_bytes is not None:
        _limit(resource, resource.RLIMIT_AS, memory_bytes, memory_bytes)
    if cpu_s is not None:
        _limit(resource, resource.RLIMIT_CPU, cpu_s, cpu_s + _CPU_GRACE_S)
    if file_bytes is not None:
        _limit(resource, resource.RLIMIT_FSIZE, file_bytes, file_bytes)


def _limit(resource: Any, kind: int, soft: int, hard: int) -> None:  # noqa: ANN401
    """Lower one limit; the present hard limit is the highest that is allowed."""
    _, highest = resource.getrlimit(kind)
    if highest != resource.RLIM_INFINITY:
        soft, hard = min(soft, highest), min(hard, highest)
    resource.setrlimit(kind, (soft, hard))
