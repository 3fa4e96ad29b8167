"""``capture.npz``: everything a pose source saw in a clip, so that it can be remeasured.

Lossless: measuring a capture after writing and reading it gives the same numbers.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.npz import DAMAGE, npz_arrays
from leanline.formats.reasons import warning_from_plain, warning_to_plain
from leanline.formats.type_checks import check_types
from leanline.inputs import is_folder
from leanline.model import (
    AnalysisWarning,
    CameraMotion,
    Capture,
    PoseTrack,
    SceneEvidence,
    VideoInfo,
)
from leanline.profile import profile_of

FILE_NAME: Final = "capture.npz"
_VERSION: Final = 3


def write_capture(capture: Capture, directory: str | os.PathLike[str]) -> Path:
    """Write a capture as ``capture.npz``, completely or not at all.

    Parameters
    ----------
    capture
        To be read back as it is.
    directory
        Where to write.

    Returns
    -------
    Path
        The file.
    """
    path = Path(directory) / FILE_NAME
    metadata = {
        "version": _VERSION,
        "video": asdict(capture.video),
        "source": capture.source,
        "others": capture.others,
        "notes": [warning_to_plain(note) for note in capture.notes],
        "keypoints": capture.pose.keypoints,
        "unit": capture.pose.unit,
        "moving": None if capture.camera is None else bool(capture.camera.moving),
        "segments": None if capture.scene is None else len(capture.scene.segments),
    }
    with written_atomically(path) as part, part.open("wb") as file:
        np.savez_compressed(
            file, allow_pickle=False, about=np.array(json.dumps(metadata)), **_arrays(capture)
        )
    return path


def read_capture(path: str | os.PathLike[str]) -> Capture:
    """Read a capture.

    Parameters
    ----------
    path
        A ``capture.npz``, or the directory that holds it.

    Returns
    -------
    Capture
        As it was written.

    Raises
    ------
    InputError
        There is none, or the file is damaged or something else.
    """
    path = Path(path)
    path = path / FILE_NAME if is_folder(path) else path
    try:
        return _capture(npz_arrays(path))
    except (InputError, *DAMAGE) as error:
        raise InputError("capture.damaged", path=path) from error


def _arrays(capture: Capture) -> dict[str, Any]:
    pose = capture.pose
    arrays: dict[str, Any] = {"time_s": pose.time_s, "xy": pose.xy, "confidence": pose.confidence}
    if capture.camera is not None:
        arrays["shift_px"] = capture.camera.shift_px
    if capture.outline_px is not None:
        arrays["outline_px"] = capture.outline_px
    if capture.sole_deg is not None:
        arrays["sole_deg"] = capture.sole_deg
    for number, segments in enumerate(() if capture.scene is None else capture.scene.segments):
        arrays[f"segments_{number}"] = segments
    return arrays


def _capture(data: Mapping[str, Any]) -> Capture:
    metadata = json.loads(str(data["about"]))
    if metadata["version"] not in (1, 2, _VERSION):
        raise ValueError(f"version {metadata['version']}")
    # Version 1 has a single pair of edges at the hips, which is too little to locate the joints.
    outline_px = data.get("outline_px") if metadata["version"] > 1 else None
    pose = PoseTrack(
        data["time_s"],
        data["xy"],
        data["confidence"],
        tuple(metadata["keypoints"]),
        metadata["unit"],
    )
    camera, count = metadata["moving"], metadata["segments"]
    capture = Capture(
        video=VideoInfo(**metadata["video"]),
        pose=pose,
        profile=profile_of(metadata["source"]),
        camera=None if camera is None else CameraMotion(data["shift_px"], camera),
        others=metadata["others"],
        notes=tuple(_note(entry) for entry in metadata["notes"]),
        scene=None
        if count is None
        else SceneEvidence(tuple(data[f"segments_{number}"] for number in range(count))),
        outline_px=outline_px,
        sole_deg=data.get("sole_deg"),
    )
    check_types(capture)
    _check_shapes(capture)
    return capture


def _note(entry: Mapping[str, Any] | Sequence[str]) -> AnalysisWarning:
    """Convert a warning; before version 3 it was a code and a sentence."""
    if isinstance(entry, Mapping):
        return warning_from_plain(entry)
    code, text = entry
    return warning_from_plain({"code": code, "text": text, "reason": None, "companion": None})


def _check_shapes(capture: Capture) -> None:
    """Refuse arrays with inconsistent shapes."""
    if capture.scene and any(lines.shape[1:] != (4,) for lines in capture.scene.segments):
        raise ValueError("segments without two ends")
