"""Tables of points: CSV and Parquet, wide (one row per frame) or long (one row per point).

Wide columns are named ``NAME_x``, ``NAME.y``, ``NAME_confidence`` and the like, optionally followed
by the unit (``left_heel_x_px``); SLEAP's CSV is one of these. Long tables have one column each for
the point's name, x and y.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import InputError, why_refused
from leanline.files import written_atomically
from leanline.formats.cells import decode, number
from leanline.formats.lengths import UNIT_WORDS, unit_word
from leanline.formats.names import plain
from leanline.formats.parquet import load_pyarrow
from leanline.formats.recording import Person, Recording, check_cells, reading_file
from leanline.inputs import MAX_BINARY_BYTES
from leanline.model import Array, PoseTrack

Columns = Mapping[str, Sequence[str]]

_TIME: Final = ("times", "time", "timestamp", "seconds", "timesec", "timeseconds", "t")
_TIME_MS: Final = ("timems", "timestampms", "timemilliseconds", "milliseconds", "ms")
_FRAME: Final = ("frame", "frameidx", "framenumber", "frameid", "frames", "frameindex")
_WHO: Final = ("person", "personid", "track", "trackid", "individual")
#: Column that marks what leanline exported: the pose source of the analysis.
JOINT_CENTRES_OF: Final = "joint_centres_of"
_POINT: Final = ("keypoint", "point", "marker", "bodypart", "landmark", "name", "joint", "node")
_TRUST: Final = ("confidence", "score", "likelihood", "conf", "c", "visibility", "probability")
_UNITS: Final = "|".join(UNIT_WORDS)
_UNIT: Final = rf"(?:[ ._-]*[(\[]?(?P<unit>{_UNITS})[)\]]?)?"
_COLUMN: Final = re.compile(
    rf"^(?P<name>.+?)[ ._:-](?P<axis>x|y|z|{'|'.join(_TRUST)}){_UNIT}$", re.IGNORECASE
)
_AXIS: Final = re.compile(rf"^(?P<axis>x|y|z){_UNIT}$", re.IGNORECASE)
_POINT_COLUMN: Final = re.compile(r"^(?:.+[ ._:-])?[xyz]$", re.IGNORECASE)
#: Units of columns that are no lengths.
_ROW_UNITS: Final = ("s", "sec", "seconds", "frame", "1", "au", "pct", "hz", "count", "")
#: Lines that show how a table is written.
SAMPLE_LINES: Final = 5


def csv_recording(path: Path) -> Recording:
    """Read a CSV of points, wide or long.

    Parameters
    ----------
    path
        The file; its separator (comma, semicolon or tab) is detected.

    Returns
    -------
    Recording
        Of one or more people.

    Raises
    ------
    InputError
        The file is damaged, empty, ragged or has no columns of points.
    """
    with reading_file(path, "CSV"):
        rows = csv_rows(path)
        if len(rows) < 2:
            raise InputError("table.no_rows", path=path)
        header, body = rows[0], [_fit_to_width(row, len(rows[0])) for row in rows[1:]]
        ragged = next((n for n, row in enumerate(body, 2) if len(row) != len(header)), None)
        if ragged is not None:
            raise InputError(
                "table.ragged",
                path=path,
                cells=len(body[ragged - 2]),
                row=ragged,
                expected=len(header),
            )
        if len(body) > 1 and _is_units(body[0]):
            header, body = _with_units(header, body[0]), body[1:]
        columns = dict(zip(header, zip(*body, strict=True), strict=False))
        return table_recording(columns, path, "CSV")


def csv_rows(path: Path) -> list[list[str]]:
    """Return the non-empty rows of a CSV, cells stripped; without comments before the header."""
    lines = decode(path.read_bytes()).splitlines(keepends=True)
    first = next((n for n, line in enumerate(lines) if not _is_preamble(line)), 0)
    separator = _separator(lines[first : first + SAMPLE_LINES])
    text = io.StringIO("".join(lines[first:]), newline="")
    if separator.isspace() and separator != "\t":
        rows = [line.split() for line in text]
    else:
        reader = csv.reader(text, delimiter=separator, skipinitialspace=True)
        rows = [[cell.strip() for cell in row] for row in reader]
    return [row for row in rows if any(row)]


def _is_preamble(line: str) -> bool:
    """Whether a line before the header is empty, a comment, or Excel's ``sep=;``."""
    text = line.strip().strip('"')
    return not text or text.startswith(("#", "//", "%")) or text.lower().startswith("sep=")


