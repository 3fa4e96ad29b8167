"""Many files read in one process that is watched: a line of JSON in, a line of JSON out.

    python -m validation.broken.reading

is started by ``Reader`` alone.
"""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

Outcome = Literal["read", "told", "refused", "crash", "hang"]
#: Timeout per file; HDF5 files are read in a subprocess.
LIMIT_S: Final = 90.0
_FILMS: Final = frozenset({".mp4", ".mov", ".webm", ".mkv", ".avi", ".ts"})


@dataclass(frozen=True)
class Read:
    """Outcome of one file; ``told`` means that it was read with a warning about the damage."""

    outcome: Outcome
    detail: str
    seconds: float
    peak_mb: float


class Reader:
    """The reading process, which is restarted when a file crashes or hangs it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def read(self, path: Path) -> Read:
        """Read one file."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", __name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                text=True,
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
            )
        process, begin = self._process, time.monotonic()
        assert process.stdin  # noqa: S101
        assert process.stdout  # noqa: S101
        process.stdin.write(json.dumps(str(path)) + "\n")
        process.stdin.flush()
        ready, _, _ = select.select([process.stdout], [], [], LIMIT_S)
        answer = process.stdout.readline() if ready else ""
        if answer:
            return Read(**json.loads(answer))
        self.close()
        outcome: Outcome = "crash" if ready else "hang"
        return Read(outcome, "the process ended", time.monotonic() - begin, float("nan"))

    def close(self) -> None:
        """End the process."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _answer(path: Path) -> Read:
    from leanline.errors import LeanlineError

    _forget_peak()
    begin = time.perf_counter()
    outcome: Outcome
    detail = ""
    try:
        outcome, detail = _look(path)
    except LeanlineError as error:
        outcome, detail = "refused", str(error)
        if path.name not in detail or not detail.endswith((".", "?")):
            outcome = "crash"
    except Exception:
        outcome, detail = "crash", traceback.format_exc()
    return Read(outcome, detail, time.perf_counter() - begin, _peak_mb())


def _look(path: Path) -> tuple[Outcome, str]:
    if path.suffix in _FILMS:
        return _watch(path)

    from leanline.batch.manifest import read_manifest
    from leanline.formats.analysis_json import read_analysis
    from leanline.formats.capture_npz import read_capture
    from leanline.formats.names import name_set
    from leanline.formats.reading import read_track
    from leanline.formats.runner_npz import read_runner
    from leanline.formats.watch_run import read_watch_run

    if path.suffix in (".fit", ".tcx"):
        read_watch_run(path)
    elif path.suffix == ".toml":
        name_set(str(path))
    elif path.suffix == ".npz":
        (read_capture if "capture" in path.name else read_runner)(path)
    elif path.name.endswith("analysis.json"):
        read_analysis(path)
    elif path.name.endswith("manifest.csv"):
        read_manifest(str(path), {})
    else:
        read_track(path, fps=60.0)
    return "read", ""


def _watch(path: Path) -> tuple[Outcome, str]:
    from leanline.video.probe import probe
    from leanline.video.reader import read_frames

    probe(path)
    damaged: list[bool] = []
    for frame in read_frames(path, on_damage=lambda: damaged.append(True)):
        frame.rgb()
    return ("told", "damaged or cut short") if damaged else ("read", "")


def _forget_peak() -> None:
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def _peak_mb() -> float:
    try:
        status = Path("/proc/self/status").read_text(encoding="ascii")
    except OSError:
        return float("nan")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


def _main() -> None:
    # Libraries that are loaded by the first file are no part of what it takes.
    import leanline.formats.reading
    import leanline.video.reader  # noqa: F401

    for line in sys.stdin:
        answer = _answer(Path(json.loads(line)))
        sys.stdout.write(json.dumps(answer.__dict__) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _main()
