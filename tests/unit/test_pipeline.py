"""The whole way from a capture to an analysis, and every way it is refused."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import leanline
from leanline.errors import InputError, LeanlineError, NobodyError, UsageError
from leanline.formats.trc import write_trc
from leanline.model import Capture, PoseTrack
from leanline.pipeline import analyze_capture
from leanline.pose.fake import FakeBackend
from leanline.settings import Settings
from tests.captures import analysed, capture, standing
from tests.legs import with_noise, with_xy
from tests.synthetic import synthetic_runner

FEET = ("ankle", "heel", "foot_index")
LEANS = ("lean_body_deg", "lean_leg_deg", "lean_trunk_deg", "lean_body_toe_off_deg")


def value(analysis: leanline.Analysis, name: str) -> float:
    found = analysis.metrics[name].value
    assert isinstance(found, float), f"{name}: {analysis.metrics[name].why}"
    return found


@pytest.fixture
def track(tmp_path: Path) -> Path:
    path = tmp_path / "run.trc"
    write_trc(synthetic_runner(fps=60, seconds=6.0).pose, path)
    return path


# What comes out


@pytest.mark.parametrize("direction", ["left", "right"])
@pytest.mark.parametrize("surface", ["treadmill", "overground"])
def test_a_made_up_runner_is_measured_as_made(direction: str, surface: str) -> None:
    made = synthetic_runner(fps=60, direction=direction, surface=surface)  # type: ignore[arg-type]
    found = analysed(made, picture=True, roll_deg=0.0)
    assert (found.activity, found.view) == ("running", "side")
    assert (found.direction, found.surface) == (direction, surface)
    assert value(found, "cadence_spm") == pytest.approx(170, abs=0.5)
    assert value(found, "lean_body_deg") == pytest.approx(made.lean_body_deg, abs=0.3)
    assert value(found, "lean_leg_deg") == pytest.approx(made.lean_leg_deg, abs=0.3)
    assert value(found, "lean_trunk_deg") == pytest.approx(made.lean_trunk_deg, abs=0.3)
    assert abs(len(found.contacts) - len(made.contacts)) <= 1


def test_a_camera_that_follows_the_runner_sees_them_overground() -> None:
    made = synthetic_runner(fps=60, surface="overground", camera="follow")
    found = analysed(made, picture=True)
    assert found.camera.moving
    assert found.surface == "overground"


def test_noise_of_a_network_changes_leans_by_tenths() -> None:
    made = synthetic_runner(fps=60, seconds=6.0)
    clean, noisy = analysed(made.pose), analysed(with_noise(made.pose, 3.0))
    for name in ("lean_body_deg", "lean_trunk_deg", "lean_stride_deg"):
        assert value(noisy, name) == pytest.approx(value(clean, name), abs=0.5)


def test_every_step_is_in_the_result_in_order() -> None:
    found = analysed(synthetic_runner(fps=60))
    assert len(found.steps) == len(found.contacts)
    starts = [step.contact_s for step in found.steps]
    assert starts == sorted(starts)
    assert [step.side for step in found.steps] == [contact.side for contact in found.contacts]


@cache
def analyse_with_roll(direction: str, roll_deg: float) -> leanline.Analysis:
    made = synthetic_runner(fps=60, direction=direction)  # type: ignore[arg-type]
    return analysed(made, picture=True, roll_deg=roll_deg)


@pytest.mark.parametrize("roll_deg", [-6.0, -1.5, 4.0])
@pytest.mark.parametrize("direction", ["left", "right"])
def test_a_said_roll_turns_every_lean_one_to_one(roll_deg: float, direction: str) -> None:
    level, tilted = analyse_with_roll(direction, 0.0), analyse_with_roll(direction, roll_deg)
    # Turned clockwise the camera shows who runs to the right leaning back: roll is added.
    sign = 1.0 if direction == "right" else -1.0
    for name in LEANS:
        change = value(tilted, name) - value(level, name)
        # A level track said to be tilted runs up or down a slope, so contacts move by some
        # milliseconds, and with them the lines from the ankle (123 to 190 deg a second).
        within = 0.05 if name == "lean_trunk_deg" else 0.25 * abs(roll_deg)
        assert change == pytest.approx(sign * roll_deg, abs=within)
    bend = value(tilted, "waist_bend_deg") - value(level, "waist_bend_deg")
    assert bend == pytest.approx(0.0, abs=0.25 * abs(roll_deg))


def test_slow_motion_is_told_in_real_time() -> None:
    made = synthetic_runner(fps=240, seconds=3.0)
    slow = replace(made.pose, time_s=made.pose.time_s * 8)
    found = analysed(slow, slow_motion=8.0)
    assert value(found, "cadence_spm") == pytest.approx(170, abs=0.5)
    assert value(found, "contact_time_s") < 0.35
    assert found.video.time_scale == 8.0


def test_a_low_frame_rate_and_few_steps_are_warned_of() -> None:
    codes = {note.code for note in analysed(synthetic_runner(fps=25)).warnings}
    assert "low_frame_rate" in codes
    short = analysed(synthetic_runner(fps=60, seconds=2.2))
    assert "few_steps" in {note.code for note in short.warnings}
    assert analysed(synthetic_runner(fps=120)).warnings == ()


def test_provenance_says_what_was_asked_and_of_which_file(track: Path) -> None:
    found = leanline.analyze(track, height_m=1.75)
    assert found.provenance.leanline == leanline.__version__
    assert found.provenance.pose_model == "recorded"
    assert found.provenance.settings["height_m"] == 1.75
    assert len(found.provenance.input_sha256) == 64


def test_a_recorded_track_is_analysed_upright_as_it_is(track: Path) -> None:
    found = leanline.analyze(track)
    assert found.video.width == 0
    assert found.camera.roll_deg.value == 0.0
    assert value(found, "lean_trunk_deg") == pytest.approx(7.0, abs=0.3)


def test_start_and_end_keep_the_clips_own_times(track: Path) -> None:
    whole = leanline.analyze(track)
    middle = leanline.analyze(track, start_s=2.0, end_s=5.0)
    assert all(c.contact_s >= 2.0 and c.toe_off_s < 5.0 for c in middle.contacts)
    expected = [c for c in whole.contacts if c.contact_s >= 2.0 and c.toe_off_s < 5.0]
    assert len(middle.contacts) == pytest.approx(len(expected), abs=1)
    assert value(middle, "lean_body_deg") == pytest.approx(value(whole, "lean_body_deg"), abs=0.3)


def test_any_pose_source_can_be_given(track: Path) -> None:
    made = capture(synthetic_runner(fps=60, lean_trunk_deg=11.0))
    found = leanline.analyze(track, backend=FakeBackend(made))
    assert found.provenance.pose_model == "scripted"
    assert value(found, "lean_trunk_deg") == pytest.approx(11.0, abs=0.3)


def test_progress_of_the_source_is_passed_on(track: Path) -> None:
    seen: list[tuple[str, float]] = []
    leanline.analyze(track, progress=lambda phase, share: seen.append((phase, share)))
    assert seen
    assert all(0 <= share <= 1 for _, share in seen)


# Refusals


def refusal(shown: Capture) -> LeanlineError:
    with pytest.raises(LeanlineError) as caught:
        analyze_capture(shown, Settings())
    assert str(caught.value).startswith(shown.video.path)
    assert caught.value.hint
    return caught.value


def abreast(track: PoseTrack, sign: float) -> PoseTrack:
    """Hips and shoulders seen side by side, as from in front or behind."""
    xy = track.xy.copy()
    for part, wide in (("shoulder", 90.0), ("hip", 55.0)):
        for side, way in (("left", 0.5), ("right", -0.5)):
            xy[:, track.keypoints.index(f"{side}_{part}"), 0] += sign * way * wide
    return with_xy(track, xy)


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_a_slanting_view_is_refused(sign: float) -> None:
    error = refusal(capture(abreast(synthetic_runner(fps=60).pose, sign), picture=True))
    assert isinstance(error, NobodyError)
    assert error.exit_code == 4
    assert "at an angle" in str(error)


@pytest.mark.parametrize("seconds", [0.2, 0.5])
@pytest.mark.parametrize("surface", ["treadmill", "overground"])
def test_a_glimpse_is_too_short(seconds: float, surface: str) -> None:
    made = synthetic_runner(fps=60, seconds=seconds, surface=surface)  # type: ignore[arg-type]
    error = refusal(capture(made, picture=True))
    assert error.exit_code == 4
    assert "too short" in str(error)


@pytest.mark.parametrize("cut", [0.10, 0.20, 1.0])
def test_feet_below_the_picture_are_named(cut: float) -> None:
    made = synthetic_runner(fps=60)
    xy = made.pose.xy.copy()
    # Seen only while they swing up past this share of the body's height, or never.
    feet = [k for k, name in enumerate(made.pose.keypoints) if name.endswith(FEET)]
    hidden = np.zeros(xy.shape[:2], bool)
    hidden[:, feet] = xy[:, feet, 1] < cut * 437
    xy[hidden] = np.nan
    error = refusal(capture(with_xy(made.pose, xy), picture=True))
    assert error.exit_code == 4
    assert "feet" in str(error)


def test_somebody_who_jumps_about_is_nobody_to_measure() -> None:
    still = standing(seconds=5.0)
    time_s = still.time_s
    hop = 120 * np.abs(np.sin(2 * np.pi * 0.9 * time_s)) + 60 * np.sin(2 * np.pi * 0.31 * time_s)
    error = refusal(capture(with_xy(still, still.xy + hop[:, None, None]), picture=True))
    assert error.exit_code == 4
    assert "nobody running, walking or standing" in str(error)


def test_a_track_in_which_nothing_is_ever_seen_is_refused() -> None:
    made = synthetic_runner(fps=60).pose
    nothing = with_xy(made, np.full(made.xy.shape, np.nan))
    assert refusal(capture(nothing, picture=True)).exit_code == 4
    assert refusal(capture(nothing)).exit_code == 4


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    for name in ("gone.mp4", "gone.trc"):
        with pytest.raises(InputError, match=name) as caught:
            leanline.analyze(tmp_path / name)
        assert caught.value.exit_code == 3


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    for name in ("empty.mp4", "empty.trc"):
        path = tmp_path / name
        path.touch()
        with pytest.raises(InputError, match=name):
            leanline.analyze(path)


def test_options_out_of_range_are_wrong_usage(track: Path) -> None:
    with pytest.raises(UsageError, match=r"height_m.*178") as caught:
        leanline.analyze(track, height_m=178.0)
    assert caught.value.exit_code == 2
    with pytest.raises(UsageError, match="end_s"):
        leanline.analyze(track, start_s=3.0, end_s=1.0)
    with pytest.raises(UsageError, match="quality must be one of best, balanced, fast"):
        Settings(quality="finest")  # type: ignore[arg-type]


def test_the_quality_asked_for_names_the_network_unless_it_is_said() -> None:
    assert Settings().pose.network == "heavy"
    assert Settings(quality="fast").pose.network == "full"
    assert Settings(quality="fast", pose_model="heavy").pose.network == "heavy"


def test_a_part_of_the_track_without_frames_is_refused(track: Path) -> None:
    with pytest.raises(InputError, match=r"run\.trc has no frames"):
        leanline.analyze(track, start_s=100.0)


def test_nothing_is_written_beside_a_file_that_is_analysed(track: Path) -> None:
    leanline.analyze(track)
    assert [path.name for path in track.parent.iterdir()] == ["run.trc"]
