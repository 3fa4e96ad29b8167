"""DeepLabCut's tables: CSV with three or four header rows, and the same as HDF5.

They contain frame numbers but no times.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

import numpy as np

from leanline.errors import DamageError, InputError
from leanline.formats.numbering import frame_numbers
from leanline.formats.recording import Person, Recording, load_dataset, reading_file
from leanline.formats.tables import csv_rows
from leanline.inputs import MAX_BINARY_BYTES
from leanline.model import Array

_COORDS: Final = ("x", "y", "likelihood")


def is_deeplabcut_csv(path: Path) -> bool:
    """Whether a CSV starts like DeepLabCut's."""
    try:
        with path.open(encoding="utf-8-sig", errors="replace") as file:
            return file.readline().lower().startswith("scorer")
    except OSError:
        return False


def deeplabcut_csv_recording(path: Path) -> Recording:
    """Read DeepLabCut's CSV.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of one or several animals; times are frame numbers.

    Raises
    ------
    InputError
        The file is damaged or is not DeepLabCut's.
    """
    with reading_file(path, "DeepLabCut CSV"):
        rows = csv_rows(path)
        heads = {row[0].lower(): row[1:] for row in rows[:4] if row[0].lower() in _HEADS}
        body = rows[len(heads) :]
        if "bodyparts" not in heads or "coords" not in heads or not body:
            raise InputError("deeplabcut.no_bodyparts", path=path)
        values = np.array([[float(cell) if cell else np.nan for cell in row[1:]] for row in body])
        frame = _frame_numbers([row[0] for row in body])
        people = heads.get("individuals", [""] * len(heads["coords"]))
        columns = list(zip(people, heads["bodyparts"], heads["coords"], strict=True))
        return _recording("DeepLabCut CSV", columns, values, frame, path)


_HEADS: Final = ("scorer", "individuals", "bodyparts", "coords")


def _frame_numbers(cells: Sequence[str]) -> Array:
    """The frames of the rows: as they say, by the numbers of their pictures, or counted."""
    if all(cell.isdigit() for cell in cells):
        return np.array([float(cell) for cell in cells])
    counted = frame_numbers([cell.rpartition(".")[0] or cell for cell in cells])
    return np.array(range(len(cells)) if counted is None else counted, dtype=np.float64)


def deeplabcut_h5_recording(path: Path) -> Recording:
    """Read DeepLabCut's HDF5, a pandas frame; needs h5py.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of one or several animals; times are frame numbers.

    Raises
    ------
    InputError
        The file is damaged or is not DeepLabCut's.
    """
    import h5py

    with reading_file(path, "DeepLabCut HDF5", MAX_BINARY_BYTES), h5py.File(path, "r") as file:
        group = next((file[name] for name in file if "pandas_type" in file[name].attrs), None)
        if group is None:
            raise InputError("deeplabcut.not_a_table", path=path)
        labels, values, frame = _read_table(group) if "table" in group else _read_fixed(group)
        columns = [
            ("" if len(row) < 4 else str(row[1]), str(row[-2]), str(row[-1])) for row in labels
        ]
        return _recording("DeepLabCut HDF5", columns, values, frame, path)


def _read_table(group: Any) -> tuple[Sequence[Sequence[object]], Array, Array]:  # noqa: ANN401
    table = group["table"]
    labels = _literals(bytes(table.attrs["values_block_0_kind"]))
    rows = load_dataset(table)
    return labels, np.asarray(rows["values_block_0"], float), np.asarray(rows["index"], float)


def _read_fixed(group: Any) -> tuple[Sequence[Sequence[object]], Array, Array]:  # noqa: ANN401
    levels = int(group.attrs["axis0_nlevels"])
    words = [
        [level[i].decode() for i in load_dataset(group[f"axis0_label{k}"])]
        for k, level in enumerate(load_dataset(group[f"axis0_level{k}"]) for k in range(levels))
    ]
    values = np.asarray(load_dataset(group["block0_values"]), float)
    return list(zip(*words, strict=True)), values, np.arange(len(values), dtype=np.float64)


class _LiteralsOnly(pickle.Unpickler):
    """Unpickles lists, tuples and texts; refuses anything that would run code."""

    def find_class(self, module: str, name: str) -> NoReturn:
        raise DamageError("damage.code", name=f"{module}.{name}")


def _literals(data: bytes) -> Sequence[Sequence[object]]:
    try:
        value: Sequence[Sequence[object]] = _LiteralsOnly(io.BytesIO(data)).load()
    except pickle.UnpicklingError as error:
        raise DamageError("damage.other", detail=str(error)) from error
    return value


def _recording(
    kind: str, columns: Sequence[tuple[str, str, str]], values: Array, frame: Array, path: Path
) -> Recording:
    """Arrange the columns (person, point, coordinate) of ``values`` (T, C) by person and point."""
    order = np.argsort(frame, kind="stable")
    frame, values = frame[order], values[order]
    if not np.all(np.diff(frame) > 0):
        raise InputError("deeplabcut.times_not_rising", path=path)
    place = {column: k for k, column in enumerate(columns)}
    people = list(dict.fromkeys(person for person, *_ in columns))
    points = list(dict.fromkeys(point for _, point, _ in columns))
    missing = np.full(len(values), np.nan)
    found = []
    for person in people:
        rows = [
            [
                values[:, place[person, point, coord]]
                if (person, point, coord) in place
                else missing
                for coord in _COORDS
            ]
            for point in points
        ]
        whole = np.moveaxis(np.array(rows), (0, 1), (1, 2))
        known = "likelihood" in {coord for *_, coord in columns}
        trust = whole[:, :, 2] if known else np.ones(whole.shape[:2])
        found.append(Person(whole[:, :, :2], trust, person))
    return Recording(kind, tuple(points), tuple(found), frame=frame, unit="px")
