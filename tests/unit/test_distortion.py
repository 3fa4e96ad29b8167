"""Wide lenses: the distortion that straight lines show, and taking it out."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.camera.distortion import Distortion, estimate_distortion, wide_lens_of
from leanline.model import Array, Capture, SceneEvidence, VideoInfo
from leanline.pipeline import analyze_capture
from leanline.settings import Settings
from tests.captures import capture
from tests.synthetic import synthetic_runner

WIDTH, HEIGHT = 1280, 720


def brown_conrady(points: Array, k1: float) -> Array:
    """Another model of distortion than the one that is fitted, in half picture widths."""
    middle = np.array([WIDTH, HEIGHT]) / 2.0
    offset = (points - middle) / (WIDTH / 2.0)
    return np.asarray(
        middle + offset * (1.0 + k1 * np.sum(offset**2, axis=-1, keepdims=True)) * (WIDTH / 2.0)
    )


def room(roll_deg: float = 2.0, pitch: float = 0.1, yaw: float = -0.08) -> Array:
    """Short pieces (N, 2, 2) of the verticals and horizontals of a room in perspective."""
    rng = np.random.default_rng(4)
    middle = rng.uniform((40.0, 40.0), (WIDTH - 40.0, HEIGHT - 40.0), (120, 2))
    x, y = (middle - (WIDTH / 2.0, HEIGHT / 2.0)).T / (WIDTH / 2.0)
    roll = np.radians(roll_deg)
    slope = np.where(np.arange(120) % 2 == 0, roll + pitch * x, yaw * y - roll)
    slope += rng.normal(0.0, 0.01, 120)
    along = np.stack([np.ones(120), slope], axis=1)
    along[::2] = along[::2, ::-1]
    half = rng.uniform(15.0, 50.0, (120, 1)) * along
    return np.stack([middle - half, middle + half], axis=1)


def scene_of(lines: Array) -> SceneEvidence:
    return SceneEvidence((lines.reshape(-1, 4),))


@pytest.mark.parametrize("k1", [-0.25, -0.12, 0.0])
def test_distortion_is_told_from_roll_pitch_and_yaw(k1: float) -> None:
    found = estimate_distortion(scene_of(brown_conrady(room(), k1)), WIDTH, HEIGHT)
    assert found is not None
    assert found.is_clear == (k1 != 0.0)
    back = found.undistort(brown_conrady(room(), k1), WIDTH, HEIGHT)
    assert np.median(np.abs(back - room())) < 10.0
    there = found.distort(found.undistort(room(), WIDTH, HEIGHT), WIDTH, HEIGHT)
    assert there == pytest.approx(room(), abs=1e-6)


def test_few_lines_and_no_pictures_tell_nothing() -> None:
    assert estimate_distortion(scene_of(room()[:20]), WIDTH, HEIGHT) is None
    assert estimate_distortion(SceneEvidence(()), WIDTH, HEIGHT) is None
    assert wide_lens_of(capture(synthetic_runner(fps=60))) is None


def filmed_through(k1: float) -> Capture:
    """A runner beside the middle of the picture, before a room, seen by a wide lens."""
    made = capture(synthetic_runner(fps=60, seconds=4.0))
    beside = made.pose.xy - np.nanmedian(made.pose.xy, axis=(0, 1)) + (950.0, 480.0)
    return replace(
        made,
        video=VideoInfo("wide.mp4", 60.0, len(beside), 4.0, WIDTH, HEIGHT),
        pose=made.pose.with_xy(brown_conrady(beside, k1)),
        scene=scene_of(brown_conrady(room(roll_deg=0.0), k1)),
    )


def test_leans_are_those_without_the_lens_and_marks_stay_on_the_picture() -> None:
    settings = Settings(roll_deg=0.0)
    straight = analyze_capture(filmed_through(0.0), settings)
    wide = analyze_capture(filmed_through(-0.2), settings)
    assert [note.code for note in wide.warnings if note.code == "wide_lens"] == ["wide_lens"]
    assert "wide_lens" not in [note.code for note in straight.warnings]
    lean, expected = (one.metrics["lean_body_deg"].value for one in (wide, straight))
    assert lean == pytest.approx(expected, abs=0.5)
    assert wide.runner is not None
    drawn = wide.runner.picture_pose.mid("hip")
    assert np.nanmedian(np.abs(drawn - filmed_through(-0.2).pose.mid("hip"))) < 5.0


def test_a_lens_within_what_phones_have_is_left_alone() -> None:
    assert not Distortion(-0.05, 0.002).is_clear
    assert not Distortion(-0.20, 0.08).is_clear
    assert Distortion(-0.20, 0.02).is_clear
