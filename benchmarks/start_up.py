"""How long the command line takes to start, against Python itself.

python benchmarks/start_up.py [--runs 7]
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass

from machine import machine, table, verdict

LIMIT_S = 0.5
_CALL = "from leanline.cli.app import main; main()"
COMMANDS = {
    "python -c pass": ["-c", "pass"],
    "leanline --version": ["-c", _CALL, "--version"],
    "leanline --help": ["-c", _CALL, "--help"],
    "leanline batch --help": ["-c", _CALL, "batch", "--help"],
}


@dataclass(frozen=True)
class Spent:
    """Median seconds of one command: on the clock, and of processor time."""

    wall_s: float
    cpu_s: float


def measure(runs: int) -> dict[str, Spent]:
    """Each command; they take turns, so that a busy machine slows all."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
    for _ in range(runs):
        for name, arguments in COMMANDS.items():
            begin, busy = time.perf_counter(), _children_s()
            subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
            spent[name].append((time.perf_counter() - begin, _children_s() - busy))
    return {
        name: Spent(*(statistics.median(column) for column in zip(*times, strict=True)))
        for name, times in spent.items()
    }


def _children_s() -> float:
    times = os.times()
    return times.children_user + times.children_system


def report(found: dict[str, Spent]) -> str:
    """The table."""
    base = next(iter(found.values()))
    rows = [
        [
            name,
            f"{spent.wall_s:.2f}",
            f"{spent.cpu_s:.2f}",
            f"{spent.wall_s / base.wall_s:.1f}",
            verdict(spent.wall_s < LIMIT_S),
        ]
        for name, spent in found.items()
    ]
    head = ("command", "s", "processor s", "ratio to Python", f"under {LIMIT_S} s")
    return table(head, rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    print(f"{machine()}\n")
    print(report(measure(options.runs)))


if __name__ == "__main__":
    main()
