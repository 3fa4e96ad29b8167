"""One live session: pictures and landmarks in, what to draw, show and say out.

Nothing here waits: what takes long (the roll from the scene, the strides of a run) is handed
out as a ``BackgroundTask`` to be done elsewhere, and its result is taken in when it comes.
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
from leanline.live.cues import Cue, CueBell, RunCue, RunFault, StandFault
from leanline.live.follower import Circle, Picture
from leanline.live.landmark_buffer import CausalPoints, LandmarkBuffer
from leanline.live.level import LevelFinder, given_roll, unknown_roll
from leanline.live.posture import BodyState, Line, facts_of, line_of, postures_of, upright
from leanline.live.quality import Check, checks, good_enough, light_of, nobody
from leanline.live.running import WINDOW_S, RunLook, RunNumbers, StepAccumulator, long_enough, look
from leanline.live.schedule import feedback_on
from leanline.model import Array, Capture, Estimate, PoseTrack
from leanline.pose.landmarks import Landmarks

Mode = Literal["stand", "run"]
Phase = Literal["checking", "measuring"]

SOURCE: Final = "blazepose-full"
# Facts of the body come from so many seconds, so often.
FACTS_S, FACTS_EVERY_S = 2.0, 0.4
CHECK_EVERY_S: Final = 0.5
# The picture must be good for so long before measuring begins.
GOOD_FOR_S: Final = 1.0
# So long is the runner watched for how they stand tall.
ZERO_S: Final = 3.0
LOOK_EVERY_S: Final = 1.5
GONE_AFTER_S: Final = 0.7


@dataclass(frozen=True)
class LiveSettings:
    """What the person asks of a session.

    Parameters
    ----------
    mode
        The standing drill, or a run on a treadmill.
    roll_deg
        The camera's roll if known, positive clockwise as the photographer sees it.
    band_deg
        The coaching band of the lean.
    cue
        The one thing a run is cued on.
    target_spm
        Cadence to reach, for the cue on cadence.
    session
        Which session of the retraining this is, from 1; feedback fades with it.
    """

    mode: Mode = "stand"
    roll_deg: float | None = None
    band_deg: tuple[float, float] = BAND_DEG
    cue: RunCue = "lean"
    target_spm: float | None = None
    session: int = 1


@dataclass(frozen=True)
class Reading:
    """All that is known after one frame; NaN where not known.

    ``checks`` is None when they have not been made anew. ``feedback`` is False while the
    runner is to do without.
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


@dataclass(frozen=True)
class BackgroundTask:
    """Work for another thread; its result goes to ``LiveSession.learn``."""

    work: Callable[[], Estimate | RunLook]


