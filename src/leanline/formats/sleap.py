"""SLEAP's analysis HDF5: tracks over frames, without times.

SLEAP's CSV is a wide table and is read as such (``tables``).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from leanline.errors import InputError
from leanline.formats.recording import Person, Recording, load_dataset, reading_file
from leanline.inputs import MAX_BINARY_BYTES


def is_sleap(path: Path) -> bool:
    """Whether an HDF5 file has the contents of SLEAP's analysis export; needs h5py."""
    import h5py

    with reading_file(path, "HDF5", MAX_BINARY_BYTES), h5py.File(path, "r") as file:
        return "tracks" in file and "node_names" in file


def sleap_recording(path: Path) -> Recording:
    """Read SLEAP's analysis HDF5; needs h5py.

    Its ``tracks`` is (people, 2, points, frames), as SLEAP writes it for Matlab, or (frames,
    people, points, 2).

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of everybody tracked; times are frame numbers.

    Raises
    ------
    InputError
        The file is damaged or is not SLEAP's.
    """
    import h5py

    with reading_file(path, "SLEAP", MAX_BINARY_BYTES), h5py.File(path, "r") as file:
        if file["tracks"].ndim != 4:
            raise InputError("sleap.no_tracks", path=path)
        names, labels = _texts(file, "node_names"), _texts(file, "track_names")
        found = np.asarray(load_dataset(file["tracks"]), dtype=np.float64)
        scores = None
        if "point_scores" in file:
            scores = np.asarray(load_dataset(file["point_scores"]), dtype=np.float64)
        if _frames_come_first(found.shape, len(names), len(labels)):
            found = found.transpose(1, 3, 2, 0)
            scores = None if scores is None else scores.transpose(1, 2, 0)
        tracks, labels = found, labels or [""] * len(found)
        if scores is None:
            scores = np.ones((len(tracks), *tracks.shape[2:]))
        people = tuple(
            Person(one.transpose(2, 1, 0), trust.T, label)
            for one, trust, label in zip(tracks, scores, labels, strict=True)
        )
        frame = np.arange(tracks.shape[3], dtype=np.float64)
        return Recording("SLEAP HDF5", tuple(names), people, frame=frame, unit="px")


def _frames_come_first(shape: tuple[int, ...], points: int, people: int) -> bool:
    """Whether ``tracks`` is in the order (frames, people, points, 2)."""
    if shape[3] != 2 or shape[2] != points:
        return False
    return shape[1] != 2 or (people > 0 and shape[0] != people)


def _texts(file: Any, name: str) -> list[str]:  # noqa: ANN401
    if name not in file:
        return []
    return [
        text.decode() if isinstance(text, bytes) else str(text) for text in load_dataset(file[name])
    ]
