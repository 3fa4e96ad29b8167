"""Keypoints from arrays: the smallest track in which contacts can be found."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import leanline

HERE = Path(__file__).parent
POINTS = ("left_hip", "right_hip", "left_heel", "right_heel", "left_foot_index", "right_foot_index")


def main() -> None:
    """Build a track from arrays of shape (frames, points, 2) and print the step times."""
    # Stands in for the arrays of another program: metres, x along the run, y up.
    source = leanline.read_track(HERE / "runner.c3d")
    time_s = np.array(source.time_s)
    xy = np.stack([source.point(name) for name in POINTS], axis=1)

    track = leanline.PoseTrack(
        time_s=time_s,
        xy=xy,
        confidence=np.isfinite(xy).all(axis=2).astype(float),
        keypoints=POINTS,
        unit="m",
    )
    contacts = leanline.detect_contacts(track)
    starts = np.array([contact.contact_s for contact in contacts])
    print("sides     ", " ".join(contact.side[0].upper() for contact in contacts))
    print("step times", " ".join(f"{step_s:.3f}" for step_s in np.diff(starts)), "s")


if __name__ == "__main__":
    main()
