from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from leanline.errors import InputError
from leanline.formats.names import our_name
from leanline.formats.trc import read_trc, write_trc
from leanline.model import PoseTrack
from leanline.skeleton import BLAZEPOSE

SHARED = Path(__file__).parents[3] / "shared" / "data"
NAMES = (*BLAZEPOSE, "head_top", "neck", "mid_hip", "left_small_toe", "right_small_toe")
#: Points above the knees: no body's height tells their unit and which way is up.
UPPER = tuple(name for name in NAMES if not name.endswith(("knee", "ankle", "heel", "foot_index")))


@pytest.fixture
def shared_data() -> Path:
    if not SHARED.is_dir():
        pytest.skip("../shared/data is not here")
    return SHARED


def trc_text(
    *,
    unit: str = "m",
    markers: str = "left_heel\t\t\tright_heel\t\t\t",
    rows: str = "1\t0.0\t1\t2\t0\t3\t4\t0\n2\t0.1\t1.5\t2.5\t0\t3.5\t4.5\t0\n",
) -> str:
    return (
        "PathFileType\t4\t(X/Y/Z)\ta.trc\n"
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\n"
        f"10\t10\t2\t2\t{unit}\t10\n"
        f"Frame#\tTime\t{markers}\n"
        "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n\n" + rows
    )


def read_text(folder: Path, text: str) -> PoseTrack:
    path = folder / "a.trc"
    path.write_text(text)
    return read_trc(path)


@st.composite
def tracks(draw: st.DrawFn) -> PoseTrack:
    names = draw(st.lists(st.sampled_from(UPPER), min_size=1, max_size=6, unique=True))
    frames = draw(st.integers(1, 8))
    steps = draw(arrays(float, frames, elements=st.floats(0.001, 1)))
    # Below 2 m so that metres are not taken for pixels; never (0, 0), which means missing.
    xy = draw(arrays(float, (frames, len(names), 2), elements=st.floats(0.01, 2)))
    missing = draw(arrays(bool, xy.shape[:2]))
    xy[missing] = np.nan
    return PoseTrack(np.cumsum(steps), xy, 1.0 - missing, tuple(names), "m")


@given(track=tracks())
def test_what_is_written_reads_back(
    tmp_path_factory: pytest.TempPathFactory, track: PoseTrack
) -> None:
    path = tmp_path_factory.mktemp("trc") / "a.trc"
    write_trc(track, path)
    back = read_trc(path)
    assert back.keypoints == track.keypoints
    assert back.unit == "m"
    np.testing.assert_allclose(back.time_s, track.time_s, rtol=1e-8)
    np.testing.assert_allclose(back.xy, track.xy, rtol=1e-8)
    np.testing.assert_array_equal(back.confidence, track.confidence)
    assert [p.name for p in path.parent.iterdir()] == ["a.trc"]


@pytest.mark.parametrize(("unit", "metres"), [("m", 1.0), ("cm", 0.01), ("mm", 0.001)])
def test_lengths_become_metres(tmp_path: Path, unit: str, metres: float) -> None:
    track = read_text(tmp_path, trc_text(unit=unit))
    assert track.unit == "m"
    np.testing.assert_allclose(track.point("left_heel"), np.array([[1, 2], [1.5, 2.5]]) * metres)


def test_pixels_stay_pixels(tmp_path: Path) -> None:
    track = read_text(tmp_path, trc_text(unit="px"))
    assert track.unit == "px"
    np.testing.assert_allclose(track.point("right_heel"), [[3.0, 4.0], [3.5, 4.5]])


def test_the_times_are_the_files_own(tmp_path: Path) -> None:
    rows = "7\t2.50\t1\t2\t0\t3\t4\t0\n9\t2.75\t1\t2\t0\t3\t4\t0\n"
    np.testing.assert_array_equal(read_text(tmp_path, trc_text(rows=rows)).time_s, [2.5, 2.75])


@pytest.mark.parametrize("missing", ["\t\t", "NaN\tNaN\tNaN", "nan\t2\t0", "0.0\t0.0\t0.0"])
def test_a_missing_marker_is_nan_without_confidence(tmp_path: Path, missing: str) -> None:
    rows = f"1\t0.0\t{missing}\t3\t4\t0\n2\t0.1\t1\t2\t0\t3\t4\t0\n"
    track = read_text(tmp_path, trc_text(rows=rows))
    assert np.isnan(track.point("left_heel")[0]).all()
    np.testing.assert_array_equal(track.trust("left_heel"), [0, 1])
    np.testing.assert_array_equal(track.trust("right_heel"), [1, 1])


