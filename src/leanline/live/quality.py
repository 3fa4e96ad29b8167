"""Checks of the picture before measuring: what is fine, and what to change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from leanline.live.follower import Circle, Picture
from leanline.model import Capture, Estimate, PoseTrack
from leanline.runner.prepare import SIDE_VIEW_BREADTH

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
    """Result of one check; ``text`` is a sentence for the user.

    ``change`` holds up the measurement, ``note`` does not.
    """

    id: str
    state: State
    text: str


@dataclass(frozen=True)
class Light:
    """Mean brightness around the person and its standard deviation, 0 to 255."""

    mean: float
    spread: float


def measure_light(picture: Picture, circle: Circle) -> Light:
    """Measure the light on the person in ``picture`` (H, W, 3)."""
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
    text = "Nobody is seen. Step into the picture, side-on, with head and feet in view."
    return (Check("person", "change", text),)


def run_checks(
    capture: Capture, light: Light, roll: Estimate | None, *, given: bool, rate_hz: float
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
    """
    pose = capture.pose
    return (
        Check("person", "good", "Somebody is in the picture."),
        _whole_body(pose, capture.video.height),
        _size(pose, capture.video.height),
        _side_on(pose),
        _level(roll, given=given),
        _light(light),
        _rate(rate_hz),
    )


def passed(found: Sequence[Check]) -> bool:
    """Whether nothing has to be changed."""
    return bool(found) and all(check.state != "change" for check in found)


def _whole_body(pose: PoseTrack, height_px: float) -> Check:
    missing = [part for part, names in PARTS.items() if not _seen(pose, names, height_px)]
    if not missing:
        return Check("whole", "good", "The whole body is in view.")
    named = missing[0] if len(missing) == 1 else f"{', '.join(missing[:-1])} and {missing[-1]}"
    low = {"feet", "toes", "knees"} & set(missing)
    high = "head" in missing
    do = "Move the camera further away"
    if low and not high:
        do = "Tilt the camera down or move it further away"
    if high and not low:
        do = "Tilt the camera up or move it further away"
    return Check("whole", "change", f"The {named} cannot be seen well. {do}.")


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
        return Check("size", "note", "How large you are in the picture is not clear yet.")
    if share < MIN_TALL or tall < MIN_TALL_PX:
        text = f"You fill only {100 * share:.0f} % of the picture's height. Come closer."
        return Check("size", "change", text)
    return Check("size", "good", f"You fill {100 * share:.0f} % of the picture's height.")


def _tall_px(pose: PoseTrack) -> float:
    """Ear to heel, plus a tenth for what is above the ear and below the heel."""
    ear, heel = pose.mid("ear")[:, 1], pose.mid("heel")[:, 1]
    known = np.isfinite(ear) & np.isfinite(heel)
    return 1.1 * float(np.median(np.abs(ear - heel)[known])) if known.any() else float("nan")


def _side_on(pose: PoseTrack) -> Check:
    breadth = np.abs(pose.point("left_shoulder") - pose.point("right_shoulder"))[:, 0]
    trunk = np.linalg.norm(pose.mid("shoulder") - pose.mid("hip"), axis=1)
    known = np.isfinite(breadth) & np.isfinite(trunk) & (trunk > 0)
    if not known.any():
        return Check("side", "note", "Whether you stand side-on is not clear yet.")
    share = float(np.median(breadth[known] / trunk[known]))
    if share > SIDE_VIEW_BREADTH:
        return Check("side", "change", "You face the camera. Turn so that it sees you side-on.")
    if share > SIDE_ON:
        text = "You stand at an angle to the camera. Turn until it sees you exactly side-on."
        return Check("side", "change", text)
    return Check("side", "good", "The camera sees you side-on.")


def _level(roll: Estimate | None, *, given: bool) -> Check:
    if roll is None:
        return Check("level", "note", "Looking for upright and level lines behind you ...")
    half = 0.5 * (roll.ci95[1] - roll.ci95[0])
    if half > KNOWN_ROLL_DEG:
        text = (
            "How level the camera stands is not known, so every lean may be off by some "
            f"{half:.0f}°. Stand it on a level surface, or say its tilt in the settings."
        )
        return Check("level", "note", text)
    whence = "as you say" if given else "going by the lines behind you"
    if abs(roll.value) <= max(half, LEVEL_DEG):
        return Check("level", "good", f"The camera is level (± {half:.1f}°), {whence}.")
    way = "clockwise" if roll.value > 0 else "anticlockwise"
    tilt = f"{abs(roll.value):.1f}° {way} (± {half:.1f}°), {whence}"
    if abs(roll.value) > TILTED_DEG:
        text = f"The camera is tilted {tilt}. That is taken out, but set it level if you can."
        return Check("level", "note", text)
    return Check("level", "good", f"The camera is about level: {tilt}. That is taken out.")


def _light(light: Light) -> Check:
    if not np.isfinite(light.mean):
        return Check("light", "note", "The light is not clear yet.")
    if light.mean < DARK:
        return Check("light", "change", "It is too dark. Switch on a light in front of you.")
    if light.mean > BRIGHT:
        return Check("light", "change", "It is too bright. Turn the camera away from the light.")
    if light.spread < FLAT:
        text = "You hardly stand out from what is behind you. More light or other clothes help."
        return Check("light", "note", text)
    return Check("light", "good", "There is enough light.")


def _rate(rate_hz: float) -> Check:
    if not np.isfinite(rate_hz) or rate_hz >= MIN_RATE_HZ:
        return Check("rate", "good", "The pictures come fast enough.")
    text = f"Only {rate_hz:.0f} pictures a second are measured. Close other programs."
    return Check("rate", "note", text)
