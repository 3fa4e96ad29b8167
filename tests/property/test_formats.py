"""Files of poses: what is written reads back, and damage is refused in a sentence."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leanline.errors import InputError, LeanlineError, UsageError
from leanline.formats.c3d_write import write_c3d
from leanline.formats.mot import read_mot, write_mot
from leanline.formats.movement_nc import write_movement
from leanline.formats.parquet import write_parquet
from leanline.formats.reading import read_track
from leanline.formats.tables import track_columns, write_csv
from leanline.formats.trc import write_trc
from leanline.model import PoseTrack
from leanline.skeleton import BLAZEPOSE
from tests.foreign import COUNTED, runner_track, write_deeplabcut_csv
from tests.searching import everyday

Write = Callable[[PoseTrack, Path], None]

WRITERS: dict[str, Write] = {
    ".trc": write_trc,
    ".c3d": write_c3d,
    ".csv": lambda track, path: write_csv(track_columns(track), path),
    ".parquet": lambda track, path: write_parquet(track_columns(track), path),
    ".nc": write_movement,
}
#: What a format keeps of a coordinate: TRC ten digits, C3D single precision.
PRECISION = {".trc": 1e-8, ".c3d": 1e-6, ".csv": 0.0, ".parquet": 0.0, ".nc": 0.0}
# Read in a process of their own, which takes half a second each.
SLOW = (".nc", "SLEAP HDF5")
KEEPS_CONFIDENCE = (".c3d", ".csv", ".parquet", ".nc")
# A body needs its upper half up, or pixels would be turned.
NAMES = ("left_shoulder", "right_hip", "left_ankle", "right_heel", "nose")


@st.composite
def tracks(draw: st.DrawFn) -> PoseTrack:
    """Anything that a file can hold: at even times, of a body in metres or pixels."""
    unit = draw(st.sampled_from(["m", "px"]))
    frames = draw(st.integers(2, 6))
    rate = draw(st.sampled_from([25.0, 60.0, 120.0, 240.0]))
    first = draw(st.integers(0, 500))
    heights = np.array([1.5, 1.0, 0.2, 0.1, 1.7])
    xy = draw(arrays(float, (frames, len(NAMES), 2), elements=st.floats(0.01, 0.09)))
    xy[:, :, 1] += heights
    xy *= 1.0 if unit == "m" else 300.0
    missing = draw(arrays(bool, xy.shape[:2]))
    missing[0] = False
    xy[missing] = np.nan
    trust = draw(arrays(float, xy.shape[:2], elements=st.floats(0.1, 1.0)))
    time_s = (first + np.arange(frames)) / rate
    return PoseTrack(time_s, xy, np.where(missing, 0.0, trust), NAMES, "m" if unit == "m" else "px")


@pytest.mark.parametrize("suffix", [suffix for suffix in WRITERS if suffix not in SLOW])
@everyday(25)
@given(track=tracks())
def test_what_is_written_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, track: PoseTrack
) -> None:
    assert_round_trip(tmp_path_factory.mktemp("round") / f"run{suffix}", track)


@everyday(5)
@given(track=tracks())
def test_what_is_written_as_netcdf_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, track: PoseTrack
) -> None:
    assert_round_trip(tmp_path_factory.mktemp("round") / "run.nc", track)


def assert_round_trip(path: Path, track: PoseTrack) -> None:
    suffix = path.suffix
    WRITERS[suffix](track, path)
    back = read_track(path)
    assert back.keypoints == track.keypoints
    assert back.unit == track.unit
    precision = PRECISION[suffix]
    np.testing.assert_allclose(back.time_s, track.time_s, rtol=0, atol=max(precision, 1e-12))
    np.testing.assert_allclose(back.xy, track.xy, rtol=precision, atol=0)
    wanted = track.confidence if suffix in KEEPS_CONFIDENCE else track.confidence > 0
    np.testing.assert_allclose(back.confidence, wanted, rtol=precision, atol=0)
    assert [p.name for p in path.parent.iterdir()] == [path.name]


@given(
    values=arrays(float, (4, 3), elements=st.floats(-180, 180) | st.just(float("nan"))),
    start=st.floats(0, 100),
)
def test_coordinates_of_opensim_read_back_equal(
    tmp_path_factory: pytest.TempPathFactory, values: np.ndarray[tuple[int, int]], start: float
) -> None:
    path = tmp_path_factory.mktemp("mot") / "run.mot"
    columns = {name: values[:, k] for k, name in enumerate(("pelvis_tilt", "a", "b"))}
    time_s = start + np.arange(4) / 60.0
    write_mot(time_s, columns, path, notes=["what a sign means"])
    back_s, back = read_mot(path)
    np.testing.assert_array_equal(back_s, time_s)
    assert list(back) == list(columns)
    for name, column in columns.items():
        np.testing.assert_array_equal(back[name], column)


@pytest.fixture(scope="module")
def valid(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One small valid file of every kind."""
    folder = tmp_path_factory.mktemp("valid")
    full = runner_track(0.1, "m")
    kept = [BLAZEPOSE.index(name) for name in ("left_hip", "left_knee", "left_ankle")]
    small = PoseTrack(
        full.time_s,
        full.xy[:, kept],
        full.confidence[:, kept],
        ("left_hip", "left_knee", "left_ankle"),
        "m",
    )
    made = {}
    for suffix, write in WRITERS.items():
        write(small, folder / f"run{suffix}")
        made[suffix] = folder / f"run{suffix}"
    for kind, (write_foreign, name, _) in COUNTED.items():
        if kind != "OpenPose JSON":
            (folder / kind).mkdir()
            made[kind] = write_foreign(runner_track(0.1), folder / kind / name)
    return made


