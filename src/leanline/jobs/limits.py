"""How much one clip may cost, so that a broken or hostile one cannot take the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from leanline.workers.limits import limit_resources

_MIB: Final = 1 << 20
# Less address space than this does not let the networks be loaded at all.
_MIN_MIB: Final = 6 * 1024.0
_RESIDENT_SHARE: Final = 0.8
_CONTAINER: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def machine_memory_mib() -> float | None:
    """Memory of this machine, or of the container where that has less; None if not known."""
    known = [_physical_mib(), *(_read_mib(path) for path in _CONTAINER)]
    return min((mib for mib in known if mib is not None), default=None)


def resident_mib() -> float | None:
    """Memory that this process has in use, where the system tells."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


def _usual_memory_mib() -> float:
    """Well above what is used: 5 GiB on two cores, mostly reserved only, some by each thread."""
    usual = 16 * 1024 + 256 * (os.cpu_count() or 1)
    machine = machine_memory_mib()
    return usual if machine is None else min(usual, max(machine, _MIN_MIB))


def _usual_resident_mib() -> float | None:
    machine = machine_memory_mib()
    return None if machine is None else _RESIDENT_SHARE * machine


def _physical_mib() -> float | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _MIB


def _read_mib(path: Path) -> float | None:
    try:
        return int(path.read_text(encoding="ascii")) / _MIB
    except (OSError, ValueError):  # not there, or "max"
        return None


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
    resident_mib
        Memory in use by the worker, mebibytes: most of the machine's, so that the clip that
        needs too much fails with a sentence before the system ends some process or other.
    """

    memory_mib: float | None = field(default_factory=_usual_memory_mib)
    clip_s: float | None = 3600.0
    cpu_s: float | None = 4 * 3600.0
    resident_mib: float | None = field(default_factory=_usual_resident_mib)


def limit_memory(limits: Limits) -> None:
    """Let the system refuse this process more memory than its limits say."""
    if limits.memory_mib is not None:
        limit_resources(memory_bytes=int(limits.memory_mib * _MIB))
