from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Literal

import pytest
from icalendar import Calendar

from leanline.errors import UsageError
from leanline.findings.drills import drills
from leanline.plan import Plan, from_plain, make_plan, plan_progress, plan_title, to_plain
from leanline.plan.calendar import to_ics
from tests.analyses import metric

MONDAY = date(2026, 3, 2)
MADE = datetime(2026, 3, 1, 20, 0, tzinfo=UTC)
METRICS = {"cadence_spm": metric("cadence_spm", 158.0)}


def plan(finding: str = "overstride", severity: str = "work_on", **how: object) -> Plan:
    return make_plan([(finding, severity)], METRICS, MONDAY, **how)  # type: ignore[arg-type]


@pytest.mark.parametrize(("weeks", "days"), [(2, 14), (3, 21), (4, 28)])
def test_eight_sessions_fill_two_to_four_weeks_with_a_day_between(weeks: int, days: int) -> None:
    on = [one.on for one in plan("waist_bend", weeks=weeks).practices]
    assert len(on) == 8
    assert on[0] == MONDAY
    assert (on[-1] - on[0]).days == days
    assert all(b - a >= timedelta(days=2) for a, b in pairwise(on))


def test_feedback_is_full_in_the_first_half_then_fades_to_none() -> None:
    shares = [one.feedback for one in plan("waist_bend").practices]
    assert shares[:4] == [1.0] * 4
    assert all(a > b for a, b in pairwise(shares[3:]))
    assert shares[-1] == 0.0


def test_sessions_grow_from_15_to_30_minutes() -> None:
    minutes = [one.minutes for one in plan("waist_bend").practices]
    assert (minutes[0], minutes[-1]) == (15, 30)
    assert minutes == sorted(minutes)


def test_quicker_steps_are_five_percent_more_than_ones_own() -> None:
    made = plan()
    assert (made.own_spm, made.goal_spm) == (158, 166)
    assert "166 steps/min, 5 % above your own 158" in made.doses[0]


def test_there_is_one_cue_at_a_time() -> None:
    findings = [("waist_bend", "work_on"), ("overstride", "work_on"), ("lean_high", "watch")]
    made = make_plan(findings, METRICS, MONDAY)
    assert made.finding == "waist_bend"
    assert made.goal_spm is None
    assert {one.title.partition(": ")[2] for one in made.practices} == {made.cue}


def test_what_is_sure_comes_before_what_is_not() -> None:
    made = make_plan([("waist_bend", "watch"), ("overstride", "work_on")], METRICS, MONDAY)
    assert made.finding == "overstride"


def test_an_unsure_clip_is_filmed_again_before_anything_is_practised() -> None:
    made = plan(severity="watch")
    assert (made.kind, made.practices, made.goal_spm) == ("film_first", (), None)
    assert [one.on for one in made.refilms] == [MONDAY]


def test_what_is_good_is_kept_and_looked_at_again_in_six_weeks() -> None:
    made = plan("steady_form", "good")
    assert (made.kind, made.practices, made.cautions) == ("keep", (), ())
    assert made.refilms[0].on == MONDAY + timedelta(days=42)


def test_one_films_again_after_the_sessions_and_four_weeks_later() -> None:
    made = plan()
    last = made.practices[-1].on
    assert [(one.on - last).days for one in made.refilms] == [1, 28]


def test_running_plans_warn_of_pain_and_of_load_on_the_calf() -> None:
    said = " ".join(plan("waist_bend").cautions)
    assert "physiotherapist" in said
    assert "calf" in said
    assert "No trial has taught lean" in said


def test_the_standing_drill_is_daily_and_warns_of_balance() -> None:
    made = plan("stand_straightness")
    assert [one.on - MONDAY for one in made.practices] == [timedelta(days=i) for i in range(7)]
    assert "toes" in " ".join(made.cautions)


@pytest.mark.parametrize("code", ["en", "de"])
@pytest.mark.parametrize("finding", sorted(drills()))
def test_every_finding_has_a_plan_in_every_language(finding: str, code: str) -> None:
    made = plan(finding, code=code)
    assert made.practices
    assert made.keep == drills(code)[finding].keep
    assert plan_title(made)
    texts = [one.text for one in made.practices] + [one.text for one in made.refilms]
    said = (*made.doses, *made.cautions, *texts)
    assert not any("{" in text for text in said)


