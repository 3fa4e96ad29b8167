"""Checks of the picture before measuring: what is fine, and what to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from leanline.confidence import interval_half_width
from leanline.live.follower import Circle, Picture
from leanline.model import Capture, Estimate, PoseTrack
from leanline.reason import Param, Reason
from leanline.runner.prepare import SIDE_VIEW_BREADTH
from leanline.wording.catalogue import render

State = Literal["good", "change", "note"]

# Confidence from which a point counts as seen; the same as in the analysis.
MIN_CONFIDENCE: Final = 0.3
# A point must be seen in this share of the frames, and be this far from the picture's border
# (share of its height).
MIN_SEEN: Final = 0.7
MARGIN: Final = 0.01
# Minimum height of the body as a share of the picture and in pixels; below, one pixel is a
# noticeable part of a degree.
MIN_TALL, MIN_TALL_PX = 0.40, 150.0
# Shoulders (or hips) this far apart in the picture, in trunk lengths, are not seen side-on; they
# are 0.75 apart in a frontal view (Winter 2009), so this is about 25 degrees.
SIDE_ON: Final = 0.32
# Brightness around the person (0 to 255) and its spread; set by eye on indoor and outdoor clips.
DARK, BRIGHT, FLAT = 45.0, 215.0, 12.0
# Below this rate, ground contacts are seen too rarely to count steps.
MIN_RATE_HZ: Final = 12.0
# A camera tilted more than this is worth straightening even though the tilt is corrected.
TILTED_DEG: Final = 4.0
LEVEL_DEG: Final = 0.5
# A roll whose 95 % interval is wider than this either way counts as unknown.
KNOWN_ROLL_DEG: Final = 3.0
PARTS: Final = {
    "head": ("nose", "left_ear", "right_ear"),
    "hips": ("left_hip", "right_hip"),
    "knees": ("left_knee", "right_knee"),
    "feet": ("left_ankle", "right_ankle", "left_heel", "right_heel"),
    "toes": ("left_foot_index", "right_foot_index"),
}


@dataclass(frozen=True)
class Check:
    """Result of one check of the picture.

    Parameters
    ----------
    id
        Which check.
    state
        ``change`` holds up the measurement, ``note`` does not.
    reason
        Its words: a code ``check.*`` with the numbers found.
    """

    id: str
    state: State
    reason: Reason

    @property
    def text(self) -> str:
        """The sentence in English."""
        return render(self.reason)


@dataclass(frozen=True)
class Light:
    """Brightness around the person.

    Parameters
    ----------
    mean, spread
        Mean and standard deviation, 0 to 255.
    """

    mean: float
    spread: float


def measure_light(picture: Picture, circle: Circle) -> Light:
    """Measure the light on a person.

    Parameters
    ----------
    picture
        (H, W, 3) RGB, or planes.
    circle
        Around the person.

    Returns
    -------
    Light
        Of the pixels within it.
    """
    height, width = picture.shape[:2]
    x, y, radius = (round(v) for v in circle)
    rows = slice(max(y - radius, 0), min(y + radius, height), 4)
    columns = slice(max(x - radius // 2, 0), min(x + radius // 2, width), 4)
    piece = picture[rows, columns]
    if piece.size == 0:
        return Light(float("nan"), float("nan"))
    grey = piece.mean(axis=2)
    return Light(float(grey.mean()), float(grey.std()))


def no_person_check() -> tuple[Check, ...]:
    """Return the check that fails while nobody is in view."""
    return (_check("person", "change", "nobody"),)


def run_checks(
    capture: Capture,
    light: Light,
    roll: Estimate | None,
    *,
    given: bool,
    rate_hz: float,
    may_face: bool = False,
) -> tuple[Check, ...]:
    """Run all checks on the last second or two.

    Parameters
    ----------
    capture
        The landmarks, as filmed.
    light
        Light in the newest picture.
    roll
        Estimate of the camera's roll; None while it is being estimated.
    given
        Whether the user gave the roll.
    rate_hz
        Frames per second that are processed.
    may_face
        Whether somebody who faces the camera, or turns their back to it, can be measured too.

    Returns
    -------
    tuple of Check
        One for each check, whatever its state.
    """
    pose = capture.pose
    return (
        _check("person", "good", "person"),
        _whole_body(pose, capture.video.height),
        _size(pose, capture.video.height),
        _side_on(pose, may_face=may_face),
        _level(roll, given=given),
        _light(light),
        _rate(rate_hz),
    )


def all_passed(found: Sequence[Check]) -> bool:
    """Whether nothing has to be changed."""
    return bool(found) and all(check.state != "change" for check in found)


def _whole_body(pose: PoseTrack, height_px: float) -> Check:
    missing = tuple(part for part, names in PARTS.items() if not _seen(pose, names, height_px))
    if not missing:
        return _check("whole", "good", "whole")
    low = {"feet", "toes", "knees"} & set(missing)
    high = "head" in missing
    where = "far" if bool(low) == high else "low" if low else "high"
    return _check("whole", "change", f"whole_{where}", parts=missing)


def _seen(pose: PoseTrack, names: tuple[str, ...], height_px: float) -> bool:
    """Whether the part's best-seen point is inside the picture in most frames."""
    margin = MARGIN * height_px
    best = 0.0
    for name in names:
        y = pose.point(name)[:, 1]
        with np.errstate(invalid="ignore"):
            inside = (y > margin) & (y < height_px - margin)
        best = max(best, float(np.mean(inside & (pose.trust(name) >= MIN_CONFIDENCE))))
    return best >= MIN_SEEN


