"""Initial contact and toe-off of runners whose events are known."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from leanline.formats.trc import read_trc
from leanline.gait.cadence import estimate_cadence
from leanline.model import Contact, PoseTrack
from leanline.skeleton import SIDES
from tests.feet import facing_right, ground_and_contacts, timing_errors
from tests.synthetic import SyntheticRunner, synthetic_runner

LAB = Path(__file__).resolve().parents[3] / "shared" / "data" / "lab"


def found_contacts(runner: SyntheticRunner) -> tuple[Contact, ...]:
    return ground_and_contacts(*facing_right(runner), runner.leg_length)[1]


def assert_found(runner: SyntheticRunner, within_s: float) -> None:
    found = found_contacts(runner)
    contact, toe_off = timing_errors(runner.contacts, found)
    # A toe-off in the very last frames may fall either side of the end.
    assert len(contact) >= len(runner.contacts) - 1
    assert len(found) <= len(runner.contacts) + 1
    assert abs(np.mean(contact)) < within_s
    assert abs(np.mean(toe_off)) < within_s
    assert max(np.std(contact), np.std(toe_off)) < within_s


@pytest.mark.parametrize("noise", [0.0, 4.0])
@pytest.mark.parametrize("fps", [25, 30, 60, 120, 240])
def test_events_do_not_depend_on_the_frame_rate(fps: int, noise: float) -> None:
    assert_found(synthetic_runner(fps=fps, noise=noise), 0.015)


@pytest.mark.parametrize("strike_deg", [-10.0, 0.0, 18.0])
def test_rear_mid_and_forefoot_strikes_are_timed_alike(strike_deg: float) -> None:
    assert_found(synthetic_runner(foot_strike_angle_deg=strike_deg, fps=60, noise=2.0), 0.012)


@pytest.mark.parametrize(
    ("speed_mps", "cadence_spm", "duty_factor"),
    [(2.0, 150, 0.42), (2.5, 160, 0.38), (4.0, 180, 0.30), (5.5, 195, 0.25)],
)
def test_slow_and_fast_runners(speed_mps: float, cadence_spm: float, duty_factor: float) -> None:
    runner = synthetic_runner(
        speed_mps=speed_mps,
        cadence_spm=cadence_spm,
        duty_factor=duty_factor,
        bounce_m=None,
        noise=2.0,
    )
    assert_found(runner, 0.015)


def test_a_runner_who_crosses_the_picture_to_the_left() -> None:
    assert_found(synthetic_runner(surface="overground", direction="left", noise=2.0, fps=60), 0.012)


def test_an_uneven_clock_does_not_move_the_events() -> None:
    steps = np.random.default_rng(4).choice([1 / 30, 1 / 60], 220)
    assert_found(synthetic_runner(time_s=np.cumsum(steps), noise=2.0), 0.015)


def test_a_short_marker_track_with_5_mm_noise() -> None:
    assert_found(synthetic_runner(unit="m", noise=0.005, seconds=2.4, fps=60), 0.012)


def test_feet_alternate_and_contacts_come_in_order() -> None:
    found = found_contacts(synthetic_runner(noise=3.0))
    assert all(a.side != b.side for a, b in pairwise(found))
    assert all(a.toe_off_s < b.contact_s for a, b in pairwise(found))


def test_frames_with_overlapping_legs_do_not_move_the_events() -> None:
    runner = synthetic_runner(fps=60, noise=2.0)
    xy = runner.pose.xy.copy()
    names = runner.pose.keypoints
    for part in ("heel", "foot_index", "ankle", "knee"):
        xy[11::23, names.index(f"left_{part}")] = xy[11::23, names.index(f"right_{part}")]
    pose = PoseTrack(runner.pose.time_s, xy, runner.pose.confidence, names, "px")
    _, found = ground_and_contacts(pose, runner.scene_shift, runner.leg_length)
    contact, toe_off = timing_errors(runner.contacts, found)
    assert len(contact) >= len(runner.contacts) - 1
    assert max(np.abs(contact + toe_off)) < 0.025


def test_missing_frames_leave_the_other_steps() -> None:
    runner = synthetic_runner(fps=60, noise=1.0)
    xy = runner.pose.xy.copy()
    xy[100:130] = np.nan
    pose = PoseTrack(runner.pose.time_s, xy, runner.pose.confidence, runner.pose.keypoints, "px")
    _, found = ground_and_contacts(pose, runner.scene_shift, runner.leg_length)
    contact, _ = timing_errors(runner.contacts, found)
    assert len(contact) >= len(runner.contacts) - 4
    assert max(np.abs(contact)) < 0.02


@pytest.mark.parametrize("frames", [0, 1, 5, 20])
def test_too_few_frames_give_no_contacts(frames: int) -> None:
    runner = synthetic_runner(fps=60)
    pose = PoseTrack(
        runner.pose.time_s[:frames],
        runner.pose.xy[:frames],
        runner.pose.confidence[:frames],
        runner.pose.keypoints,
        "px",
    )
    assert ground_and_contacts(pose, runner.scene_shift[:frames], runner.leg_length)[1] == ()


@pytest.mark.shared
@pytest.mark.parametrize("rate", ["60hz", "120hz"])
@pytest.mark.parametrize(
    "trial", ["RBDS001runT25", "RBDS0041runT25", "hamner04_run200", "hamner04_run400"]
)
def test_force_plates_agree(trial: str, rate: str) -> None:
    path = LAB / f"{trial}_{rate}.trc"
    if not path.exists():
        pytest.skip(f"{path} is not here: ../shared is needed")
    truth = json.loads(path.with_suffix(".truth.json").read_text())
    pose = read_trc(path)
    leg = float(np.nanmedian(pose.mid("hip")[:, 1] - pose.point("left_heel")[:, 1]))
    _, found = ground_and_contacts(pose, np.zeros(len(pose.time_s)), leg)
    true = tuple(
        Contact(side, start, end)
        for side in SIDES
        for start, end in zip(
            *(truth["events"][side][k] for k in ("contact_s", "toe_off_s")), strict=True
        )
    )
    contact, toe_off = timing_errors(true, found)
    assert len(contact) == len(true)
    assert np.mean(np.abs(contact)) < 0.016
    assert np.mean(np.abs(toe_off)) < 0.016
    steps = estimate_cadence(found, pose.time_s, pose.mid("hip")[:, 1])
    # The truth of the short trials is of three steps of the clip's five or six.
    within_spm = 0.2 if len(true) > 4 else 2.5
    assert steps.value_spm == pytest.approx(truth["metrics"]["cadence_spm"], abs=within_spm)