def test_a_plan_never_says_what_must_not_be_claimed() -> None:
    for finding in drills():
        for code in ("en", "de"):
            said = json.dumps(to_plain(plan(finding, code=code)), ensure_ascii=False).lower()
            for word in ("prevent", "optimal", "correct form", "verhinder", "180"):
                assert word not in said


def test_a_plan_survives_as_json() -> None:
    for made in (plan(), plan("stand_good", "good"), plan(severity="watch")):
        assert from_plain(json.loads(json.dumps(to_plain(made)))) == made


def test_without_a_finding_there_is_no_plan() -> None:
    with pytest.raises(UsageError, match="nothing in this result"):
        make_plan([], METRICS, MONDAY)
    with pytest.raises(UsageError, match="2, 3 or 4 weeks"):
        plan(weeks=5)
    with pytest.raises(UsageError, match="language"):
        plan(code="xx")


def test_the_calendar_has_each_session_and_each_day_to_film() -> None:
    made = plan()
    calendar = Calendar.from_ical(to_ics(made, "p1", MADE))
    events = calendar.walk("VEVENT")
    assert len(events) == 8
    assert [event.decoded("dtstart") for event in events][:2] == [
        MONDAY,
        MONDAY + timedelta(days=2),
    ]
    assert len({str(event["uid"]) for event in events}) == 8
    assert "Metronome at 166" in str(events[0]["description"])


def test_sessions_can_have_a_time_of_day_and_their_length() -> None:
    calendar = Calendar.from_ical(to_ics(plan("waist_bend"), "p1", MADE, time(18, 30)))
    events = calendar.walk("VEVENT")
    assert events[0].decoded("dtstart") == datetime(2026, 3, 2, 18, 30)
    assert events[7].decoded("dtend") - events[7].decoded("dtstart") == timedelta(minutes=30)
    assert isinstance(events[8].decoded("dtstart"), date)
    assert to_ics(plan(), "p1", MADE) == to_ics(plan(), "p1", MADE)


def test_metronome_bouts_are_two_or_three_runs_a_week_for_two_weeks() -> None:
    made = plan()
    on = [one.on for one in made.practices]
    assert [(b - a).days for a, b in pairwise(on)] == [2, 3, 2, 3, 2]
    assert (on[-1] - on[0]).days < 14
    assert "Huber & Verhoff 2024" in " ".join(made.cautions)


def test_the_cue_is_said_once_when_filming_four_weeks_later() -> None:
    for code in ("en", "de"):
        made = plan("waist_bend", code=code)
        assert made.cue in made.refilms[-1].text
        assert "Van den Berghe 2024" in made.refilms[-1].text


@dataclass(frozen=True)
class Done:
    number: int
    felt: Literal["easy", "right", "hard"] = "right"
    pain: bool = False


def test_what_is_ticked_off_moves_the_plan_on() -> None:
    made = plan()
    begun = plan_progress(made, [], MONDAY)
    assert (begun.done, begun.count, begun.notes) == ((), 6, ())
    assert begun.next_practice == made.practices[0]
    assert begun.next_film == made.refilms[0]
    later = plan_progress(made, [Done(2), Done(1)], made.refilms[0].on + timedelta(days=1))
    assert later.done == (1, 2)
    assert later.next_practice == made.practices[2]
    assert later.next_film == made.refilms[1]
    ended = plan_progress(made, [Done(n) for n in range(1, 7)], MONDAY)
    assert ended.next_practice is None
    assert ended.notes == ("All sessions are done: film again.",)


def test_pain_stops_the_plan_until_a_session_without() -> None:
    made = plan()
    hurt = plan_progress(made, [Done(1), Done(2, pain=True)], MONDAY)
    assert (hurt.hurt, hurt.next_practice) == (2, None)
    assert "physiotherapist" in hurt.notes[0]
    settled = plan_progress(made, [Done(2, pain=True), Done(3)], MONDAY)
    assert settled.hurt is None
    assert settled.next_practice == made.practices[0]


def test_two_hard_sessions_shorten_the_next() -> None:
    found = plan_progress(plan(), [Done(1, "hard"), Done(2, "hard")], MONDAY)
    assert "shorten" in found.notes[0]
    assert plan_progress(plan(), [Done(1, "easy"), Done(2, "hard")], MONDAY).notes == ()


def test_sessions_that_the_plan_does_not_have_count_for_nothing() -> None:
    assert plan_progress(plan("steady_form", "good"), [Done(9, pain=True)], MONDAY).hurt is None