def _size(pose: PoseTrack, height_px: float) -> Check:
    tall = _tall_px(pose)
    share = tall / height_px
    if not np.isfinite(tall):
        return _check("size", "note", "size_unknown")
    if share < MIN_TALL or tall < MIN_TALL_PX:
        return _check("size", "change", "size_small", share_pct=100.0 * share)
    return _check("size", "good", "size", share_pct=100.0 * share)


def _tall_px(pose: PoseTrack) -> float:
    """Ear to heel, plus a tenth for what is above the ear and below the heel."""
    ear, heel = pose.mid("ear")[:, 1], pose.mid("heel")[:, 1]
    known = np.isfinite(ear) & np.isfinite(heel)
    return 1.1 * float(np.median(np.abs(ear - heel)[known])) if known.any() else float("nan")


def _side_on(pose: PoseTrack, *, may_face: bool) -> Check:
    breadth = np.abs(pose.point("left_shoulder") - pose.point("right_shoulder"))[:, 0]
    trunk = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    known = np.isfinite(breadth) & np.isfinite(trunk) & (trunk > 0)
    if not known.any():
        return _check("side", "note", "side_unknown")
    share = float(np.median(breadth[known] / trunk[known]))
    if share > SIDE_VIEW_BREADTH:
        if may_face:
            return _check("side", "good", "side_front")
        return _check("side", "change", "side_facing")
    if share > SIDE_ON:
        return _check("side", "change", "side_slanted")
    return _check("side", "good", "side")


def _level(roll: Estimate | None, *, given: bool) -> Check:
    if roll is None:
        return _check("level", "note", "level_searching")
    half = interval_half_width(roll.ci95)
    if half > KNOWN_ROLL_DEG:
        return _check("level", "note", "level_unknown", half_deg=half)
    basis = "as_entered" if given else "by_lines"
    if abs(roll.value) <= max(half, LEVEL_DEG):
        return _check("level", "good", "level", half_deg=half, basis=basis)
    tilted = abs(roll.value) > TILTED_DEG
    return _check(
        "level",
        "note" if tilted else "good",
        "level_tilted" if tilted else "level_nearly",
        roll_deg=abs(roll.value),
        way="clockwise" if roll.value > 0 else "anticlockwise",
        half_deg=half,
        basis=basis,
    )


def _light(light: Light) -> Check:
    if not np.isfinite(light.mean):
        return _check("light", "note", "light_unknown")
    if light.mean < DARK:
        return _check("light", "change", "light_dark")
    if light.mean > BRIGHT:
        return _check("light", "change", "light_bright")
    if light.spread < FLAT:
        return _check("light", "note", "light_flat")
    return _check("light", "good", "light")


def _rate(rate_hz: float) -> Check:
    if not np.isfinite(rate_hz) or rate_hz >= MIN_RATE_HZ:
        return _check("rate", "good", "rate")
    return _check("rate", "note", "rate_low", rate_hz=rate_hz)


def _check(check_id: str, state: State, code: str, **params: Param) -> Check:
    return Check(check_id, state, Reason(f"check.{code}", params))
