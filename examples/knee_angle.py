"""The knee through the gait cycle: joint angles cut at the contacts, mean and spread."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np

import leanline

HERE = Path(__file__).parent
PERCENT = np.linspace(0, 100, 11)


def main() -> None:
    """Print mean and SD of the right knee's flexion over the cycle of the right foot."""
    track = leanline.read_track(HERE / "runner.c3d")
    knee = leanline.joint_angles(track)["knee_angle_r"]
    starts = [c.contact_s for c in leanline.detect_contacts(track) if c.side == "right"]
    strides = np.array(
        [
            np.interp(start + PERCENT / 100 * (end - start), track.time_s, knee)
            for start, end in pairwise(starts)
        ]
    )
    print(f"right knee flexion over {len(strides)} strides")
    for percent, mean, sd in zip(PERCENT, strides.mean(axis=0), strides.std(axis=0), strict=True):
        print(f"  {percent:3.0f} %  {mean:6.1f} ± {sd:.1f}°")


if __name__ == "__main__":
    main()
