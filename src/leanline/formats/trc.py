"""TRC, the marker table of motion laboratories (tab-separated, mostly y up)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.cells import decode, number
from leanline.formats.lengths import unit_word
from leanline.formats.names import plain
from leanline.formats.recording import Person, Recording, reading_file, recording_times
from leanline.formats.to_pose_track import to_pose_track
from leanline.model import Array, PoseTrack

#: Lines before the coordinates, without the empty one that most programs leave.
MIN_LINES: Final = 5
FRAME_WORDS: Final = ("frame", "frames", "frameno", "framenumber")
#: Marks what leanline exported.
JOINT_CENTRES: Final = "leanline: joint centres of "
#: Half of the last of two decimals.
ROUNDED_S: Final = 0.0051


def read_trc(path: Path) -> PoseTrack:
    """The markers of a TRC file that are known, in the plane of the run.

    Parameters
    ----------
    path
        A TRC file in m, cm, mm or px. Which axis is vertical is seen from the body, and units
        that make it larger or smaller than a person are corrected: Sports2D calls its pixels
        metres and counts them downwards.

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
    time_s = recording_times(recording, None, path)
    return to_pose_track(recording, recording.people[0], time_s, path).track


def trc_recording(path: Path) -> Recording:
    """Read the content of a TRC file; raises ``InputError`` like ``read_trc``."""
    path = Path(path)
    lines = _lines(path)
    header = _header(path, lines)
    rows, line_of_row = _numbers(path, lines, header)
    time_s = _times(path, rows, line_of_row, header)
    xyz = rows[:, 2:].reshape(len(rows), -1, 3)
    confidence = np.asarray(np.isfinite(xyz).all(axis=2), dtype=np.float64)
    return Recording(
        "TRC",
        header.markers,
        (Person(xyz, confidence),),
        time_s=time_s,
        unit=header.unit,
        joint_centres_of=_joint_centres_of(lines[0]),
    )


