"""Application of manual corrections: contacts and swapped sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.corrections import (
    AddedContact,
    Correction,
    Corrections,
    MovedEvent,
    RemovedContact,
    SwappedSides,
)
from leanline.model import AnalysisWarning, Array, Contact, PoseTrack, Runner, warning
from leanline.skeleton import Side, other, swapped_name

# A correction refers to the contact within this distance of its time, seconds of the clip:
# levelling shifts contacts by a frame or two, while the next contact of a foot is 0.6 s away.
NEAR_S: Final = 0.15
BY_HAND: Final = warning("by_hand")
UNUSED: Final = warning("by_hand_unused")


@dataclass(frozen=True)
class ManualCorrections:
    """Corrections of one clip in real time.

    Parameters
    ----------
    corrections
        As the person made them, in seconds of the clip.
    factor
        Seconds of the clip per real second.
    """

    corrections: Corrections = ()
    factor: float = 1.0

    def apply(
        self, contacts: Sequence[Contact]
    ) -> tuple[tuple[Contact, ...], tuple[AnalysisWarning, ...]]:
        """Apply the corrections to contacts in real time; also return warnings."""
        current: tuple[Contact, ...] = tuple(contacts)
        unused = False
        for place, correction in enumerate(self.corrections):
            corrected = self._apply_one(
                current, _with_later_swaps(correction, self.corrections[place + 1 :])
            )
            unused = unused or corrected is None
            current = current if corrected is None else corrected
        notes = (BY_HAND,) if self.corrections else ()
        return current, (*notes, UNUSED) if unused else notes

    def _apply_one(
        self, contacts: tuple[Contact, ...], correction: Correction
    ) -> tuple[Contact, ...] | None:
        """Return the contacts after one correction; None if it matches nothing."""
        if isinstance(correction, AddedContact):
            added = Contact(
                correction.side,
                correction.contact_s / self.factor,
                correction.toe_off_s / self.factor,
            )
            return None if _overlaps(contacts, added) else _in_order((*contacts, added))
        if isinstance(correction, RemovedContact):
            old = self._nearest(contacts, correction.side, "contact_s", correction.contact_s)
            return None if old is None else tuple(c for c in contacts if c is not old)
        if isinstance(correction, MovedEvent):
            return self._move(contacts, correction)
        return contacts

    def _move(
        self, contacts: tuple[Contact, ...], correction: MovedEvent
    ) -> tuple[Contact, ...] | None:
        name = f"{correction.event}_s"
        old = self._nearest(contacts, correction.side, name, correction.at_s)
        if old is None:
            return None
        moment = correction.to_s / self.factor
        new = (
            replace(old, contact_s=moment)
            if correction.event == "contact"
            else replace(old, toe_off_s=moment)
        )
        others = tuple(c for c in contacts if c is not old)
        if new.toe_off_s <= new.contact_s or _overlaps(others, new):
            return None
        return _in_order((*others, new))

    def _nearest(
        self, contacts: tuple[Contact, ...], side: Side, name: str, at_s: float
    ) -> Contact | None:
        tolerance_s = NEAR_S / self.factor
        moment = at_s / self.factor
        candidates = [
            c for c in contacts if c.side == side and abs(getattr(c, name) - moment) <= tolerance_s
        ]
        return min(candidates, key=lambda c: abs(getattr(c, name) - moment), default=None)


def _with_later_swaps(correction: Correction, later: Corrections) -> Correction:
    """Return the correction with its foot named as after later side swaps."""
    if isinstance(correction, MovedEvent):
        moment = correction.at_s
    elif isinstance(correction, RemovedContact | AddedContact):
        moment = correction.contact_s
    else:
        return correction
    swaps = [swap for swap in later if isinstance(swap, SwappedSides) and _covers(swap, moment)]
    return replace(correction, side=other(correction.side)) if len(swaps) % 2 else correction


def _covers(swap: SwappedSides, moment: float) -> bool:
    after_start = swap.start_s is None or moment >= swap.start_s
    return after_start and (swap.end_s is None or moment < swap.end_s)


def apply_side_swaps(runner: Runner, corrections: Corrections) -> Runner:
    """The runner with left and right exchanged where the corrections say so.

    Parameters
    ----------
    runner
        As found.
    corrections
        Times at which left and right were exchanged.

    Returns
    -------
    Runner
        The same one where nothing was corrected.
    """
    for swap in corrections:
        if isinstance(swap, SwappedSides):
            runner = replace(
                runner,
                pose=_swap_track(runner.pose, swap),
                raw=_swap_track(runner.raw, swap),
                seen=None if runner.seen is None else _swap_track(runner.seen, swap),
                sole_deg=_swap_feet(runner.sole_deg, runner.pose.time_s, swap),
            )
    return runner


def _inside(time_s: Array, swap: SwappedSides) -> NDArray[np.bool_]:
    start = -np.inf if swap.start_s is None else swap.start_s
    end = np.inf if swap.end_s is None else swap.end_s
    return np.asarray((time_s >= start) & (time_s < end))


def _swap_feet(values: Array | None, time_s: Array, swap: SwappedSides) -> Array | None:
    if values is None:
        return None
    return np.where(_inside(time_s, swap)[:, None], values[:, ::-1], values)


def _swap_track(track: PoseTrack, swap: SwappedSides) -> PoseTrack:
    inside = _inside(track.time_s, swap)
    names = [swapped_name(name) for name in track.keypoints]
    order = [
        track.keypoints.index(name if name in track.keypoints else candidates)
        for candidates, name in zip(track.keypoints, names, strict=True)
    ]
    xy, confidence = track.xy.copy(), track.confidence.copy()
    xy[inside] = track.xy[inside][:, order]
    confidence[inside] = track.confidence[inside][:, order]
    return replace(track, xy=xy, confidence=confidence)


def _overlaps(contacts: tuple[Contact, ...], new: Contact) -> bool:
    """Whether the same foot would have two contacts at once."""
    return any(
        c.side == new.side and c.contact_s < new.toe_off_s and new.contact_s < c.toe_off_s
        for c in contacts
    )


def _in_order(contacts: tuple[Contact, ...]) -> tuple[Contact, ...]:
    return tuple(sorted(contacts, key=lambda contact: contact.contact_s))
