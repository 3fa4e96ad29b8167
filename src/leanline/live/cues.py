"""Coaching cues: one at a time, and only for faults that last."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from leanline.drill import HoldState
from leanline.drill.counter import SLACK_DEG
from leanline.live.running import RunNumbers
from leanline.reason import Reason
from leanline.registry.metrics import threshold
from leanline.wording.catalogue import render

CueId = Literal["too_far", "too_little", "broken", "slow", "bent"]

# A fault must last this long before it is cued, and is repeated after this long (chosen in trials).
MIN_FAULT_S: Final = 0.4
REPEAT_S: Final = 3.0
# Leaving the band is cued only after a hold of at least this length.
HELD_S: Final = 1.0


@dataclass(frozen=True)
class Cue:
    """What the runner is told.

    Parameters
    ----------
    id
        Which cue.
    reason
        Its words, as code and parameters.
    rings
        Whether it is also to be heard at this moment.
    """

    id: CueId
    reason: Reason
    rings: bool = False

    @property
    def text(self) -> str:
        """The sentence in English."""
        return render(self.reason)


class CueTimer:
    """Debounces the faults of single frames into cues that a person can follow."""

    def __init__(self, lasts_s: float = MIN_FAULT_S, again_s: float = REPEAT_S) -> None:
        self._lasts_s = lasts_s
        self._again_s = again_s
        self._id: CueId | None = None
        self._since_s = 0.0
        self._rang_s: float | None = None

    def feed(self, time_s: float, fault: Cue | None) -> Cue | None:
        """Return the cue to show at this time, if ``fault`` has lasted long enough."""
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
        return Cue(fault.id, fault.reason, rings)


@dataclass
class StandFault:
    """Finds the fault of a standing lean; remembers whether the lean was held.

    Parameters
    ----------
    band_deg
        Coaching band of the lean, degrees.
    """

    band_deg: tuple[float, float]
    _held: bool = False

    def evaluate(self, state: HoldState) -> Cue | None:
        """Return the most important fault: a broken body line before a wrong angle."""
        low, high = self.band_deg
        if not state.leaning:
            self._held = False
            return None
        self._held = self._held or state.hold_s >= HELD_S
        if state.line.name is not None:
            return Cue("broken", Reason(f"cue.{state.line.name}"))
        if state.lean_deg > high + SLACK_DEG:
            return Cue("too_far", Reason("cue.too_far"))
        if self._held and state.lean_deg < low - SLACK_DEG:
            return Cue("too_little", Reason("cue.too_little"))
        return None


RunCue = Literal["none", "lean", "waist", "cadence"]
# So much more bend than standing tall is called bent.
BENT_DEG: Final = threshold("waist_bend_deg", "bent")
# Cadence this far below the goal is slower; step times vary by about this much.
SLOW_SHARE: Final = 0.02


@dataclass(frozen=True)
class RunFault:
    """Finds the fault of a run in the one aspect that the runner works on.

    Parameters
    ----------
    focus
        Which aspect.
    band_deg
        Coaching band of the lean, degrees.
    target_spm
        Cadence to reach, steps per minute.
    zero_bend_deg
        Waist bend when standing tall, degrees.
    """

    focus: RunCue
    band_deg: tuple[float, float]
    target_spm: float | None = None
    zero_bend_deg: float = 0.0

    def evaluate(self, numbers: RunNumbers) -> Cue | None:
        """Return the fault in the chosen aspect; None if it is fine or unknown."""
        low, high = self.band_deg
        if self.focus == "lean" and numbers.lean_deg < low:
            return Cue("too_little", Reason("cue.lean_more"))
        if self.focus == "lean" and numbers.lean_deg > high:
            return Cue("too_far", Reason("cue.lean_less"))
        if self.focus == "waist" and numbers.waist_bend_deg > self.zero_bend_deg + BENT_DEG:
            return Cue("bent", Reason("cue.bent"))
        slow = self.target_spm is not None and (
            numbers.cadence_spm < self.target_spm * (1 - SLOW_SHARE)
        )
        if self.focus == "cadence" and slow:
            return Cue("slow", Reason("cue.slow"))
        return None