def _separator(lines: Sequence[str]) -> str:
    """What separates the cells: tab or semicolon if there are any, as commas may be decimal."""
    head = lines[0] if lines else ""
    for separator in ("\t", ";"):
        if head.count(separator) > 1:
            return separator
    found = max(",;\t", key=head.count)
    return " " if not head.count(found) and len(head.split()) > 1 else found


def _fit_to_width(row: list[str], width: int) -> list[str]:
    """The row without empty cells too many, and with those that were trimmed at its end."""
    while len(row) > width and not row[-1]:
        row = row[:-1]
    lacking = width - len(row)
    return row + [""] * lacking if lacking > 0 and _may_be_trimmed(row, width) else row


def _may_be_trimmed(row: Sequence[str], width: int) -> bool:
    """Whether a short row ends between two points, as it does where empty cells were left out."""
    lacking = width - len(row)
    return len(row) > 1 and (lacking % 2 == 0 or lacking % 3 == 0)


def _is_units(row: Sequence[str]) -> bool:
    """Whether a row below the header holds units."""
    words = [cell for cell in row if cell]
    known = [unit_word(word) is not None or plain(word) in _ROW_UNITS for word in words]
    return bool(words) and all(known)


def _with_units(header: Sequence[str], units: Sequence[str]) -> list[str]:
    """The header with lengths' units at the ends of the columns' names."""
    found = [unit_word(unit) for unit in units]
    return [
        f"{name}_{unit}" if unit and _POINT_COLUMN.match(name) else name
        for name, unit in zip(header, found, strict=True)
    ]


def parquet_recording(path: Path) -> Recording:
    """Read a Parquet table of points, wide or long.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of one or more people.

    Raises
    ------
    InputError
        The file is damaged or has no columns of points.
    UsageError
        pyarrow is not installed.
    """
    pq = load_pyarrow().parquet
    with reading_file(path, "Parquet", MAX_BINARY_BYTES):
        metadata = pq.read_metadata(path)
        check_cells(metadata.num_rows, metadata.num_columns)
        table = pq.read_table(path)
        columns = {
            name: ["" if cell is None else str(cell) for cell in table.column(name).to_pylist()]
            for name in table.column_names
        }
        if not table.num_rows:
            raise InputError("table.no_rows", path=path)
        return table_recording(columns, path, "Parquet")


def table_recording(columns: Columns, path: Path, kind: str) -> Recording:
    """Read the points of a table, wide or long.

    Parameters
    ----------
    columns
        Text of the cells, by column.
    path
        Named in errors.
    kind
        Of the file, for errors.

    Returns
    -------
    Recording
        Of one or more people.

    Raises
    ------
    InputError
        There are no columns of points.
    """
    long = _find_column(columns, _POINT)
    if long is not None and any(_AXIS.match(name) for name in columns):
        found = _long(columns, long, path, f"{kind} (long)")
    else:
        found = _wide(columns, path, f"{kind} (wide)")
    return replace(found, joint_centres_of=next(iter(columns.get(JOINT_CENTRES_OF, ())), ""))


def _wide(columns: Columns, path: Path, kind: str) -> Recording:
    found: dict[str, dict[str, str]] = {}
    units = set()
    for column in columns:
        match = _COLUMN.match(column)
        if match:
            axis = match["axis"].lower()
            found.setdefault(match["name"], {})["c" if axis in _TRUST else axis] = column
            units |= _unit_of(match) if axis in "xyz" else set()
    points = {name: axes for name, axes in found.items() if "x" in axes and "y" in axes}
    if not points:
        raise InputError("table.no_points", path=path)
    deep = "xyz" if all("z" in axes for axes in points.values()) else "xy"
    ones = np.ones(len(next(iter(columns.values()))))
    cells = [
        [
            *(_numbers(columns[axes[axis]], path) for axis in deep),
            _numbers(columns[axes["c"]], path) if "c" in axes else ones,
        ]
        for axes in points.values()
    ]
    rows = _Rows(columns, path, len(ones))
    everybody = rows.people(np.moveaxis(np.array(cells), (0, 1), (1, 2)), len(points))
    return Recording(
        kind, tuple(points), everybody, rows.time_s, rows.frame, _one_unit(units, path)
    )