def write_trc(track: PoseTrack, path: Path, *, joint_centres_of: str = "") -> None:
    """Write a track as TRC, completely or not at all.

    TRC has no field for confidences, so they are lost.

    Parameters
    ----------
    track
        The third axis is written as 0, missing points as empty cells.
    path
        The file.
    joint_centres_of
        The pose source of the analysis whose joint centres these are; empty for keypoints.
    """
    path = Path(path)
    text = "\n".join([*_header_lines(track, path.name, joint_centres_of), *_rows(track)]) + "\n"
    with written_atomically(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class _Header:
    unit: str
    markers: tuple[str, ...]
    first_row: int
    rate_hz: float


def _lines(path: Path) -> list[str]:
    with reading_file(path, "TRC"):
        return decode(path.read_bytes()).splitlines()


def _header(path: Path, lines: Sequence[str]) -> _Header:
    if len(lines) < MIN_LINES or not lines[0].lstrip().startswith("PathFileType"):
        raise InputError("trc.not_trc", path=path)
    facts = _facts(lines[1], lines[2])
    said = facts.get("units", "")
    unit = unit_word(said)
    if unit is None:
        raise InputError("trc.unit", path=path, unit=said.lower())
    cells = [cell for cell in _cells(lines[3]) if cell]
    if not _is_header(cells):
        raise InputError("trc.no_header", path=path)
    return _Header(unit, tuple(cells[2:]), 5, _rate(facts.get("datarate", "")))


def _mark(joint_centres_of: str) -> str:
    """What follows the file's name in line 1, where other programs do not look."""
    return f"\t{JOINT_CENTRES}{joint_centres_of}" if joint_centres_of else ""


def _joint_centres_of(line: str) -> str:
    cells = [cell for cell in line.split("\t") if cell.startswith(JOINT_CENTRES)]
    return cells[0].removeprefix(JOINT_CENTRES).strip() if cells else ""


def _facts(names: str, values: str) -> dict[str, str]:
    """Lines 2 and 3 as a dictionary; some programs put several tabs between the cells."""
    pairs = [[cell for cell in _cells(line) if cell] for line in (names, values)]
    return {name.lower(): value for name, value in zip(*pairs, strict=False)}


def _is_header(cells: Sequence[str]) -> bool:
    words = [plain(cell) for cell in cells[:2]]
    return len(words) == 2 and words[0] in FRAME_WORDS and words[1].startswith("time")


def _rate(said: str) -> float:
    try:
        return number(said)
    except ValueError:
        return float("nan")


def _cells(line: str) -> list[str]:
    """The cells of a line: between tabs, or between spaces where there are no tabs."""
    return [cell.strip() for cell in line.split("\t")] if "\t" in line.strip() else line.split()


def _numbers(path: Path, lines: Sequence[str], header: _Header) -> tuple[Array, list[int]]:
    """Return frame, time and coordinates of each row, (T, 2 + 3 K), and the rows' line numbers."""
    wanted = 2 + 3 * len(header.markers)
    rows: list[list[float]] = []
    line_of_row: list[int] = []
    for at, line in enumerate(lines[header.first_row :], start=header.first_row + 1):
        if not line.strip():
            continue
        cells = _row(line, wanted)
        if len(cells) != wanted:
            raise InputError("trc.ragged", path=path, cells=len(cells), line=at, expected=wanted)
        rows.append([_number(path, at, cell) for cell in cells])
        line_of_row.append(at)
    if not rows:
        raise InputError("trc.no_frames", path=path)
    return np.array(rows, dtype=np.float64), line_of_row


def _row(line: str, wanted: int) -> list[str]:
    """The cells of a row, without empty ones too many, and with those of trimmed markers."""
    cells = _cells(line)
    while len(cells) > wanted and not cells[-1]:
        cells.pop()
    # A row that was trimmed at its end lacks the three cells of each marker not seen.
    lacking = wanted - len(cells)
    trimmed = "\t" in line and lacking > 0 and lacking % 3 == 0
    return cells + [""] * lacking if trimmed else cells


def _number(path: Path, line: int, cell: str) -> float:
    try:
        return number(cell)
    except ValueError:
        raise InputError("trc.not_a_number", path=path, value=cell, line=line) from None


def _times(path: Path, rows: Array, line_of_row: Sequence[int], header: _Header) -> Array:
    """The time of each row (T,), seconds; from the frame numbers where times were rounded.

    Files with two decimals give two frames of a fast camera the same time.
    """
    frame, time_s = rows[:, 0], rows[:, 1]
    rising = np.all(np.diff(time_s) > 0)
    if not rising and header.rate_hz > 0 and np.all(np.diff(frame) > 0):
        counted = time_s[0] + (frame - frame[0]) / header.rate_hz
        if np.all(np.abs(counted - time_s) <= ROUNDED_S):
            return np.asarray(counted)
    _check_time(path, time_s, line_of_row)
    return np.asarray(time_s)


def _check_time(path: Path, time_s: Array, line_of_row: Sequence[int]) -> None:
    bad = np.flatnonzero(~(np.diff(time_s) > 0))
    if np.isnan(time_s[0]):
        raise InputError("trc.no_time", path=path, line=line_of_row[0])
    if len(bad):
        line = line_of_row[int(bad[0]) + 1]
        raise InputError("trc.time_not_rising", path=path, line=line)


def _header_lines(track: PoseTrack, name: str, joint_centres_of: str) -> list[str]:
    frames, markers = len(track.time_s), len(track.keypoints)
    span_s = float(track.time_s[-1] - track.time_s[0]) if frames > 1 else 0.0
    rate = f"{(frames - 1) / span_s:.6g}" if span_s else "0"
    axes = "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, markers + 1))
    return [
        f"PathFileType\t4\t(X/Y/Z)\t{name}" + _mark(joint_centres_of),
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
