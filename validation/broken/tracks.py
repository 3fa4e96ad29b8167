"""One whole file of every kind that is read, and the damage that suits it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from leanline import Settings
from leanline.formats.analysis_json import write_analysis
from leanline.formats.capture_npz import write_capture
from leanline.formats.movement_nc import write_movement
from leanline.formats.runner_npz import write_runner
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from tests.foreign import runner_track, write_sleap_h5
from tests.fuzz.damage import damaged, damaged_json, damaged_text
from tests.fuzz.test_small_files import MANIFEST, NAMES
from tests.fuzz.test_tracks import FILES
from tests.unit.test_watch_fit import fit_file
from tests.unit.test_watch_xml import WHOLE as TCX

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
_KINDS: Final = {
    ".trc": "TRC",
    ".c3d": "C3D",
    ".csv": "CSV",
    ".parquet": "Parquet",
    ".json": "JSON of keypoints",
}


def whole_files(folder: Path, cases: int) -> Iterator[Whole]:
    """Make them all; ``cases`` is how many damaged ones are wanted of each."""
    short, metres = runner_track(0.2), runner_track(0.2, "m")
    for name, (write_track, damage) in FILES.items():
        write_track(metres if name.startswith("ours.") else short, folder / name)
        damages = (damaged,) if damage is None else (damaged, damage)
        yield Whole(_KINDS[Path(name).suffix], folder / name, damages, cases)
    contents = (
        ("FIT", "run.fit", fit_file(), _BYTES),
        ("TCX", "run.tcx", TCX, _TEXT),
        ("manifest CSV", "manifest.csv", MANIFEST, _TEXT),
        ("names TOML", "names.toml", NAMES, _TEXT),
    )
    for kind, name, content, damages in contents:
        (folder / name).write_bytes(content)
        yield Whole(kind, folder / name, damages, cases)
    # Each is read in a process of its own, which takes half a second.
    write_movement(metres, folder / "movement.nc")
    yield Whole("netCDF, HDF5", folder / "movement.nc", _BYTES, max(cases // 10, 10))
    write_sleap_h5(short, folder / "sleap.h5")
    yield Whole("netCDF, HDF5", folder / "sleap.h5", _BYTES, max(cases // 10, 10))
    yield from _results(folder, cases)


def _results(folder: Path, cases: int) -> Iterator[Whole]:
    made = analyze_capture(track_to_capture(runner_track(4.0), "run.trc", "recorded"), Settings())
    assert made.runner is not None  # noqa: S101
    assert made.capture is not None  # noqa: S101
    write_analysis(made, folder)
    write_runner(made.runner, folder)
    write_capture(made.capture, folder)
    yield Whole("analysis.json", folder / "analysis.json", _JSON, cases)
    yield Whole("pose.npz, capture.npz", folder / "pose.npz", _BYTES, cases)
    yield Whole("pose.npz, capture.npz", folder / "capture.npz", _BYTES, cases)
