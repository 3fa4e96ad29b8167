"""Results of the standing drill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BreakName = Literal[
    "hip_back", "waist_bent", "hips_ahead", "knees_bent", "head_dropped", "head_back"
]


@dataclass(frozen=True)
class Repetition:
    """One lean of the standing drill, from standing tall to standing tall.

    Parameters
    ----------
    start_s, end_s
        Seconds of the clip.
    whole
        False if the clip began or ended in the lean.
    lean_deg
        Lean against the vertical, forward positive, over the longest hold, or over the furthest
        part if nothing was held.
    lean_zeroed_deg
        The same minus the standing baseline; None if that was not seen.
    straightness_deg
        Trunk lean minus leg lean over the same time.
    breaks_at
        Where the line breaks over the same time; None if it is straight.
    hold_s
        Longest time in the coaching band, seconds.
    steadiness_deg
        Standard deviation of the lean within the hold; NaN without one.
    """

    start_s: float
    end_s: float
    whole: bool
    lean_deg: float
    lean_zeroed_deg: float | None
    straightness_deg: float
    breaks_at: BreakName | None
    hold_s: float
    steadiness_deg: float


@dataclass(frozen=True)
class Drill:
    """The standing drill of one clip.

    Parameters
    ----------
    band_deg
        The coaching band, degrees.
    zero_deg
        The standing baseline: the runner's own lean standing tall; None if it was not seen.
    repetitions
        In order of time.
    """

    band_deg: tuple[float, float]
    zero_deg: float | None
    repetitions: tuple[Repetition, ...]

    @property
    def longest_hold_s(self) -> float:
        """The longest hold of all repetitions, 0 without any."""
        return max((rep.hold_s for rep in self.repetitions), default=0.0)