class LiveSession:
    """The state of one session.

    Parameters
    ----------
    settings
        What the person asks for.
    size_px
        Width and height of every picture.
    source
        Name of the pose source, for its offsets to joint centres.
    """

    def __init__(
        self, settings: LiveSettings, size_px: tuple[int, int], source: str = SOURCE
    ) -> None:
        self.settings = settings
        self.size_px = size_px
        self.phase: Phase = "checking"
        self._trail = LandmarkBuffer(WINDOW_S, size_px, source)
        self._points = CausalPoints(size_px)
        self._level = LevelFinder(size_px)
        given = settings.roll_deg
        self._roll = None if given is None else given_roll(given)
        self._facts: BodyState | None = None
        self._postures: deque[tuple[float, Posture]] = deque()
        self._watch = StepAccumulator()
        self._next = dict.fromkeys(("facts", "checks", "look"), -np.inf)
        self._seen_s = self._started_s = self._good_since_s = np.nan
        self._roll_ready = False
        self._chore_out = False
        self._last_state: HoldState | None = None
        self._restart(None)

    def see(self, picture: Picture, time_s: float, found: Landmarks | None) -> Reading:
        """Take in a frame (H, W, 3) and the landmarks seen in it."""
        if found is None:
            return self._unseen(time_s)
        self._seen_s = time_s
        self._trail.add(time_s, found)
        self._know_body(time_s)
        self._look_at_scene(picture, time_s, found.circle_px)
        made = self._check(picture, time_s, found.circle_px)
        posture, line = self._posture(*self._points.feed(time_s, found))
        if posture is not None:
            self._remember(time_s, posture)
        stand, run, cue = self._judge(time_s, posture)
        feedback = self._feedback(time_s)
        shown = cue if feedback else None
        return Reading(
            time_s, self.phase, True, line, posture, stand, run, shown, made, self._roll,
            self._zero, feedback,
        )  # fmt: skip

    def zero_now(self) -> bool:
        """Take how the runner stands now as their own zero; whether they stand tall and still."""
        zero = standing_baseline(self._recent_postures())
        if zero is None:
            return False
        self._restart(zero)
        return True

    def start(self) -> None:
        """Measure from now on, whatever the checks say."""
        if self.phase == "checking":
            self.phase = "measuring"
            self._restart(standing_baseline(self._recent_postures()))

    def check_again(self) -> None:
        """Back to the checks; the roll is looked for anew unless it was given."""
        self.phase = "checking"
        self._good_since_s = np.nan
        self._next["checks"] = -np.inf
        if self.settings.roll_deg is None:
            self._roll, self._roll_ready = None, False
            self._level = LevelFinder(self.size_px)

    def chore(self) -> BackgroundTask | None:
        """Work to be done now, in another thread; one at a time."""
        if self._chore_out:
            return None
        if self._roll is None and self._roll_ready:
            self._chore_out = True
            return BackgroundTask(self._level.roll)
        capture = self._due_for_look()
        if capture is None:
            return None
        self._chore_out = True
        return BackgroundTask(partial(look, capture, self._roll_deg))

    def learn(self, result: Estimate | RunLook | None) -> None:
        """Take in what a chore found; None when it came to nothing."""
        self._chore_out = False
        if isinstance(result, RunLook):
            self._watch.take(result)
        elif isinstance(result, Estimate) and self.settings.roll_deg is None:
            self._roll = result
        elif self._roll is None:
            self._roll = unknown_roll()

    def numbers(self) -> RunNumbers:
        """What is known of the run so far."""
        return self._watch.numbers()

    @property
    def watch(self) -> StepAccumulator:
        """The steps of the run so far."""
        return self._watch

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
        self._bell = CueBell()
        bend = 0.0 if zero is None else zero.hip_deg
        wanted = self.settings
        self._run_fault = RunFault(wanted.cue, wanted.band_deg, wanted.target_spm, bend)

    def _unseen(self, time_s: float) -> Reading:
        """Nobody in this frame; a blink does not matter."""
        gone = not time_s - self._seen_s < GONE_AFTER_S
        made = nobody() if gone and self._due("checks", time_s, CHECK_EVERY_S) else None
        if gone:
            self._good_since_s = np.nan
        run = self._watch.numbers() if self.settings.mode == "run" else None
        return Reading(
            time_s, self.phase, not gone, None, None, None, run, None, made, self._roll, self._zero
        )

    def _know_body(self, time_s: float) -> None:
        if self._due("facts", time_s, FACTS_EVERY_S) or self._facts is None:
            capture = self._trail.capture(FACTS_S)
            known = None if capture is None else facts_of(capture, self._roll_deg)
            self._facts = known or self._facts

    def _look_at_scene(self, picture: Picture, time_s: float, circle: Circle) -> None:
        if self._roll is None and not self._chore_out:
            self._roll_ready = self._level.see(picture, time_s, circle)

    def _check(self, picture: Picture, time_s: float, circle: Circle) -> tuple[Check, ...] | None:
        if not self._due("checks", time_s, CHECK_EVERY_S):
            return None
        capture = self._trail.capture(FACTS_S)
        if capture is None:
            return None
        given = self.settings.roll_deg is not None
        rate_hz = self._trail.rate_hz
        light = light_of(picture, circle)
        made = checks(capture, light, self._roll, given=given, rate_hz=rate_hz)
        if not good_enough(made):
            self._good_since_s = np.nan
        elif np.isnan(self._good_since_s):
            self._good_since_s = time_s
        elif time_s - self._good_since_s >= GOOD_FOR_S and self._roll is not None:
            self.start()
        return made

    def _posture(self, points: PoseTrack, outline_px: Array) -> tuple[Posture | None, Line | None]:
        """Angles and line of this moment, once the body is known."""
        if self._facts is None:
            return None, None
        level = upright(points, outline_px, self._facts)
        line = line_of(level, self._facts, self.size_px, running=self.settings.mode == "run")
        return postures_of(level).at(0), line

    def _remember(self, time_s: float, posture: Posture) -> None:
        self._postures.append((time_s, posture))
        while self._postures[0][0] < time_s - ZERO_S:
            self._postures.popleft()

    def _recent_postures(self) -> Postures:
        rows = [
            (time_s, p.lean_deg, p.leg_deg, p.hip_deg, p.knee_deg, p.head_deg)
            for time_s, p in self._postures
        ]
        columns = np.array(rows, dtype=np.float64).reshape(-1, 6).T
        return Postures(*columns)

    def _judge(
        self, time_s: float, posture: Posture | None
    ) -> tuple[HoldState | None, RunNumbers | None, Cue | None]:
        """Holds or strides, and what is wrong with them."""
        if self.settings.mode == "run":
            numbers = self._watch.numbers()
            if numbers.steps and np.isnan(self._started_s):
                self._started_s = time_s
            running = self.phase == "measuring" and numbers.activity == "running"
            fault = self._run_fault.of(numbers) if running else None
            return None, numbers, self._bell.feed(time_s, fault)
        if posture is None or self.phase == "checking":
            return None, None, None
        state = self._counter.feed(time_s, posture)
        return state, None, self._bell.feed(time_s, self._stand_fault.of(state))

    def _feedback(self, time_s: float) -> bool:
        if self.settings.mode == "stand" or np.isnan(self._started_s):
            return True
        return feedback_on(self.settings.session, time_s - self._started_s)

    def _due_for_look(self) -> Capture | None:
        if self.settings.mode != "run" or self.phase != "measuring":
            return None
        if not self._due("look", self._seen_s, LOOK_EVERY_S):
            return None
        capture = self._trail.capture()
        return capture if capture is not None and long_enough(capture) else None

    def _due(self, what: str, time_s: float, every_s: float) -> bool:
        """Whether it is time again; if so the next time is set."""
        if time_s < self._next[what]:
            return False
        self._next[what] = time_s + every_s
        return True
