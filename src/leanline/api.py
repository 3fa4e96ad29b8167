"""Events and metrics directly from a track of keypoints, for programs that work with arrays.

Requirements on a track: one person seen from the side; ``time_s`` in real seconds,
increasing, at least 25 per second; ``xy`` with y truly up (or ``roll_deg`` of the camera given), in
metres or pixels; missing points NaN. The camera is static, or the runner is on a treadmill.
Keypoints are taken as joint centres; those that are missing are missed only by the metrics that
need them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from leanline.camera.derotate import derotate
from leanline.errors import NobodyError
from leanline.gait.analyse import analyse_gait
from leanline.gait.manual_corrections import ManualCorrections
from leanline.metrics.body import stature
from leanline.metrics.measure import measure_clip
from leanline.model import (
    AnalysisWarning,
    Camera,
    Capture,
    Contact,
    Estimate,
    Metric,
    PoseTrack,
    Runner,
)
from leanline.pipeline.given_values import check_given
from leanline.pipeline.level_and_gait import scale_of
from leanline.pose.recorded import track_to_capture
from leanline.reason import Reason
from leanline.runner.prepare import prepare
from leanline.settings import Settings

_SOURCE = "array"


def detect_contacts(track: PoseTrack, *, roll_deg: float = 0.0) -> tuple[Contact, ...]:
    """Initial contacts and toe-offs of both feet, in order of time.

    Parameters
    ----------
    track
        Keypoints of one runner or walker, (T, K, 2); see the module for what they must be.
    roll_deg
        Camera roll to take out, positive clockwise as the photographer sees it.

    Returns
    -------
    tuple of Contact
        Half-open times on the ground, seconds. Empty for somebody who stands, and for a
        track without frames.

    Raises
    ------
    NobodyError
        The person is seen from the front or the back.
    """
    if len(track.time_s) < 2:
        return ()
    capture = track_to_capture(track, _SOURCE, _SOURCE)
    runner, camera = _prepare(capture, roll_deg)
    return analyse_gait(derotate(runner, camera), capture.profile.timing).contacts


def measure_track(
    track: PoseTrack,
    contacts: Sequence[Contact] | None = None,
    *,
    height_m: float | str | None = None,
    speed_mps: float | str | None = None,
    roll_deg: float = 0.0,
) -> dict[str, Metric]:
    """All metrics of a run, each with its interval, or with the reason why there is none.

    Parameters
    ----------
    track
        As for ``detect_contacts``.
    contacts
        Contacts known from elsewhere (force plates, another detector), in the track's
        seconds; found in the track when None.
    height_m, speed_mps
        Body height in shoes and speed of the belt, if known: they give the scale of a track
        in pixels. Numbers are metres and metres a second; text has its unit: ``"10 km/h"``.
    roll_deg
        Camera roll, taken out as if it were exactly known.

    Returns
    -------
    dict of str to Metric
        By id; units stand in the names.

    Raises
    ------
    NobodyError
        Nobody runs or walks, or they are seen from the front or the back.
    UsageError
        A value outside its range (see ``Settings``), or a speed that this runner cannot have.
    """
    settings = Settings(height_m=height_m, speed_mps=speed_mps, roll_deg=roll_deg)
    if len(track.time_s) < 2:
        raise NobodyError("track.no_frames_to_measure")
    capture = track_to_capture(track, _SOURCE, _SOURCE)
    runner, camera = _prepare(capture, roll_deg)
    by_hand = None if contacts is None else _Given(contacts=tuple(contacts))
    gait = analyse_gait(derotate(runner, camera), capture.profile.timing, by_hand)
    if gait.activity not in ("running", "walking"):
        raise NobodyError("track.nobody_moving")
    height = stature(runner.pose, runner.leg_length, capture.profile.stature_share)
    given = check_given(settings.clip, runner, gait, height)
    scaled = replace(camera, metres_per_px=scale_of(capture, runner, gait, settings))
    scaled = given.widen_scale(scaled, settings.clip.height_m)
    measured = measure_clip(runner, gait, scaled, capture.profile, settings.clip.speed_mps)
    return dict(given.widen_speed(measured).metrics)


@dataclass(frozen=True)
class _Given(ManualCorrections):
    """Contacts that stand in the place of those that were found."""

    contacts: tuple[Contact, ...] = ()

    def apply(
        self, contacts: Sequence[Contact]
    ) -> tuple[tuple[Contact, ...], tuple[AnalysisWarning, ...]]:
        """Return the given contacts in order of time."""
        del contacts
        return tuple(sorted(self.contacts, key=lambda contact: contact.contact_s)), ()


def _prepare(capture: Capture, roll_deg: float) -> tuple[Runner, Camera]:
    runner = prepare(capture)
    if runner.view != "side":
        raise NobodyError("track.not_from_the_side")
    roll = Estimate(roll_deg, (roll_deg, roll_deg), (Reason("estimate.given"),))
    return runner, Camera(roll, False, None)
