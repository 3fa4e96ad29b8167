"""All benchmarks with one command: a Markdown table for each, with the machine's description.

    python benchmarks/run.py [-o benchmarks/RESULTS.md] [--quick]

Half an hour on two cores; ``--quick`` takes some minutes (one run of each, no ten-minute film).
Each number stands beside its baseline as a ratio. A busy machine makes them worse: the load is
said, and the ratio of processor time is what remains comparable.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import analysis_time
import memory
import start_up
import workers
from machine import machine


def parts(*, quick: bool) -> Iterator[tuple[str, str, Callable[[], str]]]:
    """Title, what is measured, and the measuring, one after the other."""
    yield (
        "Start-up",
        "The command line against Python itself; medians.",
        lambda: start_up.report(start_up.measure(3 if quick else 11)),
    )
    yield (
        "Throughput",
        "One whole analysis against nothing but decoding and inference on the same frames, "
        "best of the runs; the networks are compiled already.",
        lambda: analysis_time.report(
            analysis_time.measure((), ("full",) if quick else ("full", "heavy"), 1 if quick else 3)
        ),
    )
    yield (
        "Workers",
        "Clips a minute of `leanline batch`, one core for each worker, against one worker.",
        lambda: workers.report(
            workers.measure(4 if quick else 12, workers.usual_workers(), "full"), "full"
        ),
    )
    yield (
        "Memory",
        "Peak of the process (resident) against the clip's length; limit 600 MB for ten minutes "
        "in 1080p, and at most 1.5 times ten seconds.",
        lambda: memory.report(memory.measure((10, 60) if quick else (10, 60, 600), "full"), "full"),
    )


def main() -> None:
    """Measure, print, and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("-o", "--out", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    text = f"# Benchmarks\n\n{date.today()}: {machine()}\n"
    print(text, flush=True)
    for title, about, measured in parts(quick=options.quick):
        print(f"measuring: {title}", file=sys.stderr, flush=True)
        part = f"## {title}\n\n{about}\n\n{measured()}\n"
        print(part, flush=True)
        text += f"\n{part}"
    if options.out is not None:
        options.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