def damage(data: bytes, cut: float, flips: list[tuple[float, int]]) -> bytes:
    """The first ``cut`` of the bytes, some of them changed."""
    kept = bytearray(data[: int(cut * len(data))])
    for place, value in flips:
        if kept:
            kept[int(place * (len(kept) - 1))] = value
    return bytes(kept)


def refusal(path: Path, fps: float | None) -> LeanlineError | None:
    """What reading says against the file; None when it can be read."""
    try:
        assert len(read_track(path, fps=fps).keypoints)
    except (InputError, UsageError) as error:
        return error
    return None


_FLIPS = st.lists(st.tuples(st.floats(0, 1), st.integers(0, 255)), max_size=6)
KINDS = (*WRITERS, *(kind for kind in COUNTED if kind != "OpenPose JSON"))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in SLOW])
@everyday(40)
@given(cut=st.floats(0, 1) | st.just(1.0), flips=_FLIPS)
def test_damage_is_read_or_refused_in_a_sentence(
    valid: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    cut: float,
    flips: list[tuple[float, int]],
) -> None:
    assert_read_or_refused(valid, tmp_path_factory.mktemp("damaged"), kind, cut, flips)


@pytest.mark.parametrize("kind", SLOW)
@everyday(5)
@given(cut=st.floats(0, 1) | st.just(1.0), flips=_FLIPS)
def test_damaged_hdf5_is_read_or_refused_in_a_sentence(
    valid: dict[str, Path],
    tmp_path_factory: pytest.TempPathFactory,
    kind: str,
    cut: float,
    flips: list[tuple[float, int]],
) -> None:
    assert_read_or_refused(valid, tmp_path_factory.mktemp("damaged"), kind, cut, flips)


def assert_read_or_refused(
    valid: dict[str, Path],
    folder: Path,
    kind: str,
    cut: float,
    flips: list[tuple[float, int]],
) -> None:
    path = folder / valid[kind].name
    path.write_bytes(damage(valid[kind].read_bytes(), cut, flips))
    error = refusal(path, 60.0 if kind in COUNTED else None)
    if error is not None:
        assert path.name in str(error)
        assert str(error).endswith(".")
        assert error.hint


@everyday(40)
@given(cut=st.floats(0, 1), flips=_FLIPS)
def test_a_damaged_frame_of_openpose_is_refused_by_its_name(
    tmp_path_factory: pytest.TempPathFactory, cut: float, flips: list[tuple[float, int]]
) -> None:
    write = COUNTED["OpenPose JSON"][0]
    folder = write(runner_track(0.1), tmp_path_factory.mktemp("openpose") / "json")
    file = folder / "run_000000000002_keypoints.json"
    file.write_bytes(damage(file.read_bytes(), cut, flips))
    error = refusal(folder, 60.0)
    if error is not None:
        assert str(folder) in str(error)
        assert error.hint


@pytest.mark.parametrize("suffix", [".h5", ".nc"])
def test_what_is_no_hdf5_is_refused(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"run{suffix}").write_bytes(b"junk" * 99)
    with pytest.raises(InputError, match="is damaged or not a valid"):
        read_track(tmp_path / f"run{suffix}", fps=60.0)


@pytest.mark.parametrize(
    ("error", "says"),
    [
        (subprocess.TimeoutExpired("read", 20), "does not finish"),
        (subprocess.CalledProcessError(-11, "read"), "crashes"),
    ],
)
def test_hdf5_that_hangs_or_crashes_its_reader_is_refused(
    valid: dict[str, Path], monkeypatch: pytest.MonkeyPatch, error: Exception, says: str
) -> None:
    def run(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("leanline.formats.hdf5_subprocess.subprocess.run", run)
    with pytest.raises(InputError, match=says):
        read_track(valid[".nc"])


@pytest.mark.parametrize("suffix", [".trc", ".c3d", ".csv", ".parquet", ".json"])
@everyday(20)
@given(junk=st.binary(max_size=600))
def test_junk_is_refused(
    tmp_path_factory: pytest.TempPathFactory, suffix: str, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("junk") / f"run{suffix}"
    path.write_bytes(junk)
    with pytest.raises((InputError, UsageError)):
        read_track(path, fps=60.0)


def test_a_damaged_table_of_deeplabcut_says_which_file(tmp_path: Path) -> None:
    path = write_deeplabcut_csv(runner_track(0.1), tmp_path / "run.csv")
    path.write_text(path.read_text().replace(",1.0", ",one", 1))
    with pytest.raises(InputError, match=r"run\.csv is damaged"):
        read_track(path, fps=60)
