"""Sessions played from made-up tracks; what they say against what the clip's kernels say."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leanline.drill import Postures, repetitions
from leanline.live.posture import compute_postures, estimate_body_state, upright
from leanline.live.quality import Check
from leanline.live.running import measure_window
from leanline.live.session import LiveSettings, Reading
from leanline.model import PoseTrack
from leanline.profile import profile_of
from tests.captures import analysed, capture, mirrored, rotated, standing
from tests.live.script import GREY, SIZE, drill_leans, landmarks, leaning, play, session
from tests.synthetic import synthetic_runner


def leans(readings: list[Reading]) -> np.ndarray:
    return np.array([r.posture.lean_deg if r.posture else np.nan for r in readings])


def running(seconds: float = 9.0, fps: float = 30.0, **form: float) -> PoseTrack:
    """A made-up runner in the middle of the picture."""
    pose = synthetic_runner(seconds=seconds, fps=fps, noise=0.3, **form).pose  # type: ignore[arg-type]
    return centre(pose)


def centre(pose: PoseTrack) -> PoseTrack:
    """The track moved into the middle of the picture."""
    off = np.array(SIZE) / 2 - np.nanmedian(pose.xy, axis=(0, 1))
    return replace(pose, xy=pose.xy + off)


@given(
    st.floats(-3, 14),
    st.floats(-5, 25),
    st.floats(-6, 6),
    st.booleans(),
    st.sampled_from(["scripted", "blazepose-full"]),
)
@settings(max_examples=25)
def test_the_angles_of_a_moment_are_those_of_the_clip(
    lean: float, bend: float, roll: float, facing_left: bool, source: str
) -> None:
    """Batch and stream: the same kernels on the same keypoints, frame by frame or at once."""
    pose = rotated(standing(lean_deg=lean, bend_deg=bend, noise=0.0, sway_px=0.0), roll)
    pose = mirrored(pose) if facing_left else pose
    facts = estimate_body_state(
        replace(capture(pose, picture=True), profile=profile_of(source)),
        -roll if facing_left else roll,
    )
    assert facts is not None
    whole = compute_postures(upright(pose, None, facts))
    last = pose.select(np.arange(len(pose.time_s)) == len(pose.time_s) - 1)
    now = compute_postures(upright(last, None, facts)).at(0)
    assert now.lean_deg == pytest.approx(whole.lean_deg[-1], abs=1e-9)
    assert now.hip_deg == pytest.approx(whole.hip_deg[-1], abs=1e-9)
    assert now.knee_deg == pytest.approx(whole.knee_deg[-1], abs=1e-9)


def test_a_good_picture_is_measured_after_a_second_or_two() -> None:
    readings = play(session(), leaning(drill_leans()))
    began = next(r.time_s for r in readings if r.phase == "measuring")
    assert 1.0 < began < 2.5
    assert all(r.stand is None for r in readings if r.phase == "checking")


def test_the_lean_is_shown_as_it_is() -> None:
    readings = play(session(), leaning(drill_leans(lean_deg=8.0)))
    held = [r for r in readings if 4.5 < r.time_s < 7.5]
    np.testing.assert_allclose(leans(held), 8.0, atol=0.3)


def test_live_holds_are_those_of_the_same_angles_counted_at_once() -> None:
    live = session()
    readings = [r for r in play(live, leaning(drill_leans())) if r.stand is not None]
    rows = [(r.time_s, *_angles(r)) for r in readings]
    clip = Postures(*np.array(rows).T)
    assert live.counter.repetitions == repetitions(clip, readings[-1].zero)
    assert len(live.counter.repetitions) == 1
    assert live.counter.repetitions[0].hold_s == pytest.approx(4.9, abs=0.3)


def _angles(reading: Reading) -> tuple[float, ...]:
    seen = reading.posture
    assert seen is not None
    return seen.lean_deg, seen.leg_deg, seen.hip_deg, seen.knee_deg, seen.head_deg


def test_standing_tall_first_gives_the_runners_own_zero() -> None:
    readings = play(session(), leaning(drill_leans()))
    zero = readings[-1].zero
    assert zero is not None
    assert zero.lean_deg == pytest.approx(2.0, abs=0.3)


def test_who_leans_from_the_start_has_no_zero_but_can_set_one_later() -> None:
    live = session()
    assert play(live, leaning(np.full(90, 8.0)))[-1].zero is None
    assert not live.take_baseline()
    play(live, _later(leaning(np.full(120, 2.0)), 3.0))
    assert live.take_baseline()


def _later(pose: PoseTrack, by_s: float) -> PoseTrack:
    return replace(pose, time_s=pose.time_s + by_s)


def test_going_too_far_is_said_and_rings_but_not_at_every_frame() -> None:
    course = np.concatenate([np.full(75, 2.0), np.linspace(2, 13, 30), np.full(120, 13.0)])
    readings = play(session(), leaning(course))
    cues = [r.cue for r in readings if r.cue is not None]
    assert {cue.id for cue in cues} == {"too_far"}
    assert 1 <= sum(cue.rings for cue in cues) <= 2


def test_a_bent_waist_is_said_by_its_name() -> None:
    tall, bent = leaning(np.full(75, 2.0)), standing(lean_deg=7.0, bend_deg=18.0, noise=0.2)
    low = replace(bent, time_s=bent.time_s + 2.5, xy=bent.xy - (0.0, 200.0))
    live = session()
    play(live, tall)
    cues = [r.cue for r in play(live, low) if r.cue is not None]
    assert cues
    assert {cue.id for cue in cues} == {"broken"}
    assert "waist" in cues[0].text


def test_a_hold_in_the_band_is_left_in_peace() -> None:
    readings = play(session(), leaning(drill_leans()))
    assert [r.cue for r in readings if r.cue is not None] == []
    assert max(r.stand.hold_s for r in readings if r.stand) > 4.0


def test_falling_back_out_of_the_band_after_a_hold_is_said() -> None:
    course = np.concatenate([drill_leans(hold_s=3.0)[:-110], np.full(45, 4.3)])
    assert {r.cue.id for r in play(session(), leaning(course)) if r.cue} == {"too_little"}


def test_nobody_in_the_picture_is_said_kindly_and_ends_the_hold() -> None:
    live = session()
    play(live, leaning(drill_leans(hold_s=2.0)[:160]))
    readings = [live.see(GREY, 160 / 30 + k / 30, None) for k in range(60)]
    assert readings[0].person
    assert not readings[-1].person
    said = [r.checks for r in readings if r.checks]
    assert "Step into the picture" in said[-1][0].text


def test_a_tilted_camera_is_taken_out() -> None:
    pose = rotated(leaning(np.full(60, 7.0)), 5.0)
    settings_ = LiveSettings(roll_deg=5.0)
    assert leans(play(session(settings_), pose))[-1] == pytest.approx(7.0, abs=0.3)


def test_facing_left_is_leaning_left() -> None:
    pose = centre(mirrored(leaning(np.full(60, 7.0))))
    readings = play(session(), pose)
    assert leans(readings)[-1] == pytest.approx(7.0, abs=0.3)
    assert readings[-1].line is not None
    assert readings[-1].line.ahead == -1


def test_the_line_is_drawn_where_the_body_is() -> None:
    pose = rotated(leaning(np.full(60, 7.0), noise=0.0), 3.0)
    readings = play(session(LiveSettings(roll_deg=3.0)), pose)
    line = readings[-1].line
    assert line is not None
    ankle = pose.mid("ankle")[-1]
    place = (line.ankle[0] * SIZE[0], (1.0 - line.ankle[1]) * SIZE[1])
    np.testing.assert_allclose(place, ankle, atol=1.0)
    # The camera is turned clockwise, so the true vertical leans to the left in its picture.
    assert line.up == pytest.approx((-np.sin(np.radians(3)), -np.cos(np.radians(3))))


def test_a_picture_that_must_change_keeps_waiting_until_told_not_to() -> None:
    pose = leaning(np.full(90, 2.0))
    small = replace(pose, xy=0.4 * pose.xy + (400.0, 150.0))
    live = session()
    readings = play(live, small)
    assert readings[-1].phase == "checking"
    assert [c.id for c in _checks(readings) if c.state == "change"] == ["size"]
    live.start()
    assert live.phase == "measuring"


def _checks(readings: list[Reading]) -> tuple[Check, ...]:
    return next(r.checks for r in reversed(readings) if r.checks)


def test_a_run_is_measured_as_its_clip_is() -> None:
    pose = running(lean_leg_deg=6.0, lean_trunk_deg=8.0, cadence_spm=168.0)
    live = session(LiveSettings(mode="run", roll_deg=0.0))
    play(live, pose)
    clip = analysed(pose, roll_deg=0.0)
    numbers = live.numbers()
    assert numbers.activity == clip.activity == "running"
    assert numbers.lean_deg == pytest.approx(clip.metrics["lean_body_deg"].value, abs=0.5)
    assert numbers.cadence_spm == pytest.approx(clip.metrics["cadence_spm"].value, rel=0.01)
    assert len(clip.contacts) - 6 <= numbers.steps <= len(clip.contacts)


def test_every_step_is_counted_once() -> None:
    pose = running(seconds=14.0, cadence_spm=170.0)
    live = session(LiveSettings(mode="run", roll_deg=0.0))
    play(live, pose)
    contacts = np.array([step.contact_s for step in live.accumulator.steps])
    np.testing.assert_allclose(np.diff(contacts), 60.0 / 170.0, atol=0.05)


def test_a_look_at_a_whole_clip_is_its_analysis() -> None:
    pose = running()
    seen = measure_window(capture(pose, picture=True), 0.0)
    clip = analysed(pose, roll_deg=0.0)
    live_lean = np.mean([step.values["lean_body_deg"] for step in seen.steps])
    assert live_lean == pytest.approx(clip.metrics["lean_body_deg"].value, abs=0.3)
    assert len(seen.steps) == len(clip.steps)


@pytest.mark.parametrize(
    ("wanted", "cue"),
    [
        ({"cue": "lean"}, "too_far"),
        ({"cue": "waist"}, "bent"),
        ({"cue": "cadence", "target_spm": 180.0}, "slow"),
        ({"cue": "none"}, None),
    ],
)
def test_only_the_chosen_thing_is_cued(wanted: dict[str, float], cue: str | None) -> None:
    pose = running(lean_leg_deg=9.0, lean_trunk_deg=22.0, cadence_spm=160.0)
    live = session(LiveSettings(mode="run", roll_deg=0.0, **wanted))  # type: ignore[arg-type]
    cues = {r.cue.id for r in play(live, pose) if r.cue is not None}
    assert cues == ({cue} if cue else set())


def test_feedback_fades_with_the_sessions() -> None:
    pose = running(lean_leg_deg=9.0, lean_trunk_deg=22.0)
    live = session(LiveSettings(mode="run", roll_deg=0.0, session=8))
    readings = play(live, pose)
    assert not readings[-1].feedback
    assert all(r.cue is None for r in readings if not r.feedback)


def test_somebody_who_stands_in_a_run_is_no_runner() -> None:
    live = session(LiveSettings(mode="run", roll_deg=0.0))
    play(live, leaning(np.full(240, 3.0)))
    assert live.numbers().activity == "standing"
    assert live.numbers().steps == 0


def test_checking_again_looks_for_the_level_again() -> None:
    live = session(LiveSettings())
    pose = leaning(np.full(120, 2.0))
    play(live, pose)
    assert live.phase == "measuring"
    live.check_again()
    after = live.see(GREY, 4.1, landmarks(pose, 119))
    assert after.phase == "checking"
    assert after.roll is None


def test_a_chore_that_came_to_nothing_leaves_the_level_unknown() -> None:
    live = session(LiveSettings())
    for k, time_s in enumerate((pose := leaning(np.full(120, 2.0))).time_s):
        reading = live.see(GREY, float(time_s), landmarks(pose, k))
        if live.next_task() is not None:
            live.apply_result(None)
    assert reading.roll is not None
    assert reading.roll.ci95[1] > 5.0
