"""Do tracks score the same whatever file they came in, and how do other sources score?

    python validation/tracks.py ../shared [--captures DIR]

Two tables for ``validation/TRACKS.md``. First: keypoints as a pose source saw them (captures
of the rendered clips, ``DIR/NAME/capture.npz`` as ``leanline`` keeps them; without any, the
tracks of ``../shared``) are written in each format, read back and measured as a recorded
track: the largest change of each metric against the same keypoints never written. Second: the
tracks of other sources in ``../shared``, against their truth.
"""

from __future__ import annotations

import argparse
import json
import math
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from leanline import LeanlineError, __version__
from leanline.formats.c3d_write import write_c3d
from leanline.formats.capture_npz import read_capture
from leanline.formats.keypoint_json import write_openpose
from leanline.formats.movement_nc import write_movement
from leanline.formats.parquet import write_parquet
from leanline.formats.reading import read_track
from leanline.formats.tables import track_columns, write_csv
from leanline.formats.trc import write_trc
from leanline.model import Analysis, PoseTrack
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.settings import Settings

HERE = Path(__file__).parent
HEIGHT_PX: Final = 4096
SHOWN: Final = {
    "lean_body_deg": "body lean, °",
    "lean_trunk_deg": "trunk lean, °",
    "waist_bend_deg": "waist bend, °",
    "foot_strike_angle_deg": "strike angle, °",
    "cadence_spm": "cadence, steps/min",
    "contact_time_s": "contact, s",
}
Write = Callable[[PoseTrack, Path], Path]


def _file(name: str, write: Callable[[PoseTrack, Path], None]) -> Write:
    def written(track: PoseTrack, folder: Path) -> Path:
        write(track, folder / name)
        return folder / name

    return written


def _openpose(track: PoseTrack, folder: Path) -> Path:
    """BODY_25: fewer points, three decimals, no times."""
    rate = _rate(track)
    numbers = [round(float(t) * rate) for t in track.time_s]
    write_openpose(track, folder / "json", frame=numbers, height_px=HEIGHT_PX, stem="clip")
    return folder / "json"


FORMATS: Final[Mapping[str, Write]] = {
    "TRC": _file("a.trc", write_trc),
    "C3D": _file("a.c3d", write_c3d),
    "CSV": _file("a.csv", lambda track, path: write_csv(track_columns(track), path)),
    "Parquet": _file("a.parquet", lambda track, path: write_parquet(track_columns(track), path)),
    "movement netCDF": _file("a.nc", write_movement),
    "OpenPose JSON": _openpose,
}


def main() -> None:
    """Measure and write the page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("shared", type=Path)
    parser.add_argument("--captures", type=Path, help="folders NAME with capture.npz")
    options = parser.parse_args()
    tracks = dict(_tracks(options.shared, options.captures))
    lines = [
        f"# Tracks of other sources, leanline {__version__}",
        "",
        "Made by `validation/tracks.py`.",
        "",
        f"## The same keypoints through each format ({len(tracks)} tracks)",
        "",
        "Largest change of a metric against the same keypoints never written to a file. TRC has "
        "no place for confidences, and points then weigh alike; C3D holds even times only, so "
        "uneven clips are interpolated, and only they change; OpenPose's files hold BODY_25 to "
        "three decimals.",
        "",
        *_round_trips(tracks),
        "",
        "## Tracks of other sources against their truth",
        "",
        *_others(options.shared),
    ]
    page = "\n".join(lines) + "\n"
    (HERE / "TRACKS.md").write_text(page, encoding="utf-8")
    print(page)


def _tracks(shared: Path, captures: Path | None) -> Iterator[tuple[str, PoseTrack]]:
    """Tracks to write and read: of captures, or else those of the other sources."""
    if captures is not None:
        for folder in sorted(path.parent for path in captures.glob("*/capture.npz")):
            yield folder.name, read_capture(folder).pose
        return
    for path in _track_files(shared):
        yield path.stem, read_track(path)


def _track_files(shared: Path) -> list[Path]:
    return sorted((shared / "data").glob("*/*.trc"))


def _round_trips(tracks: Mapping[str, PoseTrack]) -> list[str]:
    before = {label: _values(_analysed(track)) for label, track in tracks.items()}
    rows = {name: _changes(name, write, tracks, before) for name, write in FORMATS.items()}
    head = "| format | tracks | refused alike | " + " | ".join(SHOWN.values()) + " |"
    lines = [head, "|" + "---|" * (3 + len(SHOWN))]
    for name, (measured, refused, worst) in rows.items():
        cells = [name, str(measured), str(refused), *(f"{worst[key]:.2g}" for key in SHOWN)]
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _changes(
    name: str,
    write: Write,
    tracks: Mapping[str, PoseTrack],
    unwritten: Mapping[str, dict[str, float] | None],
) -> tuple[int, int, dict[str, float]]:
    """How many tracks were measured, and refused alike; the largest changes by metric."""
    worst = dict.fromkeys(SHOWN, 0.0)
    measured = refused = 0
    for label, track in tracks.items():
        with tempfile.TemporaryDirectory() as folder:
            path = write(track, Path(folder))
            back = read_track(path, fps=None if path.is_file() else _rate(track))
        before, after = unwritten[label], _values(_analysed(back))
        if before is None or after is None:
            refused += 1
            if (before is None) != (after is None):
                print(f"{name}: {label} is refused only on one side")
            continue
        measured += 1
        for key in SHOWN:
            change = abs(before[key] - after[key])
            worst[key] = max(worst[key], 0.0 if math.isnan(change) else change)
    return measured, refused, worst


def _rate(track: PoseTrack) -> float:
    """Frames a second; the nearest simple rate where the times are of one."""
    rate = 1.0 / float(np.median(np.diff(track.time_s)))
    return float(round(rate)) if abs(rate - round(rate)) < 0.02 else rate


def _analysed(track: PoseTrack) -> Analysis | None:
    try:
        return analyze_capture(track_to_capture(track, "track", "recorded"), Settings())
    except LeanlineError:
        return None


def _values(analysis: Analysis | None) -> dict[str, float] | None:
    if analysis is None:
        return None
    found = {key: analysis.metrics.get(key) for key in SHOWN}
    return {
        key: metric.value if metric is not None and isinstance(metric.value, float) else math.nan
        for key, metric in found.items()
    }


def _others(shared: Path) -> list[str]:
    """One line for each track that another tool or a laboratory made."""
    lines = [
        "| track | cadence, steps/min | truth | contact, s | truth | steps |",
        "|---|---|---|---|---|---|",
    ]
    for path in _track_files(shared):
        truth = json.loads(path.with_suffix("").with_suffix(".truth.json").read_text("utf-8"))
        analysis = _analysed(read_track(path))
        cells = [path.stem]
        for key in ("cadence_spm", "contact_time_s"):
            found = (_values(analysis) or {}).get(key, math.nan)
            cells += [_number(found), _number(truth["metrics"].get(key))]
        cells.append(str(len(analysis.contacts)) if analysis is not None else "refused")
        lines.append("| " + " | ".join(cells) + " |")
    return lines


def _number(value: float | None) -> str:
    return "-" if value is None or math.isnan(value) else f"{value:.4g}"


if __name__ == "__main__":
    main()
