"""Clips from behind and in front: a made-up body in three dimensions, seen by a camera."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.errors import NobodyError, UsageError
from leanline.formats.analysis_json import read_analysis, to_dict, write_analysis
from leanline.formats.trc import write_trc
from leanline.metrics.frontal import body_length, foot_across, hip_share, shoulder_share
from leanline.model import Analysis, Metric, View
from leanline.pipeline import analyze, analyze_capture, with_rear
from leanline.pipeline.companions import REAR_METRICS
from leanline.profile import FrontalModel, profile_of
from leanline.reason import Reason
from leanline.report.charts import charts
from leanline.report.html import write_report
from leanline.report.terminal import summary
from leanline.report.view_model import report_model
from leanline.settings import Settings
from leanline.skeleton import swapped_name
from tests.captures import analysed, capture, standing
from tests.rear import HIP_BREADTH, running_body, seen_by_camera, standing_body
from tests.synthetic import synthetic_runner

VIEWS: tuple[View, ...] = ("back", "front")


def stood(view: View, known: Mapping[str, float] | None = None, **changes: float) -> Analysis:
    track = seen_by_camera(*standing_body(**changes), view, noise=1.0)
    return analysed(track, picture=True, **({"roll_deg": 0.0} if known is None else known))


def ran(view: View, roll_deg: float = 0.0, **changes: float) -> Analysis:
    track = seen_by_camera(*running_body(**changes), view, roll_deg=roll_deg, noise=1.0)
    return analysed(track, picture=True, roll_deg=roll_deg)


def value(metric: Metric) -> float:
    assert isinstance(metric.value, float)
    assert metric.ci95 is not None
    assert metric.ci95[0] < metric.value < metric.ci95[1] or metric.id == "crossover_pct"
    return metric.value


@pytest.mark.parametrize("view", VIEWS)
def test_the_view_and_what_is_done_are_known(view: View) -> None:
    for found, activity in ((stood(view), "standing"), (ran(view), "running")):
        assert (found.view, found.activity, found.direction) == (view, activity, None)
        assert found.warnings[-1].code == "abreast_unproven"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("stance_m", [0.12, 0.20, 0.35])
def test_the_stance_is_measured_against_the_hips(view: View, stance_m: float) -> None:
    found = stood(view, stance_m=stance_m).metrics["stance_width_pct"]
    assert value(found) == pytest.approx(100 * stance_m / HIP_BREADTH, rel=0.05)
    assert found.quality == "poor"


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("shift_m", [-0.05, 0.0, 0.05])
def test_weight_to_the_runners_own_right_is_positive(view: View, shift_m: float) -> None:
    found = stood(view, shift_m=shift_m, stance_m=0.25).metrics["weight_shift_pct"]
    assert np.sign(value(found)) == np.sign(shift_m) or shift_m == 0.0
    # Head, trunk, arms and thighs move with the hips, shanks half and feet not at all.
    assert value(found) == pytest.approx(100 * 0.92 * shift_m / 0.25, abs=2.0)


@pytest.mark.parametrize("view", VIEWS)
def test_a_higher_right_side_is_positive(view: View) -> None:
    found = stood(view, hip_tilt_deg=4.0, shoulder_tilt_deg=-3.0).metrics
    assert value(found["hip_level_deg"]) == pytest.approx(4.0, abs=0.5)
    assert value(found["shoulder_level_deg"]) == pytest.approx(-3.0, abs=0.5)


def test_feet_together_do_not_tell_the_weight() -> None:
    found = stood("back", stance_m=0.04).metrics["weight_shift_pct"]
    assert found.value is None
    assert found.why == Reason("metric.feet_too_close")


def test_an_unknown_roll_widens_what_it_enters() -> None:
    sure, unsure = stood("back").metrics, stood("back", {}).metrics
    for name in ("weight_shift_pct", "hip_level_deg"):
        assert np.ptp(unsure[name].ci95 or ()) > 1.5 * np.ptp(sure[name].ci95 or ())


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("roll_deg", [-4.0, 0.0, 4.0])
def test_hip_drop_and_shoulder_tilt_are_towards_the_swinging_leg(
    view: View, roll_deg: float
) -> None:
    found = ran(view, roll_deg, hip_drop_deg=6.0, shoulder_tilt_deg=-4.0).metrics
    assert value(found["hip_drop_deg"]) == pytest.approx(6.0, abs=0.7)
    assert value(found["shoulder_tilt_deg"]) == pytest.approx(-4.0, abs=0.7)


@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize("width_m", [-0.06, 0.0, 0.05, 0.15])
def test_step_width_is_negative_when_the_feet_cross(view: View, width_m: float) -> None:
    found = ran(view, width_m=width_m).metrics
    assert value(found["step_width_pct"]) == pytest.approx(100 * width_m / HIP_BREADTH, abs=5.0)
    if abs(width_m) > 0.03:
        assert value(found["crossover_pct"]) == (100.0 if width_m < 0 else 0.0)


@pytest.mark.parametrize("view", VIEWS)
def test_frames_in_which_all_sides_are_exchanged_change_nothing(view: View) -> None:
    track = seen_by_camera(*running_body(width_m=0.1), view, noise=1.0)
    order = [
        track.keypoints.index(other) if track.has(other := swapped_name(name)) else own
        for own, name in enumerate(track.keypoints)
    ]
    exchanged = track.xy.copy()
    exchanged[5:25] = track.xy[5:25][:, order]
    clean, mixed = (
        analysed(t, picture=True, roll_deg=0.0).metrics for t in (track, track.with_xy(exchanged))
    )
    for name in ("step_width_pct", "shoulder_tilt_deg", "cadence_spm"):
        assert value(mixed[name]) == pytest.approx(value(clean[name]), rel=1e-6)


@pytest.mark.parametrize("view", VIEWS)
def test_hip_drop_is_withheld_when_the_hip_points_do_not_tilt(view: View) -> None:
    track = seen_by_camera(*running_body(hip_drop_deg=6.0), view)
    profile = replace(profile_of("markers"), frontal=FrontalModel(hips_tilt=False))
    seen = replace(capture(track, picture=True), profile=profile)
    found = analyze_capture(seen, Settings(roll_deg=0.0)).metrics["hip_drop_deg"]
    assert found.value is None
    assert found.why == Reason("metric.hips_do_not_tilt")


@pytest.mark.parametrize("network", ["heavy", "full"])
def test_the_networks_hips_are_as_broad_as_their_profile_says(network: str) -> None:
    track = seen_by_camera(*standing_body(stance_m=0.25), "back")
    profile = profile_of(f"blazepose-{network}")
    model = profile.frontal.breadth
    assert model is not None
    seen = replace(capture(track, picture=True), profile=profile)
    found = analyze_capture(seen, Settings(roll_deg=0.0))
    shoulders = (shoulder_share(track) / model.shoulder_share) ** model.shoulder_exponent
    hips = (hip_share(track) / model.hip_share) ** model.hip_exponent
    share = model.share * shoulders * hips * body_length(track)
    trunk = np.linalg.norm(track.mid("shoulder") - track.mid("hip"), axis=1)
    apart = foot_across(track, "right") - foot_across(track, "left")
    expected = 100.0 * np.median(apart / trunk) / share
    offset = profile.frontal.offset["stance_width_pct"]
    width = found.metrics["stance_width_pct"]
    assert value(width) == pytest.approx(expected - offset, rel=0.01)
    assert width.quality == "fair"
    assert all(note.code != "abreast_unproven" for note in found.warnings)


def test_step_width_in_metres_needs_the_height() -> None:
    track = seen_by_camera(*running_body(width_m=0.10), "back")
    assert analysed(track, picture=True).metrics["step_width_m"].value is None
    known = analysed(track, picture=True, height_m=1.75).metrics["step_width_m"]
    assert value(known) == pytest.approx(0.10, abs=0.01)


@pytest.mark.parametrize("cadence_spm", [150.0, 170.0, 190.0])
def test_cadence_is_seen_from_behind_too(cadence_spm: float) -> None:
    found = ran("back", cadence_spm=cadence_spm).metrics["cadence_spm"]
    assert value(found) == pytest.approx(cadence_spm, abs=0.5)


def test_a_hardly_rising_foot_walks() -> None:
    assert ran("back", cadence_spm=110.0, lift_m=0.12).activity == "walking"


@pytest.mark.parametrize(
    ("found", "names"),
    [
        (stood("front"), ("stand_lean_deg", "stand_straightness_deg")),
        (ran("back"), ("lean_body_deg", "waist_bend_deg", "foot_strike", "lean_trunk_deg")),
    ],
)
def test_lean_is_withheld_with_the_reason(found: Analysis, names: tuple[str, ...]) -> None:
    for name in names:
        assert found.metrics[name].value is None
        where = "front" if found.view == "front" else "behind"
        assert found.metrics[name].why == Reason(f"metric.filmed_from_{where}")


def test_the_result_survives_the_file(tmp_path: Path) -> None:
    found = ran("back")
    assert to_dict(read_analysis(write_analysis(found, tmp_path))) == to_dict(found)


def test_a_view_far_off_straight_behind_is_refused() -> None:
    track = seen_by_camera(*running_body(), "back", yaw_deg=40.0)
    with pytest.raises(NobodyError, match="at an angle"):
        analysed(track, picture=True)
    assert (
        analysed(seen_by_camera(*running_body(), "back", yaw_deg=10.0), picture=True).activity
        == "running"
    )


def test_in_slow_motion_the_cadence_is_real() -> None:
    times, body = running_body(seconds=6.0)
    track = seen_by_camera(4.0 * times, body, "back")
    slow = analysed(track, picture=True, slow_motion=4.0)
    assert value(slow.metrics["cadence_spm"]) == pytest.approx(170.0, abs=0.5)
    unsaid = analysed(track, picture=True).metrics["cadence_spm"]
    assert unsaid.value is None
    assert unsaid.why == Reason("metric.perhaps_slow_motion")


def test_the_side_clip_gains_what_the_rear_clip_shows() -> None:
    side, rear = analysed(synthetic_runner()), ran("back")
    both = with_rear(side, rear)
    assert both.view == "side"
    assert both.metrics["hip_drop_deg"] == rear.metrics["hip_drop_deg"]
    assert both.metrics["lean_body_deg"] == side.metrics["lean_body_deg"]
    assert both.metrics["cadence_spm"] == side.metrics["cadence_spm"]
    assert any(note.text.startswith("Clip from behind") for note in both.warnings)
    assert set(both.metrics) - set(side.metrics) <= set(REAR_METRICS)


def test_from_files_too(tmp_path: Path) -> None:
    write_trc(synthetic_runner().pose, tmp_path / "side.trc")
    write_trc(seen_by_camera(*running_body(), "back"), tmp_path / "rear.trc")
    found = analyze(tmp_path / "side.trc", rear_clip=tmp_path / "rear.trc")
    assert found.metrics["step_width_pct"].value is not None
    assert found.provenance.settings["rear_clip"] == str(tmp_path / "rear.trc")


def test_a_standing_drill_from_the_side_and_from_in_front_is_one_result(tmp_path: Path) -> None:
    write_trc(standing(), tmp_path / "side.trc")
    write_trc(seen_by_camera(*standing_body(stance_m=0.25), "front"), tmp_path / "front.trc")
    done = CliRunner().invoke(
        app,
        [
            "drill",
            str(tmp_path / "side.trc"),
            "--front",
            str(tmp_path / "front.trc"),
            "-o",
            str(tmp_path / "out"),
            "--no-report",
        ],
    )
    assert done.exit_code == 0, done.output
    found = read_analysis(tmp_path / "out")
    assert found.view == "side"
    for name in ("stand_lean_deg", "stance_width_pct", "weight_shift_pct"):
        assert isinstance(found.metrics[name].value, float)


@pytest.mark.parametrize(
    ("side", "rear", "words"),
    [
        (lambda: analysed(synthetic_runner()), lambda: analysed(synthetic_runner()), "the side"),
        (lambda: ran("back"), lambda: ran("back"), "not filmed from the side"),
        (lambda: analysed(standing()), lambda: ran("back"), "somebody running"),
    ],
)
def test_clips_that_do_not_belong_together_are_refused(side: Any, rear: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        with_rear(side(), rear())


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("view", VIEWS)
def test_the_page_of_a_clip_from_behind_shows_what_was_measured(
    view: View, code: str, tmp_path: Path
) -> None:
    for found, first in ((stood(view), "stance_width_pct"), (ran(view), "step_width_pct")):
        model = report_model(found, code)
        assert model.hero is None
        assert model.numbers[0].id == first
        assert any("Seite" in text or "side" in text for text in model.sure.missing)
        assert charts(found, code) == {}
        write_report(found, tmp_path / found.activity, None, code)


def test_the_terminal_says_what_was_measured_from_behind() -> None:
    screen = io.StringIO()
    Console(file=screen, width=80).print(summary(ran("back")))
    assert "seen from the back" in screen.getvalue()
    assert "Step width" in screen.getvalue()
    assert "coaching band" not in screen.getvalue()
