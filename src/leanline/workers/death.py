"""Why a process is gone."""

from __future__ import annotations

import signal
from contextlib import suppress
from pathlib import Path
from typing import Final

from leanline.reason import Reason

_COUNTS: Final = Path("/proc/vmstat")


def describe_exit(exit_code: int | None) -> Reason:
    """Say how a process ended: by which signal, or with which exit status.

    Parameters
    ----------
    exit_code
        As ``subprocess`` and ``multiprocessing`` give it: negative for a signal, None while the
        process lives.

    Returns
    -------
    Reason
        For a message to the user.
    """
    if exit_code is not None and exit_code < 0:
        with suppress(ValueError):
            return Reason("exit.killed", {"signal": signal.Signals(-exit_code).name})
    return Reason("exit.status", {"exit_status": str(exit_code)})


def count_memory_kills() -> int:
    """How often this system has killed a process for lack of memory; 0 if it does not say.

    A process that died of SIGKILL while the count rose was most likely one of them.
    """
    try:
        lines = _COUNTS.read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    counts = dict(line.split(maxsplit=1) for line in lines if " " in line)
    return int(counts.get("oom_kill", "0"))
