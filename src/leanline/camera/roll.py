"""Camera roll at the runner, with an interval, from all evidence in the clip."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from leanline.camera.attitude import Angle, Attitude, estimate_attitude
from leanline.camera.lines import NO_LINES, CandidateLines, Lines, candidate_lines
from leanline.camera.path_line import path_line
from leanline.camera.phone_level import PhoneLevel
from leanline.confidence import NORMAL_95
from leanline.model import Array, Capture, Contact, Estimate, PoseTrack, Runner
from leanline.reason import Reason
from leanline.video.lens import Lens

# Standard deviations in degrees, chosen: of a value read off a level or plumb line; of walls and
# lenses, however many lines agree; and the prior for a hand-held phone (UNSEEN_SD).
GIVEN_SD = 0.3
WORLD_SD = 0.2
# Used without vertical lines: what looks level may slope, as roads and hedges do.
SLOPING_SD = 0.6
UNSEEN_SD = 3.0
# A source is informative if it alone reduces the prior's deviation to this share.
INFORMATIVE = 0.6
# Sources whose differences exceed their deviations by this factor are reported as conflicting.
DISAGREE = 1.5


def estimate_roll(
    given_deg: float | None,
    capture: Capture,
    runner: Runner,
    contacts: Sequence[Contact] = (),
    phone: PhoneLevel | None = None,
) -> Estimate:
    """Estimate the roll of the camera, degrees, positive clockwise as the photographer sees it.

    It is the rotation of the true vertical at the runner: with a pitched camera it differs
    towards the picture's edges.

    Parameters
    ----------
    given_deg
        The user's value, or None; it overrides the picture.
    capture
        With the lines of the scene. Tracks in metres are upright already.
    runner
        Facing +x.
    contacts
        Contacts of a runner who moves over the ground; empty on a treadmill.
    phone
        What the phone's sensors said while it filmed, or None.

    Returns
    -------
    Estimate
        Degrees; without evidence in the picture, centred near 0 with the spread of hand-held
        phones.
    """
    if given_deg is not None:
        return _estimate(given_deg, GIVEN_SD, "given")
    if capture.pose.unit == "m" or capture.profile.finished:
        return _estimate(0.0, 0.0, "track_vertical")
    if capture.video.width == 0:
        if phone is not None:
            return _estimate(phone.roll_deg, phone.sd_deg, "phone_level")
        return _estimate(0.0, UNSEEN_SD, "held_level")
    lens = Lens(capture.video.width, capture.video.height)
    views = candidate_lines(capture.scene, lens) if capture.scene is not None else ()
    moving = capture.camera is not None and capture.camera.moving
    path = path_line(runner, contacts, lens, moving=moving)
    return fuse_roll(views, path, lens.tangents(_runner_position(capture.pose)), phone)


def fuse_roll(
    views: tuple[CandidateLines, ...],
    path: Lines,
    place: Array,
    phone: PhoneLevel | None = None,
) -> Estimate:
    """Combine lines, path and the phone's own level into the roll at the runner.

    The sources are also evaluated separately; where they disagree the interval is widened by
    their Birge ratio (Birge 1932, Phys Rev 40:207).

    Parameters
    ----------
    views
        Candidate lines of each picture; may be empty.
    path
        The runner's path over the ground, or ``NO_LINES``.
    place
        (2,) position of the runner on the picture plane, tangents off the optical axis.
    phone
        What the phone's sensors said, or None.

    Returns
    -------
    Estimate
        Degrees, positive clockwise as the photographer sees it; its sources are those that are
        informative by themselves.
    """
    combined = estimate_attitude(views, path, place, phone)
    separate = {
        "vertical_lines": estimate_attitude(
            tuple(CandidateLines(vertical=v.vertical) for v in views), NO_LINES, place
        ),
        "horizontal_lines": estimate_attitude(
            tuple(CandidateLines(level=v.level) for v in views), NO_LINES, place
        ),
        "footfalls": estimate_attitude((), path, place),
    }
    if phone is not None:
        separate["phone_level"] = replace(combined, roll=Angle(phone.roll_deg, phone.sd_deg))
    informative = {
        name: one for name, one in separate.items() if one.roll.sd < INFORMATIVE * UNSEEN_SD
    }
    if not informative:
        faint = combined.roll.sd < INFORMATIVE * UNSEEN_SD
        source = "faint_lines" if faint else "held_level"
        return _estimate(combined.roll.value, float(np.hypot(combined.roll.sd, SLOPING_SD)), source)
    ratio = _birge(combined, list(informative.values()))
    slopes = "vertical_lines" not in informative and set(informative) != {"phone_level"}
    world = SLOPING_SD if slopes else WORLD_SD
    sd = float(np.hypot(combined.roll.sd, world)) * max(1.0, ratio)
    return _estimate(combined.roll.value, sd, *informative, conflicting=ratio > DISAGREE)


def _birge(combined: Attitude, separate: list[Attitude]) -> float:
    if len(separate) < 2:
        return 1.0
    off = [
        (one.roll.value - combined.roll.value) / np.hypot(one.roll.sd, WORLD_SD) for one in separate
    ]
    return float(np.sqrt(np.sum(np.square(off)) / (len(separate) - 1)))


def _runner_position(pose: PoseTrack) -> Array:
    """Return the runner's median position in the clip, (2,), pixels."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", category=RuntimeWarning)
        return np.asarray(np.nanmedian(pose.xy, axis=(0, 1)))


def _estimate(value: float, sd: float, *sources: str, conflicting: bool = False) -> Estimate:
    reasons = tuple(Reason(f"estimate.{source}") for source in sources)
    return Estimate(value, (value - NORMAL_95 * sd, value + NORMAL_95 * sd), reasons, conflicting)
