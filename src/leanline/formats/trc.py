"""TRC, the marker table of motion laboratories (tab-separated, y up)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.recording import Person, Recording, reading_file, recording_times
from leanline.formats.to_pose_track import METRES, PIXELS, to_pose_track
from leanline.model import Array, PoseTrack


def read_trc(path: Path) -> PoseTrack:
    """The markers of a TRC file that are known, in the plane of the run.

    Parameters
    ----------
    path
        A TRC file in m, cm, mm or px, y vertical. Sports2D calls its pixels metres and
        counts them downwards; bodies taller than 5 m are taken for pixels, and pixels with
        the head below the feet are turned up.

    Returns
    -------
    PoseTrack
        In metres or pixels, y up, with the file's own times. Missing cells, and markers at
        exactly (0, 0), are NaN with confidence 0; all others have confidence 1.

    Raises
    ------
    InputError
        The file is not a TRC, has no marker that is known, a ragged row, a cell that is
        not a number, or times that do not rise.
    """
    path = Path(path)
    recording = trc_recording(path)
    return to_pose_track(
        recording, recording.people[0], recording_times(recording, None, path), path
    )[0]


def trc_recording(path: Path) -> Recording:
    """Read the content of a TRC file; raises ``InputError`` like ``read_trc``."""
    path = Path(path)
    lines = _lines(path)
    header = _header(path, lines)
    numbers, line_of_row = _numbers(path, lines, header)
    _check_time(path, numbers[:, 0], line_of_row)
    xyz = numbers[:, 1:].reshape(len(numbers), -1, 3)
    confidence = np.asarray(np.isfinite(xyz).all(axis=2), dtype=np.float64)
    return Recording(
        "TRC", header.markers, (Person(xyz, confidence),), time_s=numbers[:, 0], unit=header.unit
    )


def write_trc(track: PoseTrack, path: Path) -> None:
    """Write a track as TRC atomically: third axis 0, missing cells empty.

    TRC has no field for confidences, so they are lost.
    """
    path = Path(path)
    text = "\n".join([*_header_lines(track, path.name), *_rows(track)]) + "\n"
    with written_atomically(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class _Header:
    unit: str
    markers: tuple[str, ...]
    first_row: int


def _lines(path: Path) -> list[str]:
    with reading_file(path, "TRC"):
        return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()


def _header(path: Path, lines: Sequence[str]) -> _Header:
    if len(lines) < 5 or not lines[0].startswith("PathFileType"):
        raise InputError("trc.not_trc", path=path)
    facts = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    unit = facts.get("Units", "").strip().lower()
    if unit not in METRES and unit not in PIXELS:
        raise InputError("trc.unit", path=path, unit=unit)
    cells = lines[3].split("\t")
    if [cell.strip().lower() for cell in cells[:2]] != ["frame#", "time"]:
        raise InputError("trc.no_header", path=path)
    return _Header(unit, tuple(cell.strip() for cell in cells[2:] if cell.strip()), 5)


def _numbers(path: Path, lines: Sequence[str], header: _Header) -> tuple[Array, list[int]]:
    """Return time and coordinates of each row, (T, 1 + 3 K), and the rows' line numbers."""
    wanted = 2 + 3 * len(header.markers)
    rows: list[list[float]] = []
    line_of_row: list[int] = []
    for number, line in enumerate(lines[header.first_row :], start=header.first_row + 1):
        if not line.strip():
            continue
        cells = line.split("\t")
        while len(cells) > wanted and not cells[-1].strip():
            cells.pop()
        if len(cells) != wanted:
            raise InputError(
                "trc.ragged", path=path, cells=len(cells), line=number, expected=wanted
            )
        rows.append([_number(path, number, cell) for cell in cells[1:]])
        line_of_row.append(number)
    if not rows:
        raise InputError("trc.no_frames", path=path)
    return np.array(rows, dtype=np.float64), line_of_row


def _number(path: Path, line: int, cell: str) -> float:
    try:
        value = float(cell) if cell.strip() else np.nan
    except ValueError:
        raise InputError("trc.not_a_number", path=path, value=cell.strip(), line=line) from None
    return value if np.isfinite(value) else np.nan


def _check_time(path: Path, time_s: Array, line_of_row: Sequence[int]) -> None:
    bad = np.flatnonzero(~(np.diff(time_s) > 0))
    if np.isnan(time_s[0]):
        raise InputError("trc.no_time", path=path, line=line_of_row[0])
    if len(bad):
        line = line_of_row[int(bad[0]) + 1]
        raise InputError("trc.time_not_rising", path=path, line=line)


def _header_lines(track: PoseTrack, name: str) -> list[str]:
    frames, markers = len(track.time_s), len(track.keypoints)
    span_s = float(track.time_s[-1] - track.time_s[0]) if frames > 1 else 0.0
    rate = f"{(frames - 1) / span_s:.6g}" if span_s else "0"
    axes = "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, markers + 1))
    return [
        f"PathFileType\t4\t(X/Y/Z)\t{name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits"
        "\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{frames}\t{markers}\t{track.unit}\t{rate}\t1\t{frames}",
        "Frame#\tTime\t" + "\t\t\t".join(track.keypoints) + "\t\t",
        f"\t\t{axes}",
        "",
    ]


def _rows(track: PoseTrack) -> list[str]:
    cells = np.full((*track.xy.shape[:2], 3), "0", dtype=object)
    cells[:, :, :2] = np.vectorize("{:.10g}".format, otypes=[object])(track.xy)
    cells[np.isnan(track.xy).any(axis=2)] = ""
    return [
        "\t".join([str(number), f"{time:.10g}", *row.ravel()])
        for number, (time, row) in enumerate(zip(track.time_s, cells, strict=True), start=1)
    ]
