"""Writer for C3D files: points with gait events, as motion laboratories use them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from leanline.files import written_atomically
from leanline.formats.c3d_read import CONFIDENCE
from leanline.model import Array, Contact, PoseTrack

# Times within this share of a frame of a regular grid count as regular.
EVEN: Final = 0.01
MM_PER_M: Final = 1000.0


def resample_evenly(track: PoseTrack) -> tuple[PoseTrack, float]:
    """Resample a track to whole multiples of a frame, the only times C3D supports; with its rate.

    A track that is on such a grid already (to 1 % of a frame) keeps its positions; others are
    interpolated linearly, with NaN next to missing frames.
    """
    time_s = track.time_s
    if len(time_s) < 2:
        return track, 1.0
    rate = (len(time_s) - 1) / float(time_s[-1] - time_s[0])
    rate = round(rate) if abs(rate - round(rate)) < EVEN * rate / len(time_s) else rate
    first = int(np.ceil(time_s[0] * rate - EVEN))
    last = int(np.floor(time_s[-1] * rate + EVEN))
    even = np.arange(first, last + 1) / rate
    if len(even) == len(time_s) and np.allclose(even, time_s, rtol=0, atol=EVEN / rate):
        return PoseTrack(even, track.xy, track.confidence, track.keypoints, track.unit), rate
    flat = np.column_stack([track.xy.reshape(len(time_s), -1), track.confidence])
    moved = np.stack([np.interp(even, time_s, column) for column in flat.T], axis=1)
    points = len(track.keypoints)
    xy = moved[:, : 2 * points].reshape(len(even), points, 2)
    confidence = np.clip(moved[:, 2 * points :], 0.0, 1.0)
    return PoseTrack(even, xy, confidence, track.keypoints, track.unit), rate


def write_c3d(
    track: PoseTrack, path: Path, contacts: Sequence[Contact] = (), *, joint_centres_of: str = ""
) -> None:
    """Write ``track`` as C3D: X ahead, Y 0, Z up, millimetres (or px); whole or not at all.

    Confidences are analog channels at the points' rate, ``confidence.NAME`` from 0 to 1: the
    residual of a point is a length, and others may sort points out by it. There are none when
    all points that are there have confidence 1.

    Parameters
    ----------
    track
        Moved to whole multiples of its frame time if it is not on them; see ``resample_evenly``.
    path
        File to write.
    contacts
        Become events ``Foot Strike`` and ``Foot Off`` of the ``Left`` and ``Right`` foot, at
        the same times as in the track (frame 1 is at 0 s).
    joint_centres_of
        The pose source of the analysis whose joint centres these are; empty for keypoints.
    """
    import ezc3d

    even, rate = resample_evenly(track)
    file = ezc3d.c3d()
    point = file["parameters"]["POINT"]
    point["RATE"]["value"] = [rate]
    point["LABELS"]["value"] = list(even.keypoints)
    point["DESCRIPTIONS"]["value"] = list(even.keypoints)
    point["UNITS"]["value"] = ["mm" if even.unit == "m" else "px"]
    file.add_parameter("POINT", "X_SCREEN", ["+X"])
    file.add_parameter("POINT", "Y_SCREEN", ["+Z"])
    if joint_centres_of:
        file.add_parameter("LEANLINE", "JOINT_CENTRES_OF", [joint_centres_of])
    _add_events(file, contacts)
    file["data"]["points"] = _points(even)
    seen = np.asarray(np.isfinite(even.xy).all(axis=2)).T[None]
    file["data"]["meta_points"] = {
        "residuals": np.where(seen, 0.0, -1.0),
        "camera_masks": np.zeros((7, *seen.shape[1:]), dtype=bool),
    }
    _add_confidence(file, even, rate)
    first = round(float(even.time_s[0]) * rate) if len(even.time_s) else 0
    file["header"]["points"]["first_frame"] = first
    with written_atomically(path) as part:
        # ezc3d adds the ending to names that lack it.
        ended = part.with_name(f"{part.name}.c3d")
        try:
            file.write(str(ended))
            ended.replace(part)
        finally:
            ended.unlink(missing_ok=True)


def _add_confidence(file: Any, track: PoseTrack, rate: float) -> None:  # noqa: ANN401
    seen = np.isfinite(track.xy).all(axis=2)
    if np.all(track.confidence[seen] == 1.0):
        return
    count = len(track.keypoints)
    analog = file["parameters"]["ANALOG"]
    analog["RATE"]["value"] = [rate]
    analog["LABELS"]["value"] = [CONFIDENCE + name for name in track.keypoints]
    analog["UNITS"]["value"] = [""] * count
    analog["SCALE"]["value"] = [1.0] * count
    analog["OFFSET"]["value"] = [0] * count
    file["data"]["analogs"] = np.where(seen, track.confidence, 0.0).T[None]


def _points(track: PoseTrack) -> Array:
    """Return (4, K, T): X ahead, Y across, Z up, 1."""
    scale = MM_PER_M if track.unit == "m" else 1.0
    points = np.zeros((4, len(track.keypoints), len(track.time_s)))
    points[0], points[2] = scale * track.xy[:, :, 0].T, scale * track.xy[:, :, 1].T
    points[1:2, np.isnan(points[0])] = np.nan
    points[3] = 1.0
    return points


def _add_events(file: Any, contacts: Sequence[Contact]) -> None:  # noqa: ANN401
    events = sorted(
        (at_s, contact.side.capitalize(), label)
        for contact in contacts
        for at_s, label in ((contact.contact_s, "Foot Strike"), (contact.toe_off_s, "Foot Off"))
        if np.isfinite(at_s)
    )
    if not events:
        return
    times, sides, labels = zip(*events, strict=True)
    minutes = np.floor(np.array(times) / 60.0)
    file.add_parameter("EVENT", "USED", [len(events)])
    file.add_parameter("EVENT", "CONTEXTS", list(sides))
    file.add_parameter("EVENT", "LABELS", list(labels))
    file.add_parameter("EVENT", "TIMES", np.array([minutes, np.array(times) - 60.0 * minutes]))
