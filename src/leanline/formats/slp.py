"""SLEAP's project files (``.slp``): labelled and predicted instances, frame by frame, as HDF5.

Tables as in SLEAP's own format, documented with sleap-io: ``frames`` name a range of ``instances``
each, and those a range of ``points`` (labelled) or ``pred_points`` (predicted).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import InputError
from leanline.formats.recording import (
    Person,
    Recording,
    check_cells,
    load_dataset,
    reading_file,
    track_recorded_people,
)
from leanline.inputs import MAX_BINARY_BYTES
from leanline.model import Array

_TABLES: Final = ("frames", "instances", "points", "pred_points")
#: Instances drawn by a person, in the column ``instance_type``; the others are predicted.
LABELLED: Final = 0

Tables = Mapping[str, NDArray[Any]]


def slp_recording(path: Path) -> Recording:
    """Read everybody in a SLEAP project of one video; needs h5py.

    What was labelled by hand replaces what was predicted in the same frame.

    Raises
    ------
    InputError
        The file is damaged, is no SLEAP project, or holds several videos.
    """
    import h5py

    with reading_file(path, "SLEAP project", MAX_BINARY_BYTES), h5py.File(path, "r") as file:
        if not all(name in file for name in (*_TABLES, "metadata")):
            raise InputError("sleap.not_a_project", path=path)
        tables = {name: np.asarray(load_dataset(file[name])) for name in _TABLES}
        names = _node_names(json.loads(file["metadata"].attrs["json"]))
        frames = tables["frames"]
        if len(np.unique(frames["video"])) > 1:
            raise InputError("sleap.several_videos", path=path)
        frames = frames[np.argsort(frames["frame_idx"], kind="stable")]
        bodies = [_bodies(frame, tables, len(names)) for frame in frames]
        people = _people(bodies, len(names))
        if not people:
            raise InputError("track.nobody_in_it", path=path)
        number = np.asarray(frames["frame_idx"], dtype=np.float64)
        return Recording("SLEAP project", names, people, frame=number, unit="px")


def _node_names(metadata: Mapping[str, Any]) -> tuple[str, ...]:
    """The names of the first skeleton's points, in the order of its points."""
    nodes = [str(node["name"]) for node in metadata["nodes"]]
    order = [int(node["id"]) for node in metadata["skeletons"][0]["nodes"]]
    return tuple(nodes[k] for k in order)


def _bodies(frame: Any, tables: Tables, count: int) -> list[tuple[Array, int]]:  # noqa: ANN401
    """Everybody in a frame: (K, 3) x, y, confidence, and the number of the track, or -1."""
    rows = tables["instances"][int(frame["instance_id_start"]) : int(frame["instance_id_end"])]
    # Labelled instances first: a prediction that one was made from counts no more.
    rows = rows[np.argsort(rows["instance_type"], kind="stable")]
    labelled_from = {
        int(row["from_predicted"]) for row in rows if row["instance_type"] == LABELLED
    } - {-1}
    found: dict[int, tuple[Array, int]] = {}
    for k, row in enumerate(rows):
        track = int(row["track"])
        if int(row["instance_id"]) in labelled_from:
            continue
        found.setdefault(track if track >= 0 else -1 - k, (_points(row, tables, count), track))
    return list(found.values())


def _points(row: Any, tables: Tables, count: int) -> Array:  # noqa: ANN401
    labelled = row["instance_type"] == LABELLED
    table = tables["points" if labelled else "pred_points"]
    part = table[int(row["point_id_start"]) : int(row["point_id_end"])][:count]
    points = np.zeros((count, 3))
    points[: len(part), 0], points[: len(part), 1] = part["x"], part["y"]
    seen = np.isfinite(part["x"]) & np.asarray(part["visible"], dtype=bool)
    points[: len(part), 2] = np.where(seen, 1.0 if labelled else part["score"], 0.0)
    return points


def _people(bodies: Sequence[Sequence[tuple[Array, int]]], count: int) -> tuple[Person, ...]:
    """Everybody over the frames: by SLEAP's tracks if all have one, else followed by place."""
    tracks = dict.fromkeys(track for frame in bodies for _, track in frame)
    if not tracks or min(tracks) < 0:
        return track_recorded_people([[points for points, _ in frame] for frame in bodies], count)
    check_cells(len(tracks), len(bodies), count, 3)
    people = []
    for track in tracks:
        whole = np.full((len(bodies), count, 3), np.nan)
        for at, frame in enumerate(bodies):
            for points, whose in frame:
                if whose == track:
                    whole[at] = points
        people.append(Person(whole[:, :, :2], whole[:, :, 2], f"track {track}"))
    return tuple(people)
