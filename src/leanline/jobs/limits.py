"""How much one clip may cost, so that a broken or hostile one cannot take the machine."""

from __future__ import annotations

import importlib
import os
from dataclasses import dataclass, field
from typing import Any

_MIB = 1 << 20


def _usual_memory_mib() -> float:
    """Well above what is used: 5 GiB on two cores, mostly reserved only, some by each thread."""
    return 16 * 1024 + 256 * (os.cpu_count() or 1)


@dataclass(frozen=True)
class Limits:
    """The limits of a worker; None for none.

    Parameters
    ----------
    memory_mib
        Address space of the worker, mebibytes (not on Windows).
    clip_s
        Seconds one clip may take.
    cpu_s
        Seconds of processor time one clip may take, all cores together.
    """

    memory_mib: float | None = field(default_factory=_usual_memory_mib)
    clip_s: float | None = 3600.0
    cpu_s: float | None = 4 * 3600.0


def limit_memory(limits: Limits) -> None:
    """Let the system refuse this process more memory than its limits say."""
    if limits.memory_mib is None:
        return
    try:
        resource: Any = importlib.import_module("resource")
    except ImportError:  # Windows
        return
    size = int(limits.memory_mib * _MIB)
    _, most = resource.getrlimit(resource.RLIMIT_AS)
    allowed = size if most == resource.RLIM_INFINITY else min(size, most)
    resource.setrlimit(resource.RLIMIT_AS, (allowed, most))
