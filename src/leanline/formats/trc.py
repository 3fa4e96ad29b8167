"""TRC, the motion laboratories' table of markers over time (tabs, y up)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from leanline.errors import InputError
from leanline.files import written_whole
from leanline.model import Array, PoseTrack, Unit
from leanline.skeleton import BLAZEPOSE, SIDES

_METRES: Final[Mapping[str, float]] = {"m": 1.0, "cm": 0.01, "mm": 0.001}
_PIXELS: Final = ("px", "pixel", "pixels")
_TALLEST_M: Final = 5.0

# Names of HALPE_26 as Sports2D and Pose2Sim write them (side letter first), and OpenPose's.
_MIDDLE: Final[Mapping[str, str]] = {
    "hip": "mid_hip",
    "midhip": "mid_hip",
    "neck": "neck",
    "head": "head_top",
    "headtop": "head_top",
    "nose": "nose",
}
_SIDED: Final[Mapping[str, str]] = {
    **{part: part for part in ("eye", "ear", "shoulder", "elbow", "wrist")},
    **{part: part for part in ("hip", "knee", "ankle", "heel")},
    "bigtoe": "foot_index",
    "footindex": "foot_index",
    "toe": "foot_index",
    "smalltoe": "small_toe",
}
_HINT: Final = "Export it again as TRC with markers named as in HALPE_26 or BlazePose."


def read_trc(path: Path) -> PoseTrack:
    """The markers of a TRC file that are known, in the plane of its first two axes.

    Parameters
    ----------
    path
        A TRC file in m, cm, mm or px. Sports2D calls its pixels metres and counts them
        downwards; bodies taller than 5 m are taken for pixels, and pixels with the head
        below the feet are turned up.

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
    lines = _lines(path)
    header = _header(path, lines)
    numbers, line_of_row = _numbers(path, lines, header)
    time_s = numbers[:, 0]
    _check_time(path, time_s, line_of_row)
    names, columns = _known(path, header.markers)
    xy = numbers[:, 1:].reshape(len(numbers), -1, 3)[:, columns, :2]
    xy[np.all(xy == 0, axis=2) | np.isnan(xy).any(axis=2)] = np.nan
    unit, scale = _unit(header.unit, xy)
    if unit == "px" and _upside_down(names, xy):
        scale = scale * np.array([1.0, -1.0])
    confidence = np.isfinite(xy[:, :, 0]).astype(np.float64)
    return PoseTrack(time_s, xy * scale, confidence, names, unit)


def write_trc(track: PoseTrack, path: Path) -> None:
    """Write ``track`` as TRC: third axis 0, missing cells empty; whole or not at all.

    The confidences are not kept: TRC has no place for them.
    """
    path = Path(path)
    text = "\n".join([*_header_lines(track, path.name), *_rows(track)]) + "\n"
    with written_whole(path) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


@dataclass(frozen=True)
class _Header:
    unit: str
    markers: tuple[str, ...]
    first_row: int


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError as error:
        raise InputError(
            f"{path} cannot be opened: {error.strerror}.", hint="Check the name and the folder."
        ) from error


def _header(path: Path, lines: Sequence[str]) -> _Header:
    if len(lines) < 5 or not lines[0].startswith("PathFileType"):
        raise InputError(f"{path} is not a TRC file; it does not start like one.", hint=_HINT)
    facts = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    unit = facts.get("Units", "").strip().lower()
    if unit not in _METRES and unit not in _PIXELS:
        raise InputError(f"{path} is in {unit or 'no'} units, not m, cm, mm or px.", hint=_HINT)
    cells = lines[3].split("\t")
    if [cell.strip().lower() for cell in cells[:2]] != ["frame#", "time"]:
        raise InputError(
            f"{path} is not a TRC file; line 4 does not start with Frame# and Time.", hint=_HINT
        )
    return _Header(unit, tuple(cell.strip() for cell in cells[2:] if cell.strip()), 5)


def _numbers(path: Path, lines: Sequence[str], header: _Header) -> tuple[Array, list[int]]:
    """Time and coordinates of each row, (T, 1 + 3 K), and the rows' line numbers."""
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
                f"{path} has {len(cells)} cells in line {number}, not {wanted}.", hint=_HINT
            )
        rows.append([_number(path, number, cell) for cell in cells[1:]])
        line_of_row.append(number)
    if not rows:
        raise InputError(f"{path} has no frames.", hint=_HINT)
    return np.array(rows, dtype=np.float64), line_of_row


def _number(path: Path, line: int, cell: str) -> float:
    try:
        value = float(cell) if cell.strip() else np.nan
    except ValueError:
        raise InputError(
            f"{path} has {cell.strip()!r} in line {line} where a number should be.", hint=_HINT
        ) from None
    return value if np.isfinite(value) else np.nan


def _check_time(path: Path, time_s: Array, line_of_row: Sequence[int]) -> None:
    bad = np.flatnonzero(~(np.diff(time_s) > 0))
    if np.isnan(time_s[0]):
        raise InputError(f"{path} has no time in line {line_of_row[0]}.", hint=_HINT)
    if len(bad):
        line = line_of_row[int(bad[0]) + 1]
        raise InputError(f"{path} has a time in line {line} that does not rise.", hint=_HINT)


def _known(path: Path, markers: Sequence[str]) -> tuple[tuple[str, ...], list[int]]:
    """Our names of the markers that have one, each once, and their places in the file."""
    places: dict[str, int] = {}
    for place, marker in enumerate(markers):
        name = our_name(marker)
        if name is not None:
            places.setdefault(name, place)
    if not places:
        raise InputError(f"{path} has no marker whose name is known.", hint=_HINT)
    return tuple(places), list(places.values())


def our_name(marker: str) -> str | None:
    """The keypoint that a marker of another tool is; None when it is none of ours."""
    plain = marker.rpartition(":")[2].strip().lower()
    if plain in BLAZEPOSE:
        return plain
    plain = plain.replace("_", "").replace(" ", "").replace("-", "")
    if plain in _MIDDLE:
        return _MIDDLE[plain]
    for side in SIDES:
        for prefix in (side, side[0]):
            part = _SIDED.get(plain.removeprefix(prefix)) if plain.startswith(prefix) else None
            if part is not None:
                return f"{side}_{part}"
    return None


def _unit(unit: str, xy: Array) -> tuple[Unit, float | Array]:
    if unit in _PIXELS:
        return "px", 1.0
    seen = np.isfinite(xy[:, :, 1])
    high = np.where(seen, xy[:, :, 1], -np.inf).max(axis=1)
    low = np.where(seen, xy[:, :, 1], np.inf).min(axis=1)
    tall = high[seen.any(axis=1)] - low[seen.any(axis=1)]
    if len(tall) and np.median(tall) * _METRES[unit] > _TALLEST_M:
        return "px", 1.0
    return "m", _METRES[unit]


def _upside_down(names: Sequence[str], xy: Array) -> bool:
    upper = [i for i, name in enumerate(names) if name.endswith(("shoulder", "hip", "neck"))]
    lower = [i for i, name in enumerate(names) if name.endswith(("ankle", "heel", "foot_index"))]
    heights = [part[np.isfinite(part)] for part in (xy[:, upper, 1], xy[:, lower, 1])]
    if not all(len(height) for height in heights):
        return False
    return bool(np.median(heights[0]) < np.median(heights[1]))


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
