from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.model import Metric
from leanline.trends.change import compare_metric, find_differences
from leanline.trends.session_data import (
    RecordingConditions,
    SessionMeasurement,
    definition_version,
    recording_conditions,
)
from leanline.trends.trend import compare_within_days, compute_trend, compute_trends
from leanline.trends.watch import WatchTrace, compare_with_watch
from tests.analyses import analysis, metric

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
LEAN = "lean_body_deg"


def session(
    day: float, lean: float | None = 8.0, *, speed: Any = None, **how: Any
) -> SessionMeasurement:
    """A treadmill run of one day with a lean whose smallest detectable change is 1.5."""
    metrics: dict[str, Metric] = {LEAN: metric(LEAN, lean, 0.8, sdc95=1.5)}
    if speed is not None:
        metrics["speed_mps"] = speed if isinstance(speed, Metric) else metric("speed_mps", speed, 0)
    base = RecordingConditions(
        "running", "side", "right", "treadmill", "blazepose-heavy", "leanline 0.1"
    )
    circumstances = replace(base, speed=metrics.get("speed_mps"), **how)
    return SessionMeasurement(
        f"s{day:g}", START + timedelta(days=day), "run.mp4", circumstances, metrics
    )


def test_a_change_is_one_only_above_the_smallest_detectable_change() -> None:
    found = compute_trend([session(0, 10.0), session(7, 8.6), session(14, 8.0)], LEAN)
    assert found.reference == "s14"
    assert found.since_first is not None
    assert (found.since_first.verdict, found.since_first.smallest) == ("changed", 1.5)
    assert found.since_first.apart == pytest.approx(-1.7)  # to the mean of the last two
    assert found.clips == (1, 2)
    assert found.since_last is not None
    assert found.since_last.verdict == "same"


@pytest.mark.parametrize(
    ("aspect", "how"),
    [
        ("activity", {"activity": "walking"}),
        ("view", {"view": "back"}),
        ("pose_model", {"pose_model": "blazepose-full"}),
        ("definition", {"definition": "leanline 0.2"}),
        ("surface", {"surface": "overground"}),
        ("speed", {"speed": 3.5}),
    ],
)
def test_a_session_unlike_the_others_is_marked_and_not_mixed(
    aspect: str, how: dict[str, Any]
) -> None:
    odd = session(7, 2.0, **{"speed": 3.0, **how})
    found = compute_trend([session(0, 8.0, speed=3.0), odd, session(14, 8.2, speed=3.0)], LEAN)
    assert [point.alike for point in found.points] == [True, False, True]
    assert [mark.aspect for mark in found.points[1].marks] == [aspect]
    assert found.since_first is not None
    assert found.since_last is not None
    assert found.since_first.verdict == found.since_last.verdict == "same"
    assert found.since_last.apart == pytest.approx(0.2)


def test_an_unknown_speed_or_surface_is_no_difference() -> None:
    known = session(0, speed=3.0).taken
    assert find_differences(known, session(0, surface="unknown").taken) == ()


@pytest.mark.parametrize(
    ("a", "b", "half", "same"),
    [
        (3.0, 3.14, 0.0, True),
        (3.0, 3.17, 0.0, False),  # more than 5 %
        (5.0, 5.19, 0.0, True),
        (5.0, 5.21, 0.0, False),  # more than 0.2 m/s
        (3.0, 3.4, 0.4, True),  # their intervals cannot tell them apart
    ],
)
def test_speeds_are_alike_within_five_percent_and_a_fifth(
    a: float, b: float, half: float, same: bool
) -> None:
    ways = [session(0, speed=metric("speed_mps", x, half)).taken for x in (a, b)]
    assert (find_differences(*ways) == ()) is same


def test_speed_itself_is_compared_at_any_speed() -> None:
    found = compute_trend([session(0, speed=3.0), session(1, speed=4.0)], "speed_mps")
    assert found.since_first is not None
    assert found.since_first.verdict == "changed"


def test_sessions_without_the_metric_are_passed_over() -> None:
    found = compute_trend([session(0, 9.0), session(1, None), session(2, 9.1)], LEAN)
    assert [point.session_id for point in found.points] == ["s0", "s2"]
    assert compute_trend([session(0, None)], LEAN).points == ()
    assert compute_trend([], LEAN).since_first is None


def test_one_session_is_no_change() -> None:
    found = compute_trend([session(0, 9.0)], LEAN)
    assert (found.since_first, found.since_last) == (None, None)


def test_another_session_can_be_the_one_to_compare_with() -> None:
    history = [session(0, 9.0), session(7, 5.0), session(14, 9.2)]
    found = compute_trend(history, LEAN, reference="s7")
    assert found.reference == "s7"
    assert found.since_first is not None
    assert found.since_first.apart == pytest.approx(-4.0)


def test_all_trends_leave_out_what_was_never_measured() -> None:
    history = [session(0, 9.0, speed=3.0), session(1, 9.0)]
    assert [one.metric_id for one in compute_trends(history)] == [LEAN, "speed_mps"]
    assert compute_trends(history, ["hold_s"]) == ()


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=8), st.randoms())
def test_the_order_in_which_sessions_are_given_does_not_matter(
    leans: list[float], chance: Any
) -> None:
    history = [session(day, lean) for day, lean in enumerate(leans)]
    mixed = history.copy()
    chance.shuffle(mixed)
    assert compute_trend(history, LEAN) == compute_trend(mixed, LEAN)


