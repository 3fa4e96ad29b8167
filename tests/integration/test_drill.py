"""Clips of the standing drill through the whole pipeline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leanline.errors import UsageError
from leanline.formats.analysis_json import read_analysis, to_dict, write_analysis
from leanline.formats.trc import write_trc
from leanline.model import Drill
from leanline.pipeline import analyze
from tests.captures import analysed, mirrored, rotated, standing
from tests.leans import drill_course, drill_track, lean_course
from tests.synthetic import synthetic_runner


def drill_in(**changes: float) -> Drill:
    times, lean = lean_course(drill_course((7.0, 8.0)))
    leaning = np.clip((lean - 2.0) / 4.0, 0.0, 1.0)
    bends = {name: leaning * deg for name, deg in changes.items()}
    track = drill_track(times, lean, **bends)  # type: ignore[arg-type]
    found = analysed(track, picture=True, roll_deg=0.0)
    assert found.activity == "standing"
    assert found.drill is not None
    return found.drill


def test_repetitions_are_counted_and_measured() -> None:
    found = drill_in()
    assert found.zero_deg == pytest.approx(2.0, abs=0.2)
    assert [rep.lean_deg for rep in found.repetitions] == pytest.approx([7.0, 8.0], abs=0.2)
    assert [rep.hold_s for rep in found.repetitions] == pytest.approx([5.8, 6.0], abs=0.15)
    for rep in found.repetitions:
        assert rep.whole
        assert rep.breaks_at is None
        assert rep.steadiness_deg < 0.3


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"bend_deg": 14.0}, "waist_bent"),
        ({"bend_deg": -10.0}, "hips_ahead"),
        ({"knee_deg": 25.0}, "knees_bent"),
        ({"head_deg": 25.0}, "head_dropped"),
        ({"head_deg": -25.0}, "head_back"),
    ],
)
def test_a_break_is_found_where_it_is(changes: dict[str, float], name: str) -> None:
    for rep in drill_in(**changes).repetitions:
        assert rep.breaks_at == name
        assert rep.straightness_deg == pytest.approx(abs(sum(changes.values())), abs=3.0)


def test_sitting_back_is_told_from_bending_at_the_waist() -> None:
    times, shoulders = lean_course(drill_course((7.0,)))
    away = np.clip((shoulders - 2.0) / 5.0, 0.0, 1.0)
    track = drill_track(times, 2.0 - 6.0 * away, bend_deg=28.0 * away)
    found = analysed(track, picture=True, roll_deg=0.0).drill
    assert found is not None
    assert [rep.breaks_at for rep in found.repetitions] == ["hip_back"]


def test_the_metrics_of_a_drill_are_those_of_the_leaning() -> None:
    times, lean = lean_course(drill_course((7.0, 7.0)))
    found = analysed(drill_track(times, lean), picture=True, roll_deg=0.0).metrics
    assert found["stand_lean_deg"].value == pytest.approx(7.0, abs=0.2)
    assert found["stand_lean_deg"].n == 2
    assert found["stand_repetitions"].value == 2.0
    assert found["hold_s"].value == pytest.approx(5.8, abs=0.15)
    assert found["stand_break"].value == "straight"


def test_a_lean_that_breaks_is_not_lost_among_straight_ones() -> None:
    times, lean = lean_course(drill_course((7.0, 7.0, 7.0)))
    bend = np.where((times > 10.5) & (times < 18.5), 4.0 * np.clip(lean - 2.0, 0.0, 5.0), 0.0)
    found = analysed(drill_track(times, lean, bend_deg=bend), picture=True, roll_deg=0.0)
    assert found.drill is not None
    assert [rep.breaks_at for rep in found.drill.repetitions] == [None, "waist_bent", None]
    assert found.metrics["stand_break"].value == "waist_bent"
    straightness = found.metrics["stand_straightness_deg"]
    assert straightness.value == pytest.approx(20.0 / 3.0, abs=1.0)
    assert straightness.n == 3


@pytest.mark.parametrize("lean_deg", [0.0, 4.0, 8.0, 12.0, 15.0])
@pytest.mark.parametrize("bend_deg", [-10.0, 0.0, 15.0, 30.0])
def test_far_leans_and_bends_are_standing_and_measured(lean_deg: float, bend_deg: float) -> None:
    track = standing(lean_deg=lean_deg, bend_deg=bend_deg)
    for one in (track, mirrored(track), rotated(track, 4.0)):
        found = analysed(one, picture=True, roll_deg=0.0)
        assert found.activity == "standing"
        assert found.view == "side"
        straightness = found.metrics["stand_straightness_deg"].value
        assert straightness == pytest.approx(abs(bend_deg), abs=1.0)


@pytest.mark.parametrize("far_deg", [12.0, 15.0])
def test_far_and_quick_repetitions_are_still_standing(far_deg: float) -> None:
    times, lean = lean_course(drill_course((far_deg, far_deg, far_deg), hold_s=1.5))
    found = analysed(drill_track(times, lean, bend_deg=lean), picture=True)
    assert found.activity == "standing"
    assert found.drill is not None
    assert len(found.drill.repetitions) == 3


def test_the_drill_survives_the_file(tmp_path: Path) -> None:
    times, lean = lean_course(drill_course())
    found = analysed(drill_track(times, lean), picture=True)
    back = read_analysis(write_analysis(found, tmp_path))
    assert to_dict(back) == to_dict(found)
    block = to_dict(found)["drill"]
    assert block["band_deg"] == [5.0, 10.0]
    assert set(block["repetitions"][0]) == {
        "start_s",
        "end_s",
        "whole",
        "lean_deg",
        "lean_zeroed_deg",
        "straightness_deg",
        "breaks_at",
        "hold_s",
        "steadiness_deg",
    }


def test_in_slow_motion_moments_are_the_clips_and_holds_are_real() -> None:
    times, lean = lean_course(drill_course((7.0,)))
    slow = analysed(drill_track(2.0 * times, lean), picture=True, slow_motion=2.0, roll_deg=0.0)
    assert slow.drill is not None
    (rep,) = slow.drill.repetitions
    assert rep.hold_s == pytest.approx(5.8, abs=0.2)
    assert rep.end_s - rep.start_s > 10.0


def test_a_running_clip_has_no_drill() -> None:
    found = analysed(synthetic_runner())
    assert found.drill is None
    assert to_dict(found)["drill"] is None


def test_a_clip_of_leaning_is_no_zero_for_running(tmp_path: Path) -> None:
    times, lean = lean_course(drill_course())
    write_trc(synthetic_runner(unit="m").pose, tmp_path / "run.trc")
    track = drill_track(times, lean)
    write_trc(track, tmp_path / "stand.trc")
    with pytest.raises(UsageError, match="leaning"):
        analyze(tmp_path / "run.trc", standing_clip=tmp_path / "stand.trc")
