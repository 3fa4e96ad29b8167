"""Running or walking, seen from in front."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.gait.frontal import strides_of
from leanline.model import Array, PoseTrack
from tests.rear import LEG, running_body, seen_by_camera


def flat_runner(cadence_spm: float) -> PoseTrack:
    """Somebody who hardly lifts the feet and whose body hardly rises, as a network blurs it."""
    times, body = running_body(cadence_spm=cadence_spm, lift_m=0.12, hip_drop_deg=0.0)
    body = {name: _flat(points) if _is_trunk(name) else points for name, points in body.items()}
    return seen_by_camera(times, body, "back")


def _is_trunk(name: str) -> bool:
    return not name.endswith(("ankle", "heel", "foot_index", "knee"))


def _flat(points: Array) -> Array:
    middle = points[:, 1].mean()
    height = middle + 0.35 * (points[:, 1] - middle)
    return np.stack([points[:, 0], height, points[:, 2]], axis=1)


@pytest.mark.parametrize(("cadence_spm", "runs"), [(170.0, True), (120.0, False)])
def test_nobody_walks_as_fast_as_runners_step(cadence_spm: float, runs: bool) -> None:
    track = flat_runner(cadence_spm)
    leg_px = LEG * 1100.0 / 5.0
    found = strides_of(track, leg_px, "back")
    assert found is not None
    assert found.runs == runs
