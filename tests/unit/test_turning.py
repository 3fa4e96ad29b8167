"""Runners who turn round within a clip."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import PoseTrack
from leanline.pipeline import analyze_capture
from leanline.runner.turning import facing_signs, keep_one_direction
from leanline.settings import Settings
from tests.captures import capture, mirrored, part
from tests.synthetic import synthetic_runner

FPS = 60


def out_and_back(out_s: float, back_s: float) -> PoseTrack:
    """To the right, and then to the left."""
    made = synthetic_runner(fps=FPS, seconds=max(out_s, back_s)).pose
    out = part(made, slice(0, round(out_s * FPS)))
    back = part(mirrored(made), slice(0, round(back_s * FPS)))
    later_s = out.time_s[-1] + 1.0 / FPS - back.time_s[0]
    return replace(
        out,
        time_s=np.concatenate([out.time_s, back.time_s + later_s]),
        xy=np.concatenate([out.xy, back.xy]),
        confidence=np.concatenate([out.confidence, back.confidence]),
    )


@pytest.mark.parametrize(("out_s", "back_s", "way"), [(4.0, 2.5, "right"), (2.0, 4.5, "left")])
def test_the_longer_way_is_measured_and_said(out_s: float, back_s: float, way: str) -> None:
    analysis = analyze_capture(capture(out_and_back(out_s, back_s)), Settings())
    assert analysis.direction == way
    (note,) = [note for note in analysis.warnings if note.code == "turns_round"]
    assert note.reason.params["direction"] == way
    assert note.reason.params["other_s"] == pytest.approx(min(out_s, back_s), abs=0.5)
    lean = analysis.metrics["lean_trunk_deg"].value
    alone = analyze_capture(capture(synthetic_runner(fps=FPS)), Settings())
    assert lean == pytest.approx(alone.metrics["lean_trunk_deg"].value, abs=0.5)


def test_a_glimpse_of_the_other_side_and_one_direction_cut_nothing() -> None:
    for track in (synthetic_runner(fps=FPS).pose, out_and_back(4.0, 0.8)):
        made = capture(track)
        assert keep_one_direction(made) is made


def test_without_feet_and_face_nothing_is_said() -> None:
    track = synthetic_runner(fps=FPS).pose
    hidden = track.xy.copy()
    hidden[:, [k for k, name in enumerate(track.keypoints) if "heel" in name or "ear" in name]] = (
        np.nan
    )
    assert not facing_signs(track.with_xy(hidden)).any()
