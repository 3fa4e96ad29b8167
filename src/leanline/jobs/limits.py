"""Limits on what one clip may cost, so that a corrupt or hostile one cannot exhaust the machine."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from leanline.workers.limits import limit_resources

_MIB: Final = 1 << 20
# With a smaller address space the networks cannot be loaded at all.
_MIN_MIB: Final = 6 * 1024.0
_RESIDENT_SHARE: Final = 0.8
_CGROUP_FILES: Final = (
    Path("/sys/fs/cgroup/memory.max"),
    Path("/sys/fs/cgroup/memory/memory.limit_in_bytes"),
)


def machine_memory_mib() -> float | None:
    """Return the memory of this machine, or of its container if smaller; None if unknown."""
    sizes = [_physical_mib(), *(_read_mib(path) for path in _CGROUP_FILES)]
    return min((mib for mib in sizes if mib is not None), default=None)


def resident_mib() -> float | None:
    """Return the resident memory of this process, or None if the system does not report it."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return None
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


def _default_memory_mib() -> float:
    """Well above the measured use: 5 GiB on two cores, mostly reserved only, some per thread."""
    ample = 16 * 1024 + 256 * (os.cpu_count() or 1)
    machine = machine_memory_mib()
    return ample if machine is None else min(ample, max(machine, _MIN_MIB))


def _default_resident_mib() -> float | None:
    machine = machine_memory_mib()
    return None if machine is None else _RESIDENT_SHARE * machine


def _physical_mib() -> float | None:
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        return None
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / _MIB


def _read_mib(path: Path) -> float | None:
    try:
        return int(path.read_text(encoding="ascii")) / _MIB
    except (OSError, ValueError):  # missing, or "max"
        return None


@dataclass(frozen=True)
class Limits:
    """The limits of a worker; None disables a limit.

    Parameters
    ----------
    memory_mib
        Address space of the worker, mebibytes (not on Windows).
    clip_s
        Wall-clock time per clip, seconds.
    cpu_s
        Processor time per clip over all cores, seconds.
    resident_mib
        Resident memory of the worker, mebibytes. By default most of the machine's memory, so
        that a clip that needs too much fails with a message instead of the system killing a
        process.
    """

    memory_mib: float | None = field(default_factory=_default_memory_mib)
    clip_s: float | None = 3600.0
    cpu_s: float | None = 4 * 3600.0
    resident_mib: float | None = field(default_factory=_default_resident_mib)


def limit_memory(limits: Limits) -> None:
    """Limit the address space of this process."""
    if limits.memory_mib is not None:
        limit_resources(memory_bytes=int(limits.memory_mib * _MIB))