@given(st.floats(-20, 20), st.floats(-20, 20), st.floats(0, 10), st.floats(0, 10))
def test_a_change_is_the_same_seen_from_both_ends(
    a: float, b: float, half_a: float, half_b: float
) -> None:
    pair = metric(LEAN, a, half_a), metric(LEAN, b, half_b)
    there, back = compare_metric(*pair), compare_metric(*reversed(pair))
    assert (there.verdict, there.smallest) == (back.verdict, back.smallest)
    assert there.apart == -(back.apart or 0.0)


def test_words_change_when_they_differ() -> None:
    rear, mid = metric("foot_strike", "rear"), metric("foot_strike", "mid")
    assert compare_metric(rear, rear).verdict == "same"
    assert compare_metric(rear, mid).verdict == "changed"


def test_what_was_not_measured_or_has_no_interval_cannot_be_told() -> None:
    bare = metric(LEAN, 8.0, None)
    assert compare_metric(None, bare).why == "not_measured"
    assert compare_metric(metric(LEAN, float("nan")), bare).why == "not_measured"
    assert compare_metric(bare, bare).why == "no_interval"


def test_fatigue_is_the_first_against_the_last_clip_of_a_day() -> None:
    history = [session(0, 8.0), session(0.01, 7.0), session(0.03, 5.0), session(2, 8.0)]
    (found,) = compare_within_days(history, UTC)
    assert (found.first.session_id, found.last.session_id) == ("s0", "s0.03")
    ((name, told),) = found.changes
    assert (name, told.verdict) == (LEAN, "changed")
    assert told.apart == pytest.approx(-3.0)


def test_fatigue_at_another_speed_is_marked_and_nothing_is_said() -> None:
    (found,) = compare_within_days([session(0, 8.0, speed=3.0), session(0.02, 5.0, speed=4.0)], UTC)
    assert [mark.aspect for mark in found.marks] == ["speed"]
    assert found.changes == ()


def test_a_day_is_the_persons_own() -> None:
    night = [session(0.6, 8.0), session(0.65, 7.0)]  # 23:24 and 0:36 in London
    assert compare_within_days(night, UTC) == ()
    assert len(compare_within_days(night, timezone(timedelta(hours=1)))) == 1


def test_circumstances_come_from_the_analysis() -> None:
    made = analysis(speed_mps=3.0)
    found = recording_conditions(made)
    assert (found.activity, found.surface, found.definition) == (
        "running",
        "treadmill",
        "leanline 0.1",
    )
    assert found.speed == made.metrics["speed_mps"]
    assert recording_conditions(analysis()).speed is None
    assert definition_version("1.4.2") == "leanline 1.4"


def trace(minutes: float = 30.0, **values: float) -> WatchTrace:
    """A watch that says the same all the time, from 10 minutes before the first session."""
    time_s = np.arange(0.0, 60.0 * minutes)
    samples = {name: np.full(len(time_s), value) for name, value in values.items()}
    return WatchTrace(START - timedelta(minutes=10), {"time_s": time_s, **samples})


def with_cadence(day: float, cadence: float, *, speed: float | None = None) -> SessionMeasurement:
    own = session(day, speed=speed)
    made = {**own.metrics, "cadence_spm": metric("cadence_spm", cadence, 1.0, sdc95=3.0)}
    return replace(own, metrics=made)


def test_watch_and_video_agree_within_what_the_video_can_tell() -> None:
    (found,) = compare_with_watch(with_cadence(0, 172.0), trace(cadence_spm=170.0))
    assert (found.basis, found.allowed, found.agrees) == ("moment", 3.0, True)
    assert found.difference == pytest.approx(2.0)
    (apart,) = compare_with_watch(with_cadence(0, 174.0), trace(cadence_spm=170.0))
    assert apart.agrees is False


def test_away_from_the_clip_samples_of_the_same_speed_count() -> None:
    made = trace(cadence_spm=170.0, speed_mps=3.0)
    fast = made.samples["time_s"] > 900
    made.samples["cadence_spm"][fast] = 190.0
    made.samples["speed_mps"][fast] = 4.5
    cadence = compare_with_watch(with_cadence(0.2, 170.0, speed=3.0), made)[0]
    assert (cadence.basis, cadence.watch) == ("speed", 170.0)
    whole = compare_with_watch(with_cadence(0.2, 170.0), made)[0]
    assert whole.basis == "run"
    assert 170.0 < whole.watch < 190.0


def test_walking_breaks_do_not_count() -> None:
    made = trace(cadence_spm=170.0)
    made.samples["cadence_spm"][:300] = 100.0
    assert compare_with_watch(with_cadence(1.0, 170.0), made)[0].watch == pytest.approx(170.0)


def test_without_numbers_of_both_there_is_no_agreement() -> None:
    assert compare_with_watch(session(0), trace(cadence_spm=170.0)) == ()
    assert compare_with_watch(with_cadence(0, 170.0), trace(speed_mps=3.0)) == ()
    standing = session(0, activity="standing")
    assert compare_with_watch(standing, trace(cadence_spm=170.0)) == ()
    bare = replace(session(0), metrics={"cadence_spm": metric("cadence_spm", 170.0, None)})
    assert compare_with_watch(bare, trace(cadence_spm=170.0))[0].agrees is None
