"""Keypoints as JSON: OpenPose's and Pose2Sim's files per frame, COCO's and AlphaPose's lists of
annotations, MMPose's frames of instances.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.names import shipped_sets
from leanline.formats.recording import (
    Person,
    Recording,
    check_cells,
    interpreting_file,
    reading_file,
    track_recorded_people,
)
from leanline.inputs import is_folder
from leanline.model import Array, PoseTrack

_NUMBER: Final = re.compile(r"(\d+)(?=\D*$)")

# A person in a frame: (K, 3) x, y, confidence, and the file's id of the person, if any.
Found = tuple[Array, str]


def is_openpose_folder(path: Path) -> bool:
    """Whether ``path`` is a folder with one JSON file per frame."""
    return is_folder(path) and next(path.glob("*.json"), None) is not None


def openpose_recording(folder: Path) -> Recording:
    """Read a folder of OpenPose's ``*_keypoints.json``, or Pose2Sim's ``NAME_000001.json``.

    Parameters
    ----------
    folder
        With one file per frame.

    Returns
    -------
    Recording
        Of everybody in it; times are frame numbers.

    Raises
    ------
    InputError
        A file is damaged or of another layout, or two belong to the same frame.
    """
    files = sorted(folder.glob("*.json"), key=lambda file: (_frame_of(file.stem), file.name))
    frames = [_frame_of(file.stem) for file in files]
    if not files or len(set(frames)) < len(frames):
        if not files:
            raise InputError("keypoint_json.no_files", path=folder)
        raise InputError("keypoint_json.same_frame", path=folder)
    people = [_openpose_people(file) for file in files]
    with interpreting_file(folder, "OpenPose JSON"):
        return _recording("OpenPose JSON", frames, people, folder)


def _openpose_people(file: Path) -> list[Found]:
    with reading_file(file, "OpenPose JSON"):
        return [
            (_rows(person["pose_keypoints_2d"]), _person_id(person.get("person_id")))
            for person in json.loads(file.read_bytes())["people"]
        ]


def _frame_of(name: str) -> int:
    """Return the frame, which is the last number in a file's name; 0 without one."""
    match = _NUMBER.search(name)
    return int(match.group()[-12:]) if match else 0


def _person_id(said: object) -> str:
    """Return the file's id of a person; OpenPose writes -1 if it does not track people."""
    value = said[0] if isinstance(said, list) and said else said
    return "" if value in (None, [], -1) else str(value)


def json_recording(path: Path) -> Recording:
    """Read a JSON file in COCO's, AlphaPose's or MMPose's layout, or one frame of OpenPose's.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of everybody in it; times are frame numbers.

    Raises
    ------
    InputError
        The file is damaged or in none of these layouts.
    """
    with reading_file(path, "keypoint JSON"):
        data = json.loads(path.read_bytes())
        if isinstance(data, list):
            return _annotations(path, data, {}, ())
        if "annotations" in data:
            images = {image["id"]: image for image in data.get("images", ())}
            return _annotations(path, data["annotations"], images, _category_names(data))
        if "instance_info" in data:
            return _mmpose(path, data)
    if is_openpose_folder(path.parent) and "people" in data:
        raise InputError("keypoint_json.single_frame", path=path)
    raise InputError("keypoint_json.unknown_layout", path=path)


def _annotations(
    path: Path,
    annotations: Sequence[Mapping[str, Any]],
    images: Mapping[Any, Mapping[str, Any]],
    names: tuple[str, ...],
) -> Recording:
    """Read COCO's annotations or results, and AlphaPose's: each is one person in one picture."""
    by_frame: dict[int, list[Found]] = {
        _image_frame(image["id"], images): [] for image in images.values()
    }
    for entry in annotations:
        who = entry.get("track_id", entry.get("idx", ""))
        found = (_rows(entry["keypoints"]), _person_id(who))
        by_frame.setdefault(_image_frame(entry["image_id"], images), []).append(found)
    frames = sorted(by_frame)
    kind = "AlphaPose JSON" if annotations and "idx" in annotations[0] else "COCO JSON"
    return _recording(kind, frames, [by_frame[frame] for frame in frames], path, names)


def _image_frame(image_id: object, images: Mapping[Any, Mapping[str, Any]]) -> int:
    """Return the frame of a picture by its entry, its file name, or its id."""
    entry = images.get(image_id, {})
    if "frame_id" in entry:
        return int(entry["frame_id"])
    name = Path(str(entry.get("file_name", ""))).stem
    if _NUMBER.search(name):
        return _frame_of(name)
    return image_id if isinstance(image_id, int) else _frame_of(Path(str(image_id)).stem)


def _category_names(data: Mapping[str, Any]) -> tuple[str, ...]:
    categories = data.get("categories") or [{}]
    return tuple(map(str, categories[0].get("keypoints", ())))


