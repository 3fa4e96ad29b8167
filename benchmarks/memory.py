"""Peak memory of one analysis against the length and size of the clip.

    python benchmarks/memory.py [--model full] [--lengths 10,60,600] [--without-network]

Each clip is analysed in a process of its own. The limit holds for ten minutes in 1080p, and
the ratio to ten seconds says whether memory is flat.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from films import long_film
from machine import machine, table, verdict

LIMIT_MB = 600.0
#: Maximum ratio between the memory for ten minutes and for ten seconds.
FLAT = 1.5
HD, UHD = (1920, 1080), (3840, 2160)

_CHILD = """
import json, sys, time
import leanline
from leanline.errors import NobodyError
model, path, network = sys.argv[1:]
if network == "without":
    from leanline.pose.landmarks import LandmarkNetwork
    def track(self, crops):
        first = None
        for crop, square in crops:
            first = first or self.one(crop, square)
            yield square, first
    LandmarkNetwork.track = track
begin = time.perf_counter()
try:
    steps = len(leanline.analyze(path, pose_model=model, height_m=1.67).steps)
except NobodyError:
    steps = 0
spent_s = time.perf_counter() - begin
try:
    status = open("/proc/self/status").read()
    peak_mb = int(status.split("VmHWM:")[1].split()[0]) / 1024
except (OSError, IndexError):
    import resource
    unit = 2**20 if sys.platform == "darwin" else 2**10
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(json.dumps({"peak_mb": peak_mb, "spent_s": spent_s, "steps": steps}))
"""


@dataclass(frozen=True)
class Peak:
    """What one analysis took."""

    name: str
    seconds: float
    size: tuple[int, int]
    peak_mb: float
    spent_s: float
    steps: int


def measure(
    lengths_s: Sequence[float], model: str, *, large_s: float = 10.0, network: bool = True
) -> tuple[Peak, ...]:
    """One analysis of each length in 1080p, and of ``large_s`` in 4K."""
    wanted = [*((seconds, HD) for seconds in lengths_s), (large_s, UHD)]
    peaks = []
    with tempfile.TemporaryDirectory() as folder:
        for seconds, size in wanted:
            film = long_film(Path(folder) / f"{seconds:g}-{size[1]}.mp4", seconds, *size)
            call = [
                sys.executable,
                "-c",
                _CHILD,
                model,
                str(film),
                "with" if network else "without",
            ]
            said = json.loads(subprocess.run(call, check=True, capture_output=True).stdout)
            peaks.append(Peak(_name(seconds, size), seconds, size, **said))
            print(f"  {peaks[-1]}", file=sys.stderr, flush=True)
            film.unlink()
    return tuple(peaks)


def report(peaks: Sequence[Peak], model: str) -> str:
    """The table."""
    base = peaks[0].peak_mb
    rows = [
        [
            peak.name,
            f"{peak.peak_mb:.0f}",
            f"{peak.peak_mb / base:.2f}",
            f"{peak.spent_s:.0f}",
            str(peak.steps),
            _judge(peak, base),
        ]
        for peak in peaks
    ]
    head = (f"clip ({model})", "peak MB", f"ratio to {peaks[0].name}", "s", "steps", "within")
    return table(head, rows)


def _judge(peak: Peak, base_mb: float) -> str:
    if peak.size != HD or peak.seconds < 600:
        return ""
    return verdict(peak.peak_mb <= LIMIT_MB and peak.peak_mb <= FLAT * base_mb)


def _name(seconds: float, size: tuple[int, int]) -> str:
    length = f"{seconds:g} s" if seconds < 60 else f"{seconds / 60:g} min"
    return f"{length}, {'4K' if size == UHD else '1080p'}"


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="full")
    parser.add_argument("--lengths", default="10,60,600", help="seconds")
    parser.add_argument(
        "--without-network", action="store_true", help="the first pose again and again: fast"
    )
    options = parser.parse_args()
    print(f"{machine()}\n")
    lengths_s = [float(length) for length in options.lengths.split(",")]
    peaks = measure(lengths_s, options.model, network=not options.without_network)
    print(report(peaks, options.model))


if __name__ == "__main__":
    main()