def test_sports2d_pixels_called_metres_and_counted_downwards_are_turned_up(
    tmp_path: Path,
) -> None:
    text = trc_text(
        markers="RShoulder\t\t\tRAnkle\t\t",
        rows="1\t0.0\t100\t200\t0\t110\t600\t0\n2\t0.1\t100\t200\t0\t110\t600\t0\n",
    )
    track = read_text(tmp_path, text)
    assert track.unit == "px"
    assert track.keypoints == ("right_shoulder", "right_ankle")
    np.testing.assert_allclose(track.xy[0], [[100, -200], [110, -600]])


def test_windows_line_ends_and_trailing_tabs_do_not_matter(tmp_path: Path) -> None:
    text = trc_text().replace("\n", "\t\r\n")
    (tmp_path / "a.trc").write_bytes(b"\xef\xbb\xbf" + text.encode())
    np.testing.assert_allclose(read_trc(tmp_path / "a.trc").point("left_heel")[0], [1.0, 2.0])


@pytest.mark.parametrize(
    ("marker", "name"),
    [
        ("RBigToe", "right_foot_index"),
        ("LSmallToe", "left_small_toe"),
        ("LHeel", "left_heel"),
        ("RAnkle", "right_ankle"),
        ("Hip", "mid_hip"),
        ("MidHip", "mid_hip"),
        ("RHip", "right_hip"),
        ("Head", "head_top"),
        ("Neck", "neck"),
        ("Nose", "nose"),
        ("LEar", "left_ear"),
        ("Runner:left_heel", "left_heel"),
        ("CLAV", None),
        ("", None),
        *((name, name) for name in NAMES),
    ],
)
def test_other_tools_names_are_ours(marker: str, name: str | None) -> None:
    assert our_name(marker) == name


def test_unknown_markers_are_left_out_and_the_first_of_twins_counts(tmp_path: Path) -> None:
    text = trc_text(
        markers="CLAV\t\t\tLHeel\t\t\tleft_heel",
        rows="1\t0.0\t9\t9\t9\t1\t2\t0\t3\t4\t0\n",
    )
    track = read_text(tmp_path, text)
    assert track.keypoints == ("left_heel",)
    np.testing.assert_allclose(track.xy[0], [[1.0, 2.0]])


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("time,left_heel_x\n0,1\n", "not a TRC"),
        (trc_text(unit="furlong"), "furlong"),
        (trc_text().replace("Units", "Other"), "in units ''"),
        (trc_text().replace("Frame#", "Picture"), "line 4"),
        (trc_text(markers="CLAV\t\t\tT10\t\t"), "no marker"),
        (trc_text(rows=""), "no frames"),
        (trc_text(rows="1\t0.0\t1\t2\t0\t3\t4\t0\n2\t0.1\t1\t2\n"), "4 cells in line 8, not 8"),
        (trc_text(rows="1\t0.0\t1\t2\t0\t3\t4\t0\t5\n"), "9 cells in line 7"),
        (trc_text(rows="1\t0.0\tabc\t2\t0\t3\t4\t0\n"), "'abc' in line 7"),
        (trc_text(rows="1\t0.1\t1\t2\t0\t3\t4\t0\n\n2\t0.1\t1\t2\t0\t3\t4\t0\n"), "line 9"),
        (trc_text(rows="1\t\t1\t2\t0\t3\t4\t0\n"), "no time in line 7"),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(tmp_path: Path, text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_text(tmp_path, text)
    assert "a.trc" in str(caught.value)
    assert caught.value.hint


def test_a_missing_file_is_said_in_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="does not exist"):
        read_trc(tmp_path / "nothing.trc")


@given(junk=st.binary(max_size=400))
def test_no_junk_gives_another_error(tmp_path_factory: pytest.TempPathFactory, junk: bytes) -> None:
    path = tmp_path_factory.mktemp("trc") / "a.trc"
    path.write_bytes(junk)
    with pytest.raises(InputError):
        read_trc(path)


def test_an_empty_track_is_written_as_a_header_only(tmp_path: Path) -> None:
    track = PoseTrack(np.empty(0), np.empty((0, 1, 2)), np.empty((0, 1)), ("nose",), "px")
    write_trc(track, tmp_path / "a.trc")
    assert len((tmp_path / "a.trc").read_text().splitlines()) == 6


@pytest.mark.shared
def test_the_laboratorys_tracks_are_read(shared_data: Path) -> None:
    track = read_trc(shared_data / "lab" / "hamner04_run200_60hz.trc")
    assert track.unit == "m"
    assert track.xy.shape == (142, 8, 2)
    assert track.time_s[0] == pytest.approx(0.83)
    assert np.all(track.mid("shoulder")[:, 1] > track.mid("hip")[:, 1])


@pytest.mark.shared
def test_a_track_in_pixels_with_more_points_is_read(shared_data: Path) -> None:
    track = read_trc(shared_data / "real" / "male_side_rtmpose.trc")
    assert track.unit == "px"
    assert track.has("head_top", "neck", "mid_hip", "left_small_toe")
    assert len(track.time_s) == 360
