"""Frame-by-frame counting of holds and repetitions, the same live and from a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from leanline.drill.posture import Break, Frames, Posture, Postures, find_break
from leanline.drill.standing_baseline import TYPICAL
from leanline.model import Array, Repetition
from leanline.registry.bands import COACHING_LEAN

BAND_DEG: Final = (COACHING_LEAN.low, COACHING_LEAN.high)
# A lean begins this far from the baseline and ends closer to it, so that neither sway nor noise
# counts as a repetition; neither do shorter ones.
BEGIN_DEG, END_DEG = 2.0, 1.0
MIN_S: Final = 0.5
# A hold continues while the lean leaves the band by no more than pose noise, and while the runner
# is not seen for no longer than this.
SLACK_DEG: Final = 0.5
MAX_GAP_S: Final = 0.5
# Entering and leaving a hold is excluded from its steadiness; the rest must be this long.
SETTLING_S, STEADY_S = 0.5, 1.0
# Without a hold, frames beyond this share of the maximum lean represent the repetition.
FAR_SHARE: Final = 0.8


@dataclass(frozen=True)
class HoldState:
    """What is known at one moment of the drill.

    Parameters
    ----------
    time_s
        The moment, seconds.
    lean_deg
        Lean against the vertical, forward positive.
    leaning
        Whether a repetition is under way.
    in_band
        Whether the lean is in the band.
    hold_s
        How long the present hold has lasted, seconds; 0 outside the band.
    longest_hold_s
        The longest hold so far, seconds.
    repetitions
        Number of leans finished.
    line
        Where the line breaks at this moment.
    """

    time_s: float
    lean_deg: float
    leaning: bool
    in_band: bool
    hold_s: float
    longest_hold_s: float
    repetitions: int
    line: Break


@dataclass(frozen=True)
class _Hold:
    """First and last moment within the band."""

    start_s: float
    end_s: float

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s


@dataclass
class _Lean:
    """A repetition in progress, with everything seen in it."""

    start_s: float
    from_tall: bool
    times: list[float] = field(default_factory=list)
    seen: list[Posture] = field(default_factory=list)
    hold: _Hold | None = None
    best: _Hold | None = None


class HoldCounter:
    """Counts holds and repetitions of the standing drill, one posture at a time.

    Parameters
    ----------
    zero
        The runner's standing baseline; ``TYPICAL`` is assumed if it is None.
    band_deg
        The band in which a lean counts as a hold, degrees from the vertical.

    Examples
    --------
    >>> counter = HoldCounter(Posture(2.0, 2.0, 0.0))
    >>> for k in range(60):
    ...     state = counter.feed(k / 10, Posture(7.0 if 10 <= k < 50 else 2.0, 2.0, 0.0))
    >>> state.repetitions, round(counter.repetitions[0].hold_s, 1)
    (1, 4.0)
    """

    def __init__(
        self, zero: Posture | None = None, band_deg: tuple[float, float] = BAND_DEG
    ) -> None:
        self.zero = zero or TYPICAL
        self.band_deg = band_deg
        self._zero_known = zero is not None
        self._lean: _Lean | None = None
        self._last: tuple[float, float] | None = None
        self._done: list[Repetition] = []
        self._longest_s = 0.0

    @property
    def repetitions(self) -> tuple[Repetition, ...]:
        """The finished repetitions."""
        return tuple(self._done)

    def feed(self, time_s: float, posture: Posture) -> HoldState:
        """Process one posture; frames without a lean or out of order are ignored."""
        lean, last = posture.lean_deg, self._last
        if np.isfinite(lean) and (last is None or time_s > last[0]):
            if last is not None and time_s - last[0] > MAX_GAP_S:
                self._end_hold()
                last = None
            self._update_lean(time_s, posture, last)
            self._last = (time_s, lean)
        return self._state(time_s, posture)

    def finish(self) -> tuple[Repetition, ...]:
        """Return all repetitions, the one in progress marked as incomplete."""
        if self._lean is not None and self._last is not None:
            self._close(self._last[0], whole=False)
        return self.repetitions

    def _update_lean(
        self, time_s: float, posture: Posture, last: tuple[float, float] | None
    ) -> None:
        lean = posture.lean_deg
        begin, end = self.zero.lean_deg + BEGIN_DEG, self.zero.lean_deg + END_DEG
        if self._lean is None and lean > begin:
            start_s = _crossing(last, (time_s, lean), begin) if last else time_s
            self._lean = _Lean(start_s, from_tall=self._last is not None)
        if self._lean is None:
            return
        self._hold(time_s, lean, last)
        if lean < end:
            self._close(_crossing(last, (time_s, lean), end) if last else time_s, whole=True)
            return
        self._lean.times.append(time_s)
        self._lean.seen.append(posture)

    def _hold(self, time_s: float, lean: float, last: tuple[float, float] | None) -> None:
        """Start, continue or end the hold of the current lean."""
        current = self._lean
        if current is None:
            return
        low, high = self.band_deg
        inside = low <= lean <= high
        if current.hold is None:
            if inside:
                start_s = self._edge(last, (time_s, lean)) if last else time_s
                current.hold = _Hold(max(start_s, current.start_s), time_s)
        elif inside:
            current.hold = _Hold(current.hold.start_s, time_s)
        elif last is not None and low <= last[1] <= high:
            current.hold = _Hold(current.hold.start_s, self._edge(last, (time_s, lean)))
        if current.hold is not None:
            if current.best is None or current.hold.duration_s >= current.best.duration_s:
                current.best = current.hold
            self._longest_s = max(self._longest_s, current.hold.duration_s)
        if not low - SLACK_DEG <= lean <= high + SLACK_DEG:
            self._end_hold()

    def _edge(self, last: tuple[float, float], now: tuple[float, float]) -> float:
        """Return when the band's edge was crossed; the earlier frame if both are inside."""
        low, high = self.band_deg
        outside = last if low <= now[1] <= high else now
        if low <= outside[1] <= high:
            return last[0]
        return _crossing(last, now, low if outside[1] < low else high)

    def _end_hold(self) -> None:
        if self._lean is not None:
            self._lean.hold = None

    def _close(self, end_s: float, *, whole: bool) -> None:
        done, self._lean = self._lean, None
        if done is not None and done.seen and end_s - done.start_s >= MIN_S:
            self._done.append(self._summary(done, end_s, whole=whole and done.from_tall))

    def _summary(self, lean: _Lean, end_s: float, *, whole: bool) -> Repetition:
        times = np.array(lean.times)
        leans = np.array([posture.lean_deg for posture in lean.seen])
        selected = self._representative(lean, times, leans)
        posture = _mean([p for p, one in zip(lean.seen, selected, strict=True) if one])
        line = find_break(posture, self.zero)
        core = _without_ends(lean.best, times)
        return Repetition(
            start_s=lean.start_s,
            end_s=end_s,
            whole=whole,
            lean_deg=posture.lean_deg,
            lean_zeroed_deg=posture.lean_deg - self.zero.lean_deg if self._zero_known else None,
            straightness_deg=line.angle_deg,
            breaks_at=line.name,
            hold_s=lean.best.duration_s if lean.best else 0.0,
            steadiness_deg=float(np.std(leans[core], ddof=1)) if core.sum() > 2 else float("nan"),
        )

    def _representative(self, lean: _Lean, times: Array, leans: Array) -> Frames:
        """Select the frames that represent a repetition, (T,) of bool."""
        core = _without_ends(lean.best, times)
        if core.sum() > (leans > self.band_deg[1]).sum():
            return core
        min_lean = self.zero.lean_deg + FAR_SHARE * (leans.max() - self.zero.lean_deg)
        return np.asarray(leans >= min_lean)

    def _state(self, time_s: float, posture: Posture) -> HoldState:
        low, high = self.band_deg
        hold = self._lean.hold if self._lean else None
        return HoldState(
            time_s,
            posture.lean_deg,
            self._lean is not None,
            bool(low <= posture.lean_deg <= high),
            hold.duration_s if hold else 0.0,
            self._longest_s,
            len(self._done),
            find_break(posture, self.zero),
        )


