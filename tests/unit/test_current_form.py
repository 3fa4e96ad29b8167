"""What recent clips say together, and what more of them would do, on made-up sessions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from leanline.confidence import NORMAL_95
from leanline.findings import forecast
from leanline.findings.forecast import MAX_MORE
from leanline.languages import ENGLISH, GERMAN
from leanline.model import Metric
from leanline.plan import make_plan
from leanline.result_wording import finding_text
from leanline.trends.current import current_form
from leanline.trends.session_data import SessionMeasurement
from leanline.trends.trend import compute_trend
from leanline.trends.window import WINDOW, duplicates, without_duplicates
from tests.analyses import metric
from tests.unit.test_trends import LEAN, START, session


def measured(lean: float = 11.0, sd: float = 1.0, shared: float = 0.2, **more: float) -> Any:
    """Metrics of a runner nothing is wrong with but the lean, which is in doubt."""
    values = {"waist_bend_deg": 2.0, "shin_angle_deg": 1.0, "foot_strike_angle_deg": 15.0, **more}
    found = {name: metric(name, value, 1.0, shared_sd=0.3) for name, value in values.items()}
    return found | {LEAN: metric(LEAN, lean, NORMAL_95 * sd, shared_sd=shared, sdc95=1.5)}


def clip(day: float, content: str | None = None, **how: Any) -> SessionMeasurement:
    return replace(session(day), metrics=measured(**how), content=content)


def test_two_agreeing_clips_settle_what_one_leaves_open() -> None:
    one = current_form([clip(0, lean=10.8)])
    two = current_form([clip(0, lean=10.8), clip(2, lean=10.9)])
    assert one is not None
    assert two is not None
    assert [(f.id, f.severity) for f in one.findings] == [
        ("nothing_clear", "good"),
        ("lean_high", "watch"),
    ]
    assert one.forecasts[0].more == 1
    assert [(f.id, f.severity) for f in two.findings] == [("lean_high", "work_on")]
    assert two.forecasts == ()


def test_the_plan_moves_from_filming_again_to_practising() -> None:
    histories = [clip(0, lean=10.8)], [clip(0, lean=10.8), clip(2, lean=10.9)]
    forms = [current_form(history) for history in histories]
    kinds = [
        make_plan(form.plan_basis(), form.metrics, START.date()).kind
        for form in forms
        if form is not None
    ]
    assert kinds == ["film_first", "practise"]


def test_a_shared_error_is_not_averaged_away() -> None:
    many = [clip(day / 2, lean=10.5, sd=1.0, shared=0.95) for day in range(12)]
    form = current_form(many)
    assert form is not None
    assert form.findings[1].severity == "watch"
    (ahead,) = form.forecasts
    assert (ahead.more, ahead.metric) == (None, LEAN)
    assert ahead.shared_half == pytest.approx(NORMAL_95 * 0.95)
    assert make_plan(form.plan_basis(), form.metrics, START.date()).kind == "keep"
    assert "±" not in finding_text((ahead.reason,), ENGLISH)
    assert "for this body (1.9°)" in finding_text((ahead.reason,), ENGLISH)
    assert "1,9° nach beiden Seiten" in finding_text((ahead.reason,), GERMAN)


def test_the_number_of_clips_that_settle_it_is_told_and_holds() -> None:
    first = clip(0, lean=10.55)
    form = current_form([first])
    assert form is not None
    more = form.forecasts[0].more
    assert more == 2
    decided = [
        current_form([first, *(clip(1 + n, lean=10.55) for n in range(count))])
        for count in (more - 1, more)
    ]
    assert [form.findings[0].severity for form in decided if form] == ["good", "work_on"]


def test_what_lies_on_the_limit_takes_more_than_can_be_asked_for() -> None:
    (ahead,) = forecast(measured(lean=10.1, shared=0.01), "running")
    assert (ahead.more, ahead.shared_half) == (None, None)
    assert str(MAX_MORE) in finding_text((ahead.reason,), ENGLISH)


def test_what_is_decided_needs_no_more_clips() -> None:
    assert forecast(measured(lean=7.5, sd=0.5), "running") == ()


def test_a_split_that_is_not_known_gives_no_forecast() -> None:
    bare = {name: replace(one, shared_sd=None) for name, one in measured().items()}
    assert forecast(bare, "running") == ()


@pytest.mark.parametrize(
    "other",
    [
        clip(-WINDOW.days - 1, lean=11.0),
        clip(1, lean=11.0),  # later than the reference
        replace(clip(-1, lean=11.0), taken=session(0, view="back").taken),
        replace(clip(-1, lean=11.0), taken=session(0, pose_model="rtmpose").taken),
    ],
)
def test_clips_that_are_not_alike_are_not_combined(other: SessionMeasurement) -> None:
    form = current_form([other, clip(0, lean=11.0)], reference="s0")
    assert form is not None
    assert [one.session_id for one in form.sessions] == ["s0"]


def test_a_metric_that_really_changed_is_that_of_the_newest_clip() -> None:
    form = current_form([clip(0, lean=11.0, sd=0.3), clip(3, lean=7.0, sd=0.3)])
    assert form is not None
    assert form.metrics[LEAN].value == 7.0
    assert form.metrics["waist_bend_deg"].n == 44


def test_the_same_film_counts_once() -> None:
    history = [clip(0, "film", lean=10.8), clip(1, "film", lean=10.8), clip(2, "other")]
    assert [one.session_id for one in without_duplicates(history)] == ["s1", "s2"]
    assert [(a.session_id, b.session_id) for a, b in duplicates(history)] == [("s0", "s1")]
    again = current_form(history[:2])
    assert again is not None
    assert len(again.sessions) == 1
    assert len(compute_trend(history, LEAN).points) == 2


def test_films_of_unknown_content_are_no_duplicates() -> None:
    assert duplicates([clip(0), clip(1)]) == ()


def test_nobody_running_or_standing_has_no_form() -> None:
    assert current_form([]) is None
    assert current_form([session(0, activity="walking")]) is None


def test_a_trend_compares_what_the_first_and_the_last_clips_say_together() -> None:
    days = [(0, 12.0), (3, 12.2), (20, 8.9), (22, 9.1)]
    found = compute_trend([clip(day, lean=lean, sd=0.5) for day, lean in days], LEAN)
    assert found.clips == (2, 2)
    assert found.first is not None
    assert found.now is not None
    assert found.first.value == pytest.approx(12.1)
    assert found.now.value == pytest.approx(9.0)
    assert found.since_first is not None
    assert found.since_first.verdict == "changed"
    assert found.since_first.apart == pytest.approx(-3.1)


def test_sessions_within_the_window_are_one_estimate_and_no_change() -> None:
    found = compute_trend([clip(0, lean=9.0), clip(2, lean=9.4)], LEAN)
    assert found.clips == (1, 2)
    assert found.since_first is not None
    assert found.since_first.verdict == "same"


def test_the_newest_clip_of_the_window_counts_to_the_day() -> None:
    edge = timedelta(days=WINDOW.days)
    history = [replace(clip(0), at=START), replace(clip(1), at=START + edge)]
    form = current_form(history)
    assert form is not None
    assert len(form.sessions) == 2


def test_a_metric_measured_only_before_is_taken_from_there() -> None:
    bare = clip(1)
    without: dict[str, Metric] = {k: v for k, v in bare.metrics.items() if k != "waist_bend_deg"}
    form = current_form([clip(0), replace(bare, metrics=without)])
    assert form is not None
    assert form.metrics["waist_bend_deg"].value == 2.0