def _mmpose(path: Path, data: Mapping[str, Any]) -> Recording:
    frames = [int(entry["frame_id"]) for entry in data["instance_info"]]
    people = [
        [_mmpose_person(person) for person in entry["instances"]] for entry in data["instance_info"]
    ]
    named = data.get("meta_info", {}).get("keypoint_id2name", {})
    names = tuple(str(named[key]) for key in sorted(named, key=int))
    return _recording("MMPose JSON", frames, people, path, names)


def _mmpose_person(person: Mapping[str, Any]) -> Found:
    xy = np.array(person["keypoints"], dtype=np.float64)[:, :2]
    scores = np.array(person["keypoint_scores"], dtype=np.float64)
    return np.column_stack([xy, scores]), _person_id(person.get("track_id"))


def _rows(flat: Sequence[float]) -> Array:
    """Return x, y, confidence of each point, (K, 3), from the flat list of COCO and OpenPose.

    COCO's visibility (0, 1 or 2) becomes a confidence of 0 or 1.
    """
    rows = np.array(flat, dtype=np.float64).reshape(-1, 3)
    if len(rows) and np.isin(rows[:, 2], (0.0, 1.0, 2.0)).all():
        rows[:, 2] = np.minimum(rows[:, 2], 1.0)
    return rows


def _recording(
    kind: str,
    frames: Sequence[int],
    people: Sequence[Sequence[Found]],
    path: Path,
    names: tuple[str, ...] = (),
) -> Recording:
    counts = {len(rows) for frame in people for rows, _ in frame if len(rows)}
    if len(counts) != 1:
        if not counts:
            raise InputError("track.nobody_in_it", path=path)
        raise InputError("keypoint_json.mixed_counts", path=path)
    (count,) = counts
    kept = [[found for found in frame if len(found[0])] for frame in people]
    everybody = _by_identity(kept, count) or track_recorded_people(
        [[rows for rows, _ in frame] for frame in kept], count
    )
    names = names if len(names) == count else ()
    return Recording(kind, names, everybody, frame=np.array(frames, dtype=np.float64), unit="px")


def _by_identity(people: Sequence[Sequence[Found]], count: int) -> tuple[Person, ...]:
    """Group people by the file's ids; empty unless everybody has one throughout."""
    labels: list[list[str]] = [[who for _, who in frame] for frame in people]
    if not all(all(frame) and len(set(frame)) == len(frame) for frame in labels):
        return ()
    found = []
    everybody = dict.fromkeys(who for frame in labels for who in frame)
    check_cells(len(everybody), len(people), count, 3)
    for label in everybody:
        rows = np.full((len(people), count, 3), np.nan)
        for number, frame in enumerate(people):
            for points, who in frame:
                if who == label:
                    rows[number] = points
        found.append(Person(rows[:, :, :2], rows[:, :, 2], label))
    return tuple(found)


def write_openpose(
    track: PoseTrack, folder: Path, *, frame: Iterable[int], height_px: int, stem: str
) -> list[Path]:
    """Write ``track`` as OpenPose writes BODY_25: one JSON file for each frame of the clip.

    Kinovea shows the files on the clip (File, Load annotations; Kinovea's manual, "Importing
    external data").

    Parameters
    ----------
    track
        In pixels, at its places in the picture, y up.
    folder
        Where the files go; created if missing.
    frame
        (T,) number of each of the track's frames in the clip, from 0. Frames of the clip
        before and between get files without people.
    height_px
        Of the picture: OpenPose counts rows downwards.
    stem
        Beginning of every file name.

    Returns
    -------
    list of Path
        The files.
    """
    rows = dict(zip(frame, _body_25(track, height_px), strict=True))
    written = []
    for number in range(max(rows, default=-1) + 1):
        people = [_openpose_person(rows[number])] if number in rows else []
        target = folder / f"{stem}_{number:012d}_keypoints.json"
        with written_atomically(target) as part:
            part.write_text(json.dumps({"version": 1.3, "people": people}), encoding="ascii")
        written.append(target)
    return written


def _openpose_person(rows: Array) -> dict[str, Any]:
    return {"person_id": [-1], "pose_keypoints_2d": [round(float(v), 3) for v in rows.ravel()]}


def _body_25(track: PoseTrack, height_px: int) -> Array:
    """Return (T, 25, 3): x, y down, confidence; all three 0 where missing, as in OpenPose."""
    order = shipped_sets()["body_25"].order
    rows = np.zeros((len(track.time_s), len(order), 3))
    for column, name in enumerate(order):
        xy = track.mid("hip") if name == "mid_hip" else track.point(name)
        trust = np.ones(len(xy)) if name == "mid_hip" else track.trust(name)
        seen = np.isfinite(xy).all(axis=1)
        rows[seen, column, 0] = xy[seen, 0]
        rows[seen, column, 1] = height_px - xy[seen, 1]
        rows[seen, column, 2] = np.maximum(trust[seen], 0.001)
    return rows
