"""Keypoints as JSON: OpenPose's and Pose2Sim's files per frame, COCO's and AlphaPose's lists of
annotations, MMPose's frames of instances.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from operator import itemgetter
from pathlib import Path
from typing import Any, Final

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.names import shipped_sets
from leanline.formats.numbering import frame_numbers, natural_key
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

_PEOPLE: Final = ("person", "people", "human", "runner", "athlete")
#: Key under which leanline says what it exported.
MARK: Final = "leanline"
#: Identities of pictures further apart, in pictures, were not counted.
MAX_SPREAD: Final = 100

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
    files = sorted(folder.glob("*.json"), key=lambda file: natural_key(file.stem))
    if not files:
        raise InputError("keypoint_json.no_files", path=folder)
    found = [(file, data) for file in files if (data := _openpose_frame(file)) is not None]
    if not found:
        raise InputError("keypoint_json.unknown_layout", path=folder)
    frames = frame_numbers([file.stem for file, _ in found])
    if frames is None:
        raise InputError("keypoint_json.same_frame", path=folder)
    ordered = sorted(zip(frames, (data for _, data in found), strict=True), key=itemgetter(0))
    with interpreting_file(folder, "OpenPose JSON"):
        exported = [data for _, data in ordered if MARK in data]
        if exported:
            return _exported_recording(exported)
        people = [_openpose_people(data) for _, data in ordered]
        return _recording("OpenPose JSON", [frame for frame, _ in ordered], people, folder)


def _openpose_frame(file: Path) -> Mapping[str, Any] | None:
    """The content of one frame; None for a file about something else, such as a calibration."""
    with reading_file(file, "OpenPose JSON"):
        data = json.loads(file.read_bytes())
        if isinstance(data, Mapping) and "people" not in data:
            return None
        _openpose_people(data)
        return dict(data)


def _openpose_people(data: Mapping[str, Any]) -> list[Found]:
    return [
        (_rows(person["pose_keypoints_2d"]), _person_id(person.get("person_id")))
        for person in data["people"]
        if person.get("pose_keypoints_2d")
    ]


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
            return _annotations(path, data["annotations"], images, data.get("categories") or ())
        if "instance_info" in data:
            return _mmpose(path, data)
    if is_openpose_folder(path.parent) and "people" in data:
        raise InputError("keypoint_json.single_frame", path=path)
    raise InputError("keypoint_json.unknown_layout", path=path)


def _annotations(
    path: Path,
    annotations: Sequence[Mapping[str, Any]],
    images: Mapping[Any, Mapping[str, Any]],
    categories: Sequence[Mapping[str, Any]],
) -> Recording:
    """Read COCO's annotations or results, and AlphaPose's: each is one person in one picture.

    Boxes and outlines without keypoints, and things of other categories, are passed over.
    """
    category, bodies = _bodies(annotations, categories)
    frame_of = _image_frames(images, [entry["image_id"] for entry in bodies])
    names = tuple(map(str, category.get("keypoints", ())))
    by_frame: dict[int, list[Found]] = {frame: [] for frame in frame_of.values()}
    for entry in bodies:
        rows = _rows(entry["keypoints"], len(names))
        by_frame[frame_of[entry["image_id"]]].append((rows, _identity(entry)))
    frames = sorted(by_frame)
    kind = "AlphaPose JSON" if bodies and "idx" in bodies[0] else "COCO JSON"
    recording = _recording(kind, frames, [by_frame[frame] for frame in frames], path, names)
    return replace(recording, picture=_picture(images))


def _bodies(
    annotations: Sequence[Mapping[str, Any]], categories: Sequence[Mapping[str, Any]]
) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
    """The category of the people, and its annotations that have keypoints.

    People are those called so, or else the category that most keypoints are of.
    """
    posed = [entry for entry in annotations if entry.get("keypoints")]
    known = {category.get("id"): category for category in categories}
    counts = Counter(entry.get("category_id") for entry in posed)
    named = [key for key in counts if str(known.get(key, {}).get("name", "")).lower() in _PEOPLE]
    if len(counts) < 2:
        wanted = next(iter(counts), None)
    else:
        wanted = max(named or counts, key=lambda key: counts[key])
    first = categories[0] if len(categories) == 1 else {}
    return known.get(wanted, first), [e for e in posed if e.get("category_id") == wanted]


def _identity(entry: Mapping[str, Any]) -> str:
    """What the file calls the person: a track's number, also among CVAT's attributes."""
    inner = entry.get("attributes")
    for facts in (entry, inner if isinstance(inner, Mapping) else {}):
        for key in ("track_id", "idx", "instance_id", "object_id", "person_id"):
            if key in facts:
                return _person_id(facts[key])
    return ""


def _image_frames(
    images: Mapping[Any, Mapping[str, Any]], used: Sequence[object]
) -> dict[object, int]:
    """The frame of each picture: its own number, the one in its name that counts, or its id."""
    keys = list(dict.fromkeys((*images, *used)))
    for number in ("frame_id", "frame_number", "frame_index", "frame_idx", "frame"):
        stated = [images.get(key, {}).get(number) for key in keys]
        if all(isinstance(value, int) for value in stated) and len(set(stated)) == len(keys):
            return {key: int(value) for key, value in zip(keys, stated, strict=True)}  # type: ignore[arg-type]
    names = [str(images.get(key, {}).get("file_name", key)) for key in keys]
    counted = frame_numbers([Path(name).stem for name in names])
    if counted is None and all(isinstance(key, int) for key in keys):
        counted = [int(str(key)) for key in keys]
        if max(counted) - min(counted) > MAX_SPREAD * len(keys):
            counted = None  # random numbers tell nothing but the order
    if counted is None:
        order = sorted(range(len(keys)), key=lambda k: _image_order(keys[k], names[k]))
        counted = [order.index(k) for k in range(len(keys))]
    return dict(zip(keys, counted, strict=True))


def _image_order(key: object, name: str) -> tuple[int, tuple[tuple[int, str], ...]]:
    return (key, ()) if isinstance(key, int) else (0, natural_key(name))


def _picture(images: Mapping[Any, Mapping[str, Any]]) -> tuple[int, int] | None:
    """Width and height of the pictures, if all have the same."""
    sizes = {(image.get("width"), image.get("height")) for image in images.values()}
    if len(sizes) != 1:
        return None
    ((width, height),) = sizes
    known = isinstance(width, int) and isinstance(height, int) and min(width, height) > 0
    return (int(str(width)), int(str(height))) if known else None


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
    scores = np.array(person.get("keypoint_scores", np.ones(len(xy))), dtype=np.float64)
    return np.column_stack([xy, scores]), _person_id(person.get("track_id"))


def _rows(flat: Sequence[float], points: int = 0) -> Array:
    """Return x, y, confidence of each point, (K, 3), from the flat list of COCO and OpenPose.

    COCO's visibility (0, 1 or 2) becomes a confidence of 0 or 1. Lists of ``points`` pairs, without
    visibilities, count as seen.
    """
    values = np.array(flat, dtype=np.float64)
    if points and values.size == 2 * points:
        return np.column_stack([values.reshape(-1, 2), np.ones(points)])
    rows = values.reshape(-1, 3)
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
    track: PoseTrack,
    folder: Path,
    *,
    frame: Iterable[int],
    height_px: int,
    stem: str,
    measured: PoseTrack | None = None,
    joint_centres_of: str = "",
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
    measured
        The same frames as they were measured, upright and without perspective; kept as
        ``pose_keypoints_3d``, which leanline reads again.
    joint_centres_of
        The pose source of the analysis whose joint centres ``measured`` holds.

    Returns
    -------
    list of Path
        The files.
    """
    people = [_openpose_person(rows) for rows in _body_25(track, height_px)]
    marks = [{} for _ in people] if measured is None else _marks(measured, joint_centres_of)
    if measured is not None:
        for person, rows in zip(people, _body_25(measured, None), strict=True):
            person["pose_keypoints_3d"] = _in_space(rows)
    seen = dict(zip(frame, zip(people, marks, strict=True), strict=True))
    written = []
    for number in range(max(seen, default=-1) + 1):
        here = [seen[number]] if number in seen else []
        marked = {key: value for _, mark in here for key, value in mark.items()}
        content = {"version": 1.3, **marked, "people": [person for person, _ in here]}
        target = folder / f"{stem}_{number:012d}_keypoints.json"
        with written_atomically(target) as part:
            part.write_text(json.dumps(content), encoding="ascii")
        written.append(target)
    return written