def repetitions(
    clip: Postures, zero: Posture | None = None, band_deg: tuple[float, float] = BAND_DEG
) -> tuple[Repetition, ...]:
    """Return all repetitions of a clip, as ``HoldCounter`` finds them frame by frame.

    Parameters
    ----------
    clip
        Postures over the clip.
    zero
        The standing baseline; None when it was not seen.
    band_deg
        Limits of the coaching band, degrees.

    Returns
    -------
    tuple of Repetition
        In order of time.
    """
    counter = HoldCounter(zero, band_deg)
    for time_s, posture in _frames(clip):
        counter.feed(time_s, posture)
    return counter.finish()


def _frames(clip: Postures) -> Iterator[tuple[float, Posture]]:
    return ((float(clip.time_s[k]), clip.at(k)) for k in range(len(clip)))


def _without_ends(hold: _Hold | None, times: Array) -> Frames:
    """Select a hold's frames without its beginning and end; none if too little is left."""
    if hold is None or hold.duration_s < STEADY_S + 2.0 * SETTLING_S:
        return np.zeros(len(times), bool)
    return np.asarray((times >= hold.start_s + SETTLING_S) & (times <= hold.end_s - SETTLING_S))


def _mean(seen: list[Posture]) -> Posture:
    rows = np.array([[p.lean_deg, p.leg_deg, p.hip_deg, p.knee_deg, p.head_deg] for p in seen])
    known = np.isfinite(rows)
    total = np.where(known, rows, 0.0).sum(axis=0)
    count = known.sum(axis=0)
    return Posture(
        *(float(t / n) if n else float("nan") for t, n in zip(total, count, strict=True))
    )


def _crossing(last: tuple[float, float] | None, now: tuple[float, float], level: float) -> float:
    """Return when the line between two frames (time, value) crosses ``level``."""
    if last is None or now[1] == last[1]:
        return now[0]
    share = (level - last[1]) / (now[1] - last[1])
    return last[0] + float(np.clip(share, 0.0, 1.0)) * (now[0] - last[0])
