"""A worker process as seen by its supervisor."""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, field
from typing import Self

from leanline.jobs.heartbeat import Listener
from leanline.jobs.outcome import Cause
from leanline.jobs.worker import WorkerConfig
from leanline.workers.death import count_memory_kills


@dataclass
class WorkerProcess:
    """A worker process as its supervisor sees it.

    Parameters
    ----------
    config
        What it was told.
    process
        The process.
    listener
        Hears its heartbeat.
    started_s
        When it was started, on the monotonic clock.
    out_of_memory
        How often the system had killed for memory by then.
    deaths
        How many workers in this place died soon after their start.
    restart_at_s
        Once it is dead, when to replace it, on the monotonic clock.
    """

    config: WorkerConfig
    process: subprocess.Popen[bytes]
    listener: Listener
    started_s: float
    out_of_memory: int
    deaths: int = 0
    restart_at_s: float | None = None
    _killed_for: Cause | None = field(default=None, init=False)
    _ignored_s: float = field(default=0.0, init=False)

    @classmethod
    def start(cls, config: WorkerConfig) -> Self:
        """Start a worker and send it its configuration."""
        process = subprocess.Popen(
            [sys.executable, "-m", "leanline.jobs"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        if process.stdin is None or process.stdout is None:
            raise AssertionError  # both are pipes
        # A worker that has died already is detected at the next check.
        with contextlib.suppress(OSError):
            process.stdin.write(f"{config.to_json()}\n".encode())
            process.stdin.flush()
        listener = Listener(process.stdout)
        return cls(config, process, listener, time.monotonic(), count_memory_kills())

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self.process.poll() is None

    def is_hung(self, elapsed_s: float) -> bool:
        """Whether the heartbeat timed out; ``elapsed_s`` is the time since the last call."""
        return self.listener.is_hung(elapsed_s)

    def ignores_cancel(self, elapsed_s: float | None, limit_s: float) -> bool:
        """Whether it keeps running a cancelled job for too long; None resets the time."""
        self._ignored_s = 0.0 if elapsed_s is None else self._ignored_s + elapsed_s
        return self._ignored_s > limit_s

    def kill(self, cause: Cause) -> None:
        """Kill the process."""
        self._killed_for = cause
        self.process.kill()

    def cause(self) -> Cause:
        """Return why the process is gone."""
        if self._killed_for is not None:
            return self._killed_for
        killed = self.process.returncode == -signal.SIGKILL
        if killed and count_memory_kills() > self.out_of_memory:
            return Cause.OUT_OF_MEMORY
        return Cause.WORKER_DIED

    def dismiss(self) -> None:
        """Ask the worker to exit by closing its input."""
        if self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def end(self, wait_s: float) -> None:
        """Wait for the process to exit, then kill it."""
        self.dismiss()
        try:
            self.process.wait(wait_s)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.listener.close()
