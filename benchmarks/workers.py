"""How a batch scales with its workers, each held to one core.

    python benchmarks/workers.py [--clips 8] [--workers 1,2] [--model full]

The same clips (parts of the bundled one, made different by their start) are analysed by one
worker and by several; networks are compiled before the clock starts, by a clip of its own.
Two workers must do at least 1.7 times the work of one.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from machine import machine, table, usable_cores, verdict

from leanline.batch.engine import outcomes
from leanline.batch.local_engine import LocalEngine
from leanline.batch.task import ClipTask
from leanline.settings import PoseModel, Settings

MIN = 1.7


@dataclass(frozen=True)
class Scaling:
    """Throughput of a number of workers in clips per minute."""

    workers: int
    clips_a_minute: float


def measure(clips: int, workers: Sequence[int], model: PoseModel) -> tuple[Scaling, ...]:
    """Throughput with each number of workers."""
    with as_file(files("leanline") / "assets" / "demo.mp4") as demo:
        return tuple(_scaling(demo, clips, count, model) for count in workers)


def _scaling(demo: Path, clips: int, workers: int, model: PoseModel) -> Scaling:
    def tasks(name: str, count: int, seconds: float) -> list[ClipTask]:
        starts = [0.05 * number for number in range(count)]
        known = [Settings(start_s=s, end_s=s + seconds, pose_model=model) for s in starts]
        return [ClipTask(f"{name}{k}", str(demo), settings) for k, settings in enumerate(known)]

    with LocalEngine(workers) as engine:
        # Each worker takes one, as none is free before it has compiled its networks.
        list(outcomes(engine, tasks("warm", workers, 0.5), 0))
        begin = time.perf_counter()
        list(outcomes(engine, tasks("clip", clips, 3.0), 0))
        spent_s = time.perf_counter() - begin
    return Scaling(workers, 60 * clips / spent_s)


def report(found: Sequence[Scaling], model: str) -> str:
    """The table."""
    base = found[0].clips_a_minute
    rows = [
        [
            str(one.workers),
            f"{one.clips_a_minute:.1f}",
            f"{one.clips_a_minute / base:.2f}",
            verdict(one.clips_a_minute >= MIN * base) if one.workers == 2 else "",
        ]
        for one in found
    ]
    return table((f"workers ({model})", "clips/min", "ratio to one", f"at least {MIN}"), rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=8)
    parser.add_argument("--workers", default=None, help="such as 1,2; up to the cores if not said")
    parser.add_argument("--model", default="full", choices=("full", "heavy"))
    options = parser.parse_args()
    print(f"{machine()}\n")
    counts = options.workers or ",".join(map(str, usual_workers()))
    found = measure(options.clips, [int(count) for count in counts.split(",")], options.model)
    print(report(found, options.model))


def usual_workers() -> list[int]:
    """1, 2, 4... up to the number of cores."""
    return [2**power for power in range(6) if 2**power <= max(2, usable_cores())]


if __name__ == "__main__":
    main()
