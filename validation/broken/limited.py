"""A command as a process of its own, with a limit of time and of memory."""

from __future__ import annotations

import os
import resource
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final

#: No command of the corpus may take longer, or hold more.
LIMIT_S: Final = 90.0
LIMIT_MB: Final = 1500.0
# Of addresses, of which libraries take more than they fill.
_ADDRESSES: Final = 24 << 30


@dataclass(frozen=True)
class Ran:
    """How a command ended: its exit code (None when it was stopped), output and costs."""

    code: int | None
    stdout: str
    stderr: str
    seconds: float
    peak_mb: float


def run_limited(command: Sequence[str], *, stdout: Path | None = None) -> Ran:
    """Run a command; its output goes to ``stdout`` if given."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        begin = time.monotonic()
        if stdout is None:
            return _watch(command, out, err, begin)
        with stdout.open("wb") as other:
            return _watch(command, other, err, begin)


def _watch(command: Sequence[str], out: IO[bytes], err: IO[bytes], begin: float) -> Ran:
    env = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONIOENCODING": "utf-8:strict"}
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=out,
        stderr=err,
        env=env,
        start_new_session=True,
        preexec_fn=_limit,
    )
    code: int | None = None
    while True:
        pid, status, used = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            code = process.returncode
            break
        if time.monotonic() - begin > LIMIT_S:
            os.killpg(process.pid, signal.SIGKILL)
            _, _, used = os.wait4(process.pid, 0)
            process.returncode = -signal.SIGKILL
            break
        time.sleep(0.02)
    spent_s = time.monotonic() - begin
    return Ran(code, _text(out), _text(err), spent_s, used.ru_maxrss / 1024)


def _limit() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_ADDRESSES, _ADDRESSES))


def _text(file: IO[bytes]) -> str:
    if not file.readable():
        return ""
    file.seek(0)
    return file.read().decode("utf-8", "replace")
