"""When to say something, and what: one cue at a time, not at every wobble."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from leanline.drill import HoldState
from leanline.drill.counter import SLACK_DEG
from leanline.live.running import RunNumbers
from leanline.model import BreakName
from leanline.registry.metrics import threshold

CueId = Literal["too_far", "too_little", "broken", "slow", "bent"]

# A fault must last so long before it is said, and is said again after so long.
LASTS_S: Final = 0.4
AGAIN_S: Final = 3.0
# Falling back out of the band is said only after a hold worth the name.
HELD_S: Final = 1.0
BREAKS: Final[dict[BreakName, str]] = {
    "hip_back": "Hips forward: they have gone back.",
    "waist_bent": "Straighten the waist: it is bent.",
    "hips_ahead": "Hips back under you: they have gone ahead.",
    "knees_bent": "Straighten the knees.",
    "head_dropped": "Lift the head: it has dropped.",
    "head_back": "Let the head follow the line: it is tipped back.",
}


@dataclass(frozen=True)
class Cue:
    """What to say; ``rings`` at the moment it should also be heard."""

    id: CueId
    text: str
    rings: bool = False


class CueBell:
    """Turns what is wrong frame by frame into cues that can be followed."""

    def __init__(self, lasts_s: float = LASTS_S, again_s: float = AGAIN_S) -> None:
        self._lasts_s = lasts_s
        self._again_s = again_s
        self._id: CueId | None = None
        self._since_s = 0.0
        self._rang_s: float | None = None

    def feed(self, time_s: float, fault: Cue | None) -> Cue | None:
        """The cue to show now, if ``fault`` has lasted long enough."""
        if fault is None:
            self._id = None
            return None
        if fault.id != self._id:
            self._id, self._since_s, self._rang_s = fault.id, time_s, None
        if time_s - self._since_s < self._lasts_s:
            return None
        rings = self._rang_s is None or time_s - self._rang_s >= self._again_s
        if rings:
            self._rang_s = time_s
        return Cue(fault.id, fault.text, rings)


@dataclass
class StandFault:
    """What is wrong with a standing lean; remembers whether it was held."""

    band_deg: tuple[float, float]
    _held: bool = False

    def of(self, state: HoldState) -> Cue | None:
        """The one most worth saying: a broken line before a wrong angle."""
        low, high = self.band_deg
        if not state.leaning:
            self._held = False
            return None
        self._held = self._held or state.hold_s >= HELD_S
        if state.line.name is not None:
            return Cue("broken", BREAKS[state.line.name])
        if state.lean_deg > high + SLACK_DEG:
            return Cue("too_far", "Too far: come back a little.")
        if self._held and state.lean_deg < low - SLACK_DEG:
            return Cue("too_little", "Out of the band: lean a little more, from the ankles.")
        return None


RunCue = Literal["none", "lean", "waist", "cadence"]
# So much more bend than standing tall is called bent.
BENT_DEG: Final = threshold("waist_bend_deg", "bent")
# Cadence this far below the goal is slower; step times vary by about this much.
SLOW_SHARE: Final = 0.02


@dataclass(frozen=True)
class RunFault:
    """What is wrong with a run, by the one thing the runner chose to work on.

    ``target_spm`` is the cadence to reach, ``zero_bend_deg`` the waist's bend standing tall.
    """

    about: RunCue
    band_deg: tuple[float, float]
    target_spm: float | None = None
    zero_bend_deg: float = 0.0

    def of(self, numbers: RunNumbers) -> Cue | None:
        """The fault in the chosen thing; None when it is right or not known."""
        low, high = self.band_deg
        if self.about == "lean" and numbers.lean_deg < low:
            return Cue("too_little", "Lean a little more, from the ankles.")
        if self.about == "lean" and numbers.lean_deg > high:
            return Cue("too_far", "Lean a little less: come up from the ankles.")
        if self.about == "waist" and numbers.waist_bend_deg > self.zero_bend_deg + BENT_DEG:
            return Cue("bent", "Straighten the waist: grow tall, then lean from the ankles.")
        slow = self.target_spm is not None and (
            numbers.cadence_spm < self.target_spm * (1 - SLOW_SHARE)
        )
        if self.about == "cadence" and slow:
            return Cue("slow", "Shorter, quicker steps.")
        return None
