"""One whole file of every kind that is read, and the damage that suits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline import Settings
from leanline.formats.analysis_json import write_analysis
from leanline.formats.c3d_write import write_c3d
from leanline.formats.capture_npz import write_capture
from leanline.formats.movement_nc import write_movement
from leanline.formats.runner_npz import write_runner
from leanline.formats.tables import track_columns, write_csv, write_parquet
from leanline.formats.trc import write_trc
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import capture_of
from tests.foreign import (
    runner_track,
    write_alphapose,
    write_coco,
    write_deeplabcut_csv,
    write_long_csv,
    write_mmpose,
    write_sleap_csv,
    write_sleap_h5,
    write_sports2d_trc,
)
from tests.fuzz.damage import damaged, damaged_json, damaged_text
from tests.fuzz.test_small_files import MANIFEST, NAMES
from tests.unit.test_fit import fit_file

Damage = Callable[[bytes, int], bytes]


@dataclass(frozen=True)
class Whole:
    """A file that is whole: its kind in the table, and what to do to it."""

    kind: str
    path: Path
    damages: tuple[Damage, ...]
    cases: int


_TEXT: Final = (damaged, damaged_text)
_JSON: Final = (damaged, damaged_json)
_BYTES: Final = (damaged,)


def whole_files(folder: Path, cases: int) -> Iterator[Whole]:
    """Make them all; ``cases`` is how many damaged ones are wanted of each."""
    short, metres = runner_track(0.2), runner_track(0.2, "m")
    writers = (
        ("TRC", "ours.trc", lambda path: write_trc(metres, path), _TEXT),
        ("TRC", "sports2d.trc", lambda path: write_sports2d_trc(short, path), _TEXT),
        ("C3D", "ours.c3d", lambda path: write_c3d(metres, path), _BYTES),
        ("CSV", "wide.csv", lambda path: write_csv(track_columns(short), path), _TEXT),
        ("CSV", "long.csv", lambda path: write_long_csv(short, path), _TEXT),
        ("CSV", "deeplabcut.csv", lambda path: write_deeplabcut_csv(short, path), _TEXT),
        ("CSV", "sleap.csv", lambda path: write_sleap_csv(short, path), _TEXT),
        ("Parquet", "a.parquet", lambda path: write_parquet(track_columns(short), path), _BYTES),
        ("JSON of keypoints", "coco.json", lambda path: write_coco(short, path), _JSON),
        ("JSON of keypoints", "alphapose.json", lambda path: write_alphapose(short, path), _JSON),
        ("JSON of keypoints", "mmpose.json", lambda path: write_mmpose(short, path), _JSON),
        ("FIT", "run.fit", lambda path: path.write_bytes(fit_file()), _BYTES),
        ("manifest CSV", "manifest.csv", lambda path: path.write_bytes(MANIFEST), _TEXT),
        ("names TOML", "names.toml", lambda path: path.write_bytes(NAMES), _TEXT),
    )
    for kind, name, write, damages in writers:
        write(folder / name)
        yield Whole(kind, folder / name, damages, cases)
    # Each is read in a process of its own, which takes half a second.
    write_movement(metres, folder / "movement.nc")
    yield Whole("netCDF, HDF5", folder / "movement.nc", _BYTES, max(cases // 10, 10))
    write_sleap_h5(short, folder / "sleap.h5")
    yield Whole("netCDF, HDF5", folder / "sleap.h5", _BYTES, max(cases // 10, 10))
    yield from _results(folder, cases)


def _results(folder: Path, cases: int) -> Iterator[Whole]:
    made = analyze_capture(capture_of(runner_track(4.0), "run.trc", "recorded"), Settings())
    assert made.runner is not None  # noqa: S101
    assert made.capture is not None  # noqa: S101
    write_analysis(made, folder)
    write_runner(made.runner, folder)
    write_capture(made.capture, folder)
    yield Whole("analysis.json", folder / "analysis.json", _JSON, cases)
    yield Whole("pose.npz, capture.npz", folder / "pose.npz", _BYTES, cases)
    yield Whole("pose.npz, capture.npz", folder / "capture.npz", _BYTES, cases)
