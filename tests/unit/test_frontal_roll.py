"""Camera roll of clips from in front and behind: one long edge, the feet, the scene."""

from __future__ import annotations

import numpy as np
import pytest

from leanline.camera.frontal_roll import feet_line_deg, frontal_roll
from leanline.camera.horizon import horizon
from leanline.model import Array, Capture, Estimate, PoseTrack, SceneEvidence, VideoInfo, View
from leanline.profile import FrontalModel, profile_of
from leanline.reason import Reason
from leanline.video.lens import Lens

WIDTH_PX, HEIGHT_PX = 720, 1280
LENS = Lens(WIDTH_PX, HEIGHT_PX)
FEET = tuple(f"{s}_{p}" for s in ("left", "right") for p in ("heel", "ankle", "foot_index"))


def edge(roll_deg: float, height_px: float, *spans_px: tuple[float, float]) -> Array:
    """Segments of one straight edge, (N, 4)."""
    slope = np.tan(np.radians(roll_deg))
    middle = WIDTH_PX / 2
    return np.array(
        [
            (a, height_px + slope * (a - middle), b, height_px + slope * (b - middle))
            for a, b in spans_px
        ]
    )


def scene(*parts: Array) -> SceneEvidence:
    return SceneEvidence((np.concatenate(parts),))


def standing_feet(tilt_deg: float, view: View) -> PoseTrack:
    across = 60.0 * np.array([np.cos(np.radians(tilt_deg)), np.sin(np.radians(tilt_deg))])
    right = across if view == "back" else -across
    row = np.array([-right] * 3 + [right] * 3) + np.array([360.0, 200.0])
    xy = np.tile(row, (10, 1, 1))
    return PoseTrack(np.arange(10) / 30.0, xy, np.ones(xy.shape[:2]), FEET, "px")


def capture_of(found: SceneEvidence | None) -> Capture:
    pose = standing_feet(0.0, "back")
    video = VideoInfo("clip.mp4", 30.0, 10, 0.33, WIDTH_PX, HEIGHT_PX)
    return Capture(video=video, pose=pose, profile=profile_of("markers"), scene=found)


@pytest.mark.parametrize("roll_deg", [-5.0, -1.0, 0.0, 3.0])
def test_an_edge_in_pieces_behind_the_runner_tells_the_roll(roll_deg: float) -> None:
    clutter = np.array([[100.0, 900.0, 160.0, 912.0], [300.0, 300.0, 340.0, 296.0]])
    found = horizon(scene(edge(roll_deg, 640.0, (5, 250), (460, 715)), clutter), LENS)
    assert found is not None
    assert found.roll_deg == pytest.approx(roll_deg, abs=0.1)


def test_short_edges_are_no_horizon() -> None:
    assert horizon(scene(edge(2.0, 640.0, (100, 300))), LENS) is None


def test_an_edge_far_above_the_camera_is_less_sure() -> None:
    level, high = (horizon(scene(edge(2.0, y, (5, 715))), LENS) for y in (640.0, 1200.0))
    assert level is not None
    assert high is not None
    assert high.sd_deg > 2.0 * level.sd_deg


@pytest.mark.parametrize("view", ["front", "back"])
@pytest.mark.parametrize("tilt_deg", [-3.0, 2.0])
def test_the_line_between_the_feet_is_the_roll(view: View, tilt_deg: float) -> None:
    assert feet_line_deg(standing_feet(tilt_deg, view), view) == pytest.approx(tilt_deg, abs=1e-9)


def test_surer_sources_count_for_more() -> None:
    guess = Estimate(0.0, (-5.88, 5.88), (Reason("estimate.held_level"),))
    seen = capture_of(scene(edge(3.0, 640.0, (5, 715))))
    found = frontal_roll(guess, seen, FrontalModel(feet_line_sd_deg=3.0), float("nan"))
    assert found.value == pytest.approx(3.0, abs=0.2)
    assert np.ptp(found.ci95) < 3.0
    assert [reason.code for reason in found.sources] == ["estimate.long_edge"]


def test_sources_that_disagree_widen_the_interval() -> None:
    guess = Estimate(0.0, (-1.0, 1.0), (Reason("estimate.vertical_lines"),))
    model = FrontalModel(feet_line_sd_deg=1.0)
    agreed, disagreed = (
        frontal_roll(guess, capture_of(None), model, feet_deg) for feet_deg in (0.0, 6.0)
    )
    assert np.ptp(disagreed.ci95) > 2.0 * np.ptp(agreed.ci95)
    assert disagreed.conflicting
    assert not agreed.conflicting


def test_without_other_sources_the_scene_is_believed() -> None:
    guess = Estimate(1.0, (0.0, 2.0), (Reason("estimate.vertical_lines"),))
    found = frontal_roll(guess, capture_of(None), FrontalModel(), float("nan"))
    assert (found.value, found.sources) == (guess.value, guess.sources)
    assert found.ci95 == pytest.approx(guess.ci95, abs=0.01)
