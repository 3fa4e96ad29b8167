"""MOT, OpenSim's table of coordinates over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.recording import reading_file
from leanline.model import Array


def write_mot(
    time_s: Array, columns: Mapping[str, Array], path: Path, *, notes: Sequence[str] = ()
) -> None:
    """Write a table over time as OpenSim's MOT, completely or not at all.

    Parameters
    ----------
    time_s
        (T,) seconds.
    columns
        (T,) each, by name; angles in degrees. Missing values are written as ``nan``.
    path
        The file.
    notes
        Lines for the header.
    """
    head = [
        path.stem,
        "version=1",
        f"nRows={len(time_s)}",
        f"nColumns={len(columns) + 1}",
        "inDegrees=yes",
        *(note.replace("\n", " ") for note in notes),
        "endheader",
        "\t".join(["time", *columns]),
    ]
    table = np.column_stack([time_s, *columns.values()])
    rows = ["\t".join(repr(float(value)) for value in row) for row in table]
    with written_atomically(path) as part:
        part.write_text("\n".join([*head, *rows]) + "\n", encoding="utf-8", newline="\n")


def read_mot(path: Path) -> tuple[Array, dict[str, Array]]:
    """Read OpenSim's MOT or STO.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    tuple of array and dict of array
        Times (T,) and the columns (T,) as they stand in the file.

    Raises
    ------
    InputError
        The file is damaged or is no MOT.
    """
    with reading_file(path, "MOT"):
        lines = path.read_text(encoding="utf-8").splitlines()
        end = next((n for n, line in enumerate(lines) if line.strip() == "endheader"), None)
        if end is None or len(lines) < end + 2:
            raise InputError("mot.no_header_end", path=path)
        names = lines[end + 1].split("\t")
        rows = [[float(cell) for cell in line.split("\t")] for line in lines[end + 2 :] if line]
        table = np.array(rows, dtype=np.float64).reshape(len(rows), len(names))
        return table[:, 0], {name: table[:, k] for k, name in enumerate(names) if k}