def _long(columns: Columns, points: str, path: Path, kind: str) -> Recording:
    matches = {name: match for name in columns if (match := _AXIS.match(name))}
    axes = {match["axis"].lower(): name for name, match in matches.items()}
    if "x" not in axes or "y" not in axes:
        raise InputError("table.no_xy", path=path)
    units = set().union(*map(_unit_of, matches.values()))
    trust = _find_column(columns, _TRUST)
    values = [_numbers(columns[axes[axis]], path) for axis in sorted(axes)]
    values.append(_numbers(columns[trust], path) if trust else np.ones(len(values[0])))
    rows = _Rows(columns, path, len(values[0]))
    names = list(dict.fromkeys(columns[points]))
    place = {name: k for k, name in enumerate(names)}
    which = np.array([place[name] for name in columns[points]])
    everybody = rows.people(np.stack(values, axis=1), len(names), which)
    return Recording(kind, tuple(names), everybody, rows.time_s, rows.frame, _one_unit(units, path))


def _unit_of(match: re.Match[str]) -> set[str]:
    unit = unit_word(match["unit"] or "")
    return set() if unit is None else {unit}


class _Rows:
    """Assigns the rows of a table to people and frames."""

    def __init__(self, columns: Columns, path: Path, count: int) -> None:
        kinds = (_TIME, _TIME_MS, _FRAME, _WHO)
        time, time_ms, frame, who = (_find_column(columns, words) for words in kinds)
        self.time_s: Array | None = None
        self.frame: Array | None = None
        column = time or time_ms or frame
        if column is None:
            moments = np.arange(count, dtype=np.float64)
        else:
            moments = _numbers(columns[column], path) * (1e-3 if column == time_ms else 1.0)
        if not np.isfinite(moments).all():
            raise InputError("table.no_time", path=path)
        own, self._at = np.unique(moments, return_inverse=True)
        self.time_s, self.frame = (own, None) if time or time_ms else (None, own)
        self._labels = columns[who] if who else [""] * count
        if who is None and len(own) == len(moments) and np.any(np.diff(moments) <= 0):
            raise InputError("table.times_not_rising", path=path)

    def people(
        self, values: Array, points: int, which: NDArray[np.intp] | None = None
    ) -> tuple[Person, ...]:
        """Collect everybody in the table.

        ``values`` are coordinates and confidence of each row: (N, K, D + 1), or (N, D + 1) of its
        one point ``which`` (N,).
        """
        found = []
        labels = np.array(self._labels, dtype=object)
        shape = int(self._at.max()) + 1, points, values.shape[-1]
        everybody = dict.fromkeys(self._labels)
        check_cells(len(everybody), *shape)
        for label in everybody:
            mine = labels == label
            whole = np.full(shape, np.nan)
            index = (self._at[mine],) if which is None else (self._at[mine], which[mine])
            whole[index] = values[mine]
            found.append(Person(whole[:, :, :-1], whole[:, :, -1], label))
        return tuple(found)


def _find_column(columns: Columns, words: Sequence[str]) -> str | None:
    """Return the first column that matches one of the words, in the order of the words."""
    by_word = {plain(name): name for name in reversed(list(columns))}
    return next((by_word[word] for word in words if word in by_word), None)


def _numbers(cells: Sequence[str], path: Path) -> Array:
    try:
        return np.array([number(cell) for cell in cells], dtype=np.float64)
    except ValueError as error:
        raise InputError("table.not_a_number", path=path, why=why_refused(error)) from None


def _one_unit(units: set[str], path: Path) -> str:
    if len(units) > 1:
        raise InputError("table.mixed_units", path=path, units=tuple(sorted(units)))
    return next(iter(units), "")


def track_columns(track: PoseTrack) -> dict[str, Array]:
    """Convert a track to columns of a wide table: time_s, then x, y and confidence per point."""
    columns = {"time_s": track.time_s}
    for k, name in enumerate(track.keypoints):
        columns[f"{name}_x_{track.unit}"] = track.xy[:, k, 0]
        columns[f"{name}_y_{track.unit}"] = track.xy[:, k, 1]
        columns[f"{name}_confidence"] = track.confidence[:, k]
    return columns


def write_csv(columns: Mapping[str, Sequence[object] | Array], path: Path) -> None:
    """Write columns as CSV, completely or not at all.

    Parameters
    ----------
    columns
        Of equal length, by name; NaN and None become empty cells, numbers keep all their digits.
    path
        The file.
    """
    with written_atomically(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns)
        for row in zip(*columns.values(), strict=True):
            writer.writerow([_cell(value) for value in row])


def _cell(value: object) -> object:
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return ""
    return repr(float(value)) if isinstance(value, float) else value
