"""All benchmarks with one command: a Markdown table for each, with the machine's description.

    python benchmarks/run.py [-o benchmarks/RESULTS.md] [--quick] [--only Memory,Workers]

With ``--only`` the other parts of the file stay as they were. Half an hour on two cores;
``--quick`` takes some minutes (one run of each, no ten-minute film). Each number stands beside
its baseline as a ratio. A busy machine makes them worse: the load is said, and the ratio of
processor time is what remains comparable.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator, Mapping
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
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    found = earlier(options.out)
    for title, about, measured in parts(quick=options.quick):
        if options.only and title not in options.only.split(","):
            continue
        print(f"measuring: {title}", file=sys.stderr, flush=True)
        made = f"{date.today()}: {machine()}"
        found[title] = f"{about}\n\n{measured()}\n\n{made}\n"
        print(f"## {title}\n\n{found[title]}", flush=True)
        if options.out is not None:
            options.out.write_text(page(found), encoding="utf-8")


def earlier(out: Path | None) -> dict[str, str]:
    """The parts that the file holds already."""
    if out is None or not out.is_file():
        return {}
    _, *sections = out.read_text("utf-8").split("\n## ")
    return dict(section.split("\n\n", 1) for section in sections)


def page(found: Mapping[str, str]) -> str:
    """The whole file."""
    sections = "\n".join(f"## {title}\n\n{text}" for title, text in found.items())
    return f"# Benchmarks\n\nMade by `python benchmarks/run.py`.\n\n{sections}"


if __name__ == "__main__":
    main()
