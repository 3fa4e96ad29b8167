"""A live session: takes pictures and landmarks, returns what to draw, show and say.

Nothing here blocks: slow work (the roll from the scene, the strides of a run) is handed out as a
``BackgroundTask`` for another thread, and its result is fed back when it is ready.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Final, Literal

import numpy as np

from leanline.drill import HoldCounter, HoldState, Posture, Postures, standing_baseline
from leanline.drill.counter import BAND_DEG
from leanline.live.cues import Cue, CueTimer, RunCue, RunFault, StandFault
from leanline.live.follower import Circle, Picture
from leanline.live.front import INTERVAL_S as FRONT_INTERVAL_S
from leanline.live.front import WINDOW_S as FRONT_WINDOW_S
from leanline.live.front import (
    FrontMarks,
    FrontNumbers,
    facing_view,
    front_marks,
    measure_front,
)
from leanline.live.landmark_buffer import CausalPoints, LandmarkBuffer
from leanline.live.level import LevelFinder, given_roll, unknown_roll
from leanline.live.posture import (
    BodyState,
    Line,
    body_line,
    compute_postures,
    estimate_body_state,
    upright,
)
from leanline.live.quality import Check, all_passed, measure_light, no_person_check, run_checks
from leanline.live.running import (
    WINDOW_S,
    RunNumbers,
    RunWindow,
    StepAccumulator,
    is_long_enough,
    measure_window,
)
from leanline.live.schedule import feedback_on
from leanline.model import Array, Capture, Estimate, PoseTrack, View
from leanline.pose.landmarks import Landmarks

Mode = Literal["stand", "run"]
Phase = Literal["checking", "measuring"]

SOURCE: Final = "blazepose-full"
# Window and interval of the estimates of body state.
BODY_WINDOW_S, BODY_INTERVAL_S = 2.0, 0.4
CHECK_INTERVAL_S: Final = 0.5
# The checks must pass for this long before measuring begins.
PASS_DURATION_S: Final = 1.0
# Length of the window in which the standing baseline is taken.
BASELINE_S: Final = 3.0
RUN_WINDOW_INTERVAL_S: Final = 1.5
LOST_AFTER_S: Final = 0.7


@dataclass(frozen=True)
class LiveSettings:
    """Settings of a session.

    Parameters
    ----------
    mode
        The standing drill, or a run on a treadmill.
    roll_deg
        The camera's roll if known, positive clockwise as the photographer sees it.
    band_deg
        Coaching band of the lean, degrees.
    cue
        The one aspect of a run to give cues on.
    target_spm
        Target of the cadence cue, steps per minute.
    session
        Number of the retraining session, from 1; feedback fades with it.
    """

    mode: Mode = "stand"
    roll_deg: float | None = None
    band_deg: tuple[float, float] = BAND_DEG
    cue: RunCue = "lean"
    target_spm: float | None = None
    session: int = 1


@dataclass(frozen=True)
class Reading:
    """Everything known after a frame; NaN where unknown.

    Parameters
    ----------
    time_s
        Of the frame.
    phase
        Of the session.
    person
        Whether somebody is seen.
    line, posture
        Where the body is, and its angles.
    stand, run
        State of the drill, or numbers of the run.
    cue
        What the runner is told, if anything.
    checks
        None in frames without new checks.
    roll
        Of the camera; None while it is being estimated.
    zero
        Posture of the runner standing tall.
    feedback
        False while it is withheld from the runner.
    front, marks
        Numbers of the drill seen from in front or behind, and what to draw of them.
    """

    time_s: float
    phase: Phase
    person: bool
    line: Line | None
    posture: Posture | None
    stand: HoldState | None
    run: RunNumbers | None
    cue: Cue | None
    checks: tuple[Check, ...] | None
    roll: Estimate | None
    zero: Posture | None
    feedback: bool = True
    front: FrontNumbers | None = None
    marks: FrontMarks | None = None


@dataclass(frozen=True)
class BackgroundTask:
    """Work for another thread.

    Parameters
    ----------
    work
        Its result goes to ``LiveSession.learn``.
    """

    work: Callable[[], Estimate | RunWindow]


class LiveSession:
    """The state of one session.

    Parameters
    ----------
    settings
        What to measure and how to coach.
    size_px
        Width and height of every picture.
    source
        Name of the pose source, which determines the offsets to joint centres.
    """

    def __init__(
        self, settings: LiveSettings, size_px: tuple[int, int], source: str = SOURCE
    ) -> None:
        self.settings = settings
        self.size_px = size_px
        self.phase: Phase = "checking"
        self._buffer = LandmarkBuffer(WINDOW_S, size_px, source)
        self._points = CausalPoints(size_px)
        self._level = LevelFinder(size_px)
        given = settings.roll_deg
        self._roll = None if given is None else given_roll(given)
        self._body: BodyState | None = None
        self._view: View = "side"
        self._front: FrontNumbers | None = None
        self._postures: deque[tuple[float, Posture]] = deque()
        self._accumulator = StepAccumulator()
        self._next = dict.fromkeys(("facts", "checks", "look", "front"), -np.inf)
        self._seen_s = self._started_s = self._good_since_s = np.nan
        self._roll_ready = False
        self._task_running = False
        self._last_state: HoldState | None = None
        self._restart(None)

    def see(self, picture: Picture, time_s: float, found: Landmarks | None) -> Reading:
        """Process a frame (H, W, 3) and the landmarks found in it."""
        if found is None:
            return self._unseen(time_s)
        self._seen_s = time_s
        self._buffer.add(time_s, found)
        self._update_body(time_s)
        self._look_at_scene(picture, time_s, found.circle_px)
        new_checks = self._check(picture, time_s, found.circle_px)
        points, outline_px = self._points.feed(time_s, found)
        posture, line = self._posture(points, outline_px)
        self._update_front(time_s)
        front = self._front
        marks = None if front is None else front_marks(points, front, self.size_px)
        if posture is not None:
            self._remember(time_s, posture)
        stand, run, cue = self._evaluate(time_s, posture)
        feedback = self._feedback(time_s)
        shown = cue if feedback else None
        return Reading(
            time_s, self.phase, True, line, posture, stand, run, shown, new_checks, self._roll,
            self._zero, feedback, front, marks,
        )  # fmt: skip

    def take_baseline(self) -> bool:
        """Take the present posture as the standing baseline; False unless it is still."""
        zero = standing_baseline(self._recent_postures())
        if zero is None:
            return False
        self._restart(zero)
        return True

    def start(self) -> None:
        """Start measuring, whatever the checks say."""
        if self.phase == "checking":
            self.phase = "measuring"
            self._restart(standing_baseline(self._recent_postures()))

    def check_again(self) -> None:
        """Return to the checks; the roll is estimated again unless it was given."""
        self.phase = "checking"
        self._good_since_s = np.nan
        self._next["checks"] = -np.inf
        if self.settings.roll_deg is None:
            self._roll, self._roll_ready = None, False
            self._level = LevelFinder(self.size_px)

    def next_task(self) -> BackgroundTask | None:
        """Return work for another thread, or None; at most one task is out at a time."""
        if self._task_running:
            return None
        if self._roll is None and self._roll_ready:
            self._task_running = True
            return BackgroundTask(self._level.roll)
        capture = self._capture_for_window()
        if capture is None:
            return None
        self._task_running = True
        return BackgroundTask(partial(measure_window, capture, self._roll_deg))

    def apply_result(self, result: Estimate | RunWindow | None) -> None:
        """Take in the result of a background task; None if it failed."""
        self._task_running = False
        if isinstance(result, RunWindow):
            self._accumulator.add_window(result)
        elif isinstance(result, Estimate) and self.settings.roll_deg is None:
            self._roll = result
        elif self._roll is None:
            self._roll = unknown_roll()

    def numbers(self) -> RunNumbers:
        """Return the numbers of the run so far."""
        return self._accumulator.numbers()

    @property
    def accumulator(self) -> StepAccumulator:
        """The steps of the run so far."""
        return self._accumulator

    @property
    def counter(self) -> HoldCounter:
        """Holds and repetitions so far."""
        return self._counter

    @property
    def _roll_deg(self) -> float:
        return 0.0 if self._roll is None else self._roll.value

    def _restart(self, zero: Posture | None) -> None:
        self._zero = zero
        self._counter = HoldCounter(zero, self.settings.band_deg)
        self._stand_fault = StandFault(self.settings.band_deg)
        self._cue_timer = CueTimer()
        bend = 0.0 if zero is None else zero.hip_deg
        settings = self.settings
        self._run_fault = RunFault(settings.cue, settings.band_deg, settings.target_spm, bend)

    def _unseen(self, time_s: float) -> Reading:
        """Handle a frame without a person; short gaps do not matter."""
        lost = not time_s - self._seen_s < LOST_AFTER_S
        new_checks = (
            no_person_check() if lost and self._due("checks", time_s, CHECK_INTERVAL_S) else None
        )
        if lost:
            self._good_since_s = np.nan
        run = self._accumulator.numbers() if self.settings.mode == "run" else None
        return Reading(
            time_s,
            self.phase,
            not lost,
            None,
            None,
            None,
            run,
            None,
            new_checks,
            self._roll,
            self._zero,
        )

    def _update_body(self, time_s: float) -> None:
        if self._due("facts", time_s, BODY_INTERVAL_S) or self._body is None:
            capture = self._buffer.capture(BODY_WINDOW_S)
            if capture is not None:
                self._view = facing_view(capture)
            body = None if capture is None else estimate_body_state(capture, self._roll_deg)
            self._body = body or self._body

    @property
    def _faces(self) -> bool:
        """Whether the drill is seen from in front or behind, where no lean shows."""
        return self.settings.mode == "stand" and self._view != "side"

    def _update_front(self, time_s: float) -> None:
        """Measure stance and weight while the drill is seen from in front or behind."""
        if not self._faces or self.phase == "checking":
            self._front = None
            return
        if self._due("front", time_s, FRONT_INTERVAL_S):
            capture = self._buffer.capture(FRONT_WINDOW_S)
            given = self.settings.roll_deg is not None
            self._front = (
                None if capture is None else measure_front(capture, self._roll, given=given)
            )

    def _look_at_scene(self, picture: Picture, time_s: float, circle: Circle) -> None:
        if self._roll is None and not self._task_running:
            self._roll_ready = self._level.see(picture, time_s, circle)

    def _check(self, picture: Picture, time_s: float, circle: Circle) -> tuple[Check, ...] | None:
        if not self._due("checks", time_s, CHECK_INTERVAL_S):
            return None
        capture = self._buffer.capture(BODY_WINDOW_S)
        if capture is None:
            return None
        given = self.settings.roll_deg is not None
        rate_hz = self._buffer.rate_hz
        light = measure_light(picture, circle)
        new_checks = run_checks(
            capture, light, self._roll, given=given, rate_hz=rate_hz,
            may_face=self.settings.mode == "stand",
        )  # fmt: skip
        if not all_passed(new_checks):
            self._good_since_s = np.nan
        elif np.isnan(self._good_since_s):
            self._good_since_s = time_s
        elif time_s - self._good_since_s >= PASS_DURATION_S and self._roll is not None:
            self.start()
        return new_checks

    def _posture(self, points: PoseTrack, outline_px: Array) -> tuple[Posture | None, Line | None]:
        """Return angles and line of this frame, once the state of the body is known."""
        if self._body is None or self._faces:
            return None, None
        level = upright(points, outline_px, self._body)
        line = body_line(level, self._body, self.size_px, running=self.settings.mode == "run")
        return compute_postures(level).at(0), line

    def _remember(self, time_s: float, posture: Posture) -> None:
        self._postures.append((time_s, posture))
        while self._postures[0][0] < time_s - BASELINE_S:
            self._postures.popleft()

    def _recent_postures(self) -> Postures:
        rows = [
            (time_s, p.lean_deg, p.leg_deg, p.hip_deg, p.knee_deg, p.head_deg)
            for time_s, p in self._postures
        ]
        columns = np.array(rows, dtype=np.float64).reshape(-1, 6).T
        return Postures(*columns)

    def _evaluate(
        self, time_s: float, posture: Posture | None
    ) -> tuple[HoldState | None, RunNumbers | None, Cue | None]:
        """Update holds or strides and find the fault to cue."""
        if self.settings.mode == "run":
            numbers = self._accumulator.numbers()
            if numbers.steps and np.isnan(self._started_s):
                self._started_s = time_s
            running = self.phase == "measuring" and numbers.activity == "running"
            fault = self._run_fault.evaluate(numbers) if running else None
            return None, numbers, self._cue_timer.feed(time_s, fault)
        if posture is None or self.phase == "checking":
            return None, None, None
        state = self._counter.feed(time_s, posture)
        return state, None, self._cue_timer.feed(time_s, self._stand_fault.evaluate(state))

    def _feedback(self, time_s: float) -> bool:
        if self.settings.mode == "stand" or np.isnan(self._started_s):
            return True
        return feedback_on(self.settings.session, time_s - self._started_s)

    def _capture_for_window(self) -> Capture | None:
        if self.settings.mode != "run" or self.phase != "measuring":
            return None
        if not self._due("look", self._seen_s, RUN_WINDOW_INTERVAL_S):
            return None
        capture = self._buffer.capture()
        return capture if capture is not None and is_long_enough(capture) else None

    def _due(self, what: str, time_s: float, every_s: float) -> bool:
        """Whether an interval has elapsed; if so, schedule the next one."""
        if time_s < self._next[what]:
            return False
        self._next[what] = time_s + every_s
        return True
