"""Library use: events and metrics on arrays, with a contract."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

import leanline
from leanline.api import detect_contacts, measure_track
from leanline.errors import UsageError
from leanline.formats.trc import write_trc
from leanline.model import Contact, PoseTrack
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.settings import Settings
from tests.synthetic import SyntheticRunner, synthetic_runner


@cache
def made() -> SyntheticRunner:
    return synthetic_runner(fps=120, seconds=4.0, unit="m")


def test_events_are_the_contacts_of_both_feet() -> None:
    found = detect_contacts(made().pose)
    assert [c.side for c in found] == [c.side for c in made().contacts]
    late = [c.contact_s - true.contact_s for c, true in zip(found, made().contacts, strict=True)]
    assert np.abs(late).max() < 0.02


def test_metrics_are_those_of_an_analysis_of_the_same_track() -> None:
    whole = analyze_capture(track_to_capture(made().pose, "array", "array"), Settings()).metrics
    found = measure_track(made().pose)
    assert set(found) == set(whole)
    for name in ("lean_body_deg", "cadence_spm", "contact_time_s", "speed_mps"):
        assert found[name].value == pytest.approx(whole[name].value)


def test_contacts_from_elsewhere_are_used_as_given() -> None:
    true = made().contacts
    later = [Contact(c.side, c.contact_s + 0.02, c.toe_off_s + 0.02) for c in true]
    ours, shifted = measure_track(made().pose, true), measure_track(made().pose, later)
    assert ours["contact_time_s"].value == pytest.approx(true[0].duration_s, abs=1e-6)
    lean, after = ours["lean_body_deg"].value, shifted["lean_body_deg"].value
    assert isinstance(lean, float)
    assert isinstance(after, float)
    assert lean == pytest.approx(made().lean_body_deg, abs=0.5)
    assert after > lean + 1.0  # the body moves over the foot


def test_the_roll_of_the_camera_is_taken_out() -> None:
    rolled = synthetic_runner(fps=120, seconds=4.0, unit="m", roll_deg=4.0)
    level, turned = (
        measure_track(made().pose)["lean_trunk_deg"].value,
        measure_track(rolled.pose, roll_deg=4.0)["lean_trunk_deg"].value,
    )
    assert turned == pytest.approx(level, abs=0.1)


def test_height_gives_the_scale_of_pixels() -> None:
    pixels = synthetic_runner(fps=60, seconds=4.0).pose
    assert measure_track(pixels)["speed_mps"].value is None
    speed = measure_track(pixels, height_m=1.75)["speed_mps"].value
    assert speed == pytest.approx(3.0, rel=0.06)


def test_nothing_in_is_nothing_out() -> None:
    empty = PoseTrack(np.empty(0), np.empty((0, 1, 2)), np.empty((0, 1)), ("left_heel",), "m")
    assert detect_contacts(empty) == ()
    with pytest.raises(leanline.NobodyError, match="no frames"):
        measure_track(empty)


def test_somebody_who_stands_has_no_events_and_no_metrics_of_a_run() -> None:
    pose = made().pose
    still = PoseTrack(
        pose.time_s,
        np.broadcast_to(pose.xy[40], pose.xy.shape),
        pose.confidence,
        pose.keypoints,
        "m",
    )
    assert detect_contacts(still) == ()
    with pytest.raises(leanline.NobodyError, match="nobody running") as caught:
        measure_track(still)
    assert "leanline.analyze" in caught.value.hint


def test_a_value_out_of_range_is_wrong_usage() -> None:
    with pytest.raises(leanline.UsageError, match="height_m"):
        measure_track(made().pose, height_m=178)


def test_the_public_names_compose(tmp_path: Path) -> None:
    path = tmp_path / "run.trc"
    write_trc(made().pose, path)
    track = leanline.read_track(path)
    contacts = leanline.detect_contacts(track)
    found = leanline.measure_track(track, contacts)
    assert found["lean_body_deg"].n == len(contacts)
    assert "knee_angle_l" in leanline.joint_angles(track)


def test_the_old_name_still_works_with_a_warning() -> None:
    with pytest.warns(DeprecationWarning, match="detect_contacts"):
        assert leanline.events is detect_contacts


def test_a_number_too_long_for_a_float_is_wrong_usage() -> None:
    with pytest.raises(UsageError, match="person must be from 1 to 99"):
        Settings(person=10**400)


def test_times_of_a_track_have_one_dimension() -> None:
    with pytest.raises(ValueError, match="time_s must have one dimension"):
        PoseTrack(np.zeros((1, 1)), np.zeros((1, 1, 2)), np.ones((1, 1)), ("nose",), "px")