def _openpose_person(rows: Array) -> dict[str, Any]:
    return {"person_id": [-1], "pose_keypoints_2d": [round(float(v), 3) for v in rows.ravel()]}


def _marks(measured: PoseTrack, joint_centres_of: str) -> list[dict[str, Any]]:
    """What each file says about its ``pose_keypoints_3d``."""
    facts = {"joint_centres_of": joint_centres_of, "unit": measured.unit}
    return [{MARK: {**facts, "time_s": float(time_s)}} for time_s in measured.time_s]


def _in_space(rows: Array) -> list[float]:
    """x, y up, depth 0 and confidence of each point, with the digits that angles need."""
    spatial = np.column_stack([rows[:, :2], np.zeros(len(rows)), rows[:, 2]])
    return [float(f"{value:.8g}") for value in spatial.ravel().tolist()]


def _exported_recording(frames: Sequence[Mapping[str, Any]]) -> Recording:
    """What ``write_openpose`` kept of a measured track, from the files that have somebody."""
    facts = frames[0][MARK]
    flat = [frame["people"][0]["pose_keypoints_3d"] for frame in frames]
    values = np.array(flat, dtype=np.float64).reshape(len(frames), -1, 4)
    return Recording(
        "leanline JSON",
        (),
        (Person(values[:, :, :2], values[:, :, 3]),),
        time_s=np.array([frame[MARK]["time_s"] for frame in frames], dtype=np.float64),
        unit=str(facts["unit"]),
        joint_centres_of=str(facts["joint_centres_of"]),
    )


def _body_25(track: PoseTrack, height_px: int | None) -> Array:
    """Return (T, 25, 3): x, y, confidence; all three 0 where missing, as in OpenPose.

    y counts down from the top of a picture of that height, or up without one.
    """
    order = shipped_sets()["body_25"].order
    rows = np.zeros((len(track.time_s), len(order), 3))
    for column, name in enumerate(order):
        xy = track.mid("hip") if name == "mid_hip" else track.point(name)
        trust = np.ones(len(xy)) if name == "mid_hip" else track.trust(name)
        seen = np.isfinite(xy).all(axis=1)
        rows[seen, column, 0] = xy[seen, 0]
        rows[seen, column, 1] = xy[seen, 1] if height_px is None else height_px - xy[seen, 1]
        rows[seen, column, 2] = np.maximum(trust[seen], 0.001)
    return rows
