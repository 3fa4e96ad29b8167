"""Contacts and metrics of a pose track that another tool made.

    python examples/events_and_metrics.py [TRACK]

The track may be in any format that leanline reads; the one beside this file is a C3D with
the contacts as events, so both ways of knowing the contacts can be compared.
"""

from __future__ import annotations

import sys
from pathlib import Path

import leanline

HERE = Path(__file__).parent
SHOWN = ("lean_body_deg", "waist_bend_deg", "cadence_spm", "contact_time_s", "foot_strike")


def main(path: Path) -> None:
    """Print the metrics with the contacts found in the track, and with those of the file."""
    track = leanline.read_track(path)
    found = leanline.detect_contacts(track)
    print(f"{len(track.time_s)} frames, {len(track.keypoints)} points, {len(found)} contacts")
    show("contacts found in the track", leanline.measure_track(track, found))
    if path.suffix == ".c3d":
        given = leanline.read_contacts(path)
        show("contacts of the file's events", leanline.measure_track(track, given))


def show(title: str, metrics: dict[str, leanline.Metric]) -> None:
    """One line for each metric, with its interval or the reason why there is none."""
    print(title)
    for name in SHOWN:
        metric = metrics[name]
        if isinstance(metric.value, float) and metric.ci95 is not None:
            low, high = metric.ci95
            print(f"  {name:16} {metric.value:8.3f}  ({low:.3f} to {high:.3f}), n = {metric.n}")
        else:
            print(f"  {name:16} {metric.value or metric.why}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "runner.c3d")
