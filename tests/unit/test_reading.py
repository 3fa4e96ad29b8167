"""Files of other tools: found out, named, put upright, and refused in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from leanline.errors import InputError, UsageError
from leanline.formats.reading import READERS, is_track, read_track, read_track_file
from leanline.formats.recording import track_recorded_people
from leanline.model import Array, PoseTrack
from leanline.pipeline import analyze
from tests.foreign import (
    COUNTED,
    FPS,
    HEIGHT_PX,
    rows_of,
    runner_track,
    write_alphapose,
    write_coco,
    write_deeplabcut_csv,
    write_long_csv,
    write_mmpose,
    write_openpose,
    write_sports2d_trc,
)


def assert_same_places(found: PoseTrack, true: PoseTrack) -> None:
    """The same points, but for where row 0 of the picture is."""
    np.testing.assert_allclose(found.time_s, true.time_s, atol=1e-9)
    for name in set(found.keypoints) & set(true.keypoints):
        down = found.point(name) - [0.0, found.point("left_hip")[0, 1]]
        np.testing.assert_allclose(
            down, true.point(name) - [0.0, true.point("left_hip")[0, 1]], atol=1e-4
        )


@pytest.mark.parametrize("kind", COUNTED)
def test_each_tools_file_is_told_apart_and_stands_upright(kind: str, tmp_path: Path) -> None:
    write, name, title = COUNTED[kind]
    true = runner_track()
    found = read_track_file(write(true, tmp_path / name), fps=FPS)
    assert found.track.unit == "px"
    assert found.track.has("left_hip", "right_hip", "left_ankle", "right_knee")
    assert_same_places(found.track, true)
    (note,) = found.notes
    assert note.text.startswith(f"Read as {kind}: ")
    assert f"({title})" in note.text


@pytest.mark.parametrize("kind", COUNTED)
def test_no_frame_rate_is_assumed(kind: str, tmp_path: Path) -> None:
    write, name, _ = COUNTED[kind]
    path = write(runner_track(), tmp_path / name)
    with pytest.raises(UsageError, match="does not give the frame rate") as caught:
        read_track(path)
    assert "fps" in caught.value.hint


def test_sports2d_counts_pixels_downwards_and_calls_them_metres(tmp_path: Path) -> None:
    found = read_track_file(write_sports2d_trc(runner_track(), tmp_path / "run.trc"))
    assert_same_places(found.track, runner_track())
    assert found.track.has("left_foot_index", "left_heel", "mid_hip")
    assert "(HALPE_26), in pixels" in found.notes[0].text


def test_pose2sims_json_is_openposes_with_more_points(tmp_path: Path) -> None:
    folder = write_openpose(runner_track(), tmp_path / "run_json", "halpe_26")
    found = read_track_file(folder, fps=FPS)
    assert found.track.has("left_foot_index", "right_heel")
    assert "(HALPE_26)" in found.notes[0].text


def test_a_long_table_is_read_by_its_columns(tmp_path: Path) -> None:
    true = runner_track()
    found = read_track_file(write_long_csv(true, tmp_path / "run.csv"))
    assert found.notes[0].text.startswith("Read as CSV (long)")
    np.testing.assert_array_equal(found.track.xy, true.xy)
    np.testing.assert_array_equal(found.track.confidence, 0.8)


def test_deeplabcuts_hdf5_is_read_without_running_its_pickles(tmp_path: Path) -> None:
    pd, tables = pytest.importorskip("pandas"), pytest.importorskip("tables")
    text = write_deeplabcut_csv(runner_track(), tmp_path / "run.csv")
    frame = pd.read_csv(text, header=[0, 1, 2], index_col=0)
    del tables
    for form in ("table", "fixed"):
        frame.to_hdf(tmp_path / "run.h5", key="df_with_missing", format=form, mode="w")
        found = read_track(tmp_path / "run.h5", fps=FPS)
        np.testing.assert_allclose(found.xy, read_track(text, fps=FPS).xy)


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    pd = pytest.importorskip("pandas")
    pytest.importorskip("tables")
    import pickle

    import h5py

    text = write_deeplabcut_csv(runner_track(), tmp_path / "run.csv")
    path = tmp_path / "run.h5"
    pd.read_csv(text, header=[0, 1, 2], index_col=0).to_hdf(path, key="d", format="table")
    with h5py.File(path, "r+") as file:
        file["d/table"].attrs["values_block_0_kind"] = np.bytes_(pickle.dumps(Path, protocol=0))
    with pytest.raises(InputError, match="asks for pathlib"):
        read_track(path, fps=FPS)


def test_fps_is_not_needed_where_the_file_knows_its_times(tmp_path: Path) -> None:
    path = write_sports2d_trc(runner_track(), tmp_path / "run.trc")
    assert len(read_track(path, fps=FPS).time_s) == 60
    with pytest.raises(UsageError, match="its own times, 60 frames"):
        read_track(path, fps=30)


def test_frames_missing_in_the_numbering_are_missing_in_time(tmp_path: Path) -> None:
    folder = write_openpose(runner_track(), tmp_path / "json")
    (folder / "run_000000000007_keypoints.json").unlink()
    time_s = read_track(folder, fps=FPS).time_s
    assert len(time_s) == 59
    assert np.diff(time_s).max() == pytest.approx(2 / FPS)


def two_people(folder: Path) -> Path:
    """A small person on the left, a large runner on the right, exchanged in every other file."""
    write_openpose(runner_track(), folder)
    rows = rows_of(runner_track(), "body_25")
    for number, row in enumerate(rows):
        small = row.copy()
        small[:, :2] = row[:, :2] * 0.3
        people = [{"pose_keypoints_2d": each.ravel().tolist()} for each in (row, small)]
        text = json.dumps({"people": people[:: 1 if number % 2 else -1]})
        (folder / f"run_{number:012d}_keypoints.json").write_text(text)
    return folder


def test_the_runner_is_the_larger_of_two_who_change_places_in_the_file(tmp_path: Path) -> None:
    found = read_track_file(two_people(tmp_path / "json"), fps=FPS)
    assert_same_places(found.track, runner_track())
    assert found.others == 1
    assert found.notes[1].reason.params["person"] == 2


def test_another_person_can_be_chosen_from_the_left(tmp_path: Path) -> None:
    folder = two_people(tmp_path / "json")
    small = read_track(folder, fps=FPS, person=1)
    legs = [
        np.linalg.norm(t.point("left_hip") - t.point("left_knee"), axis=1)[0]
        for t in (small, runner_track())
    ]
    assert legs[0] == pytest.approx(0.3 * legs[1])
    with pytest.raises(UsageError, match="numbered 1 to 2"):
        read_track(folder, fps=FPS, person=3)


def test_somebody_long_out_of_view_is_somebody_new(tmp_path: Path) -> None:
    folder = write_openpose(runner_track(1.5), tmp_path / "json")
    for number in range(20, 60):
        file = folder / f"run_{number:012d}_keypoints.json"
        file.write_text('{"people": []}')
    found = read_track_file(folder, fps=FPS)
    assert found.others == 1
    assert np.isfinite(found.track.point("left_hip")).all(axis=1).sum() == 30


def test_deeplabcuts_several_animals_keep_their_names(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(
        "scorer,D,D,D,D,D,D\nindividuals,ann,ann,ann,bob,bob,bob\n"
        "bodyparts,hip_l,hip_l,hip_l,hip_l,hip_l,hip_l\ncoords,x,y,likelihood,x,y,likelihood\n"
        "0,10,300,0.9,500,310,0.4\n1,11,300,0.9,,,\n"
    )
    one, two = (read_track_file(path, fps=30, person=n) for n in (1, 2))
    assert one.track.keypoints == ("left_hip",)
    np.testing.assert_allclose(one.track.xy[:, 0, 0], [10, 11])
    assert two.track.confidence[:, 0].tolist() == [0.4, 0.0]
    assert "(bob)" in two.notes[1].text


def test_a_run_along_the_third_axis_of_a_trc_is_seen_from_its_side(tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    names = [name for name in true.keypoints if name.startswith(("left", "right"))]
    rows = []
    for n, time_s in enumerate(true.time_s):
        cells = [
            f"{0.1 if name.startswith('left') else -0.1}\t{y!r}\t{x!r}"
            for name in names
            for x, y in [true.point(name)[n].tolist()]
        ]
        rows.append("\t".join([str(n + 1), repr(float(time_s)), *cells]))
    head = ["PathFileType\t4\t(X/Y/Z)\ta.trc", "DataRate\tUnits", "60\tm"]
    head += ["Frame#\tTime\t" + "\t\t\t".join(names), "", ""]
    (tmp_path / "a.trc").write_text("\n".join([*head, *rows]) + "\n")
    found = read_track(tmp_path / "a.trc")
    for name in ("left_hip", "right_ankle"):
        np.testing.assert_allclose(found.point(name), true.point(name), atol=1e-9)


def test_names_of_ones_own_come_from_a_small_file(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(
        "time_s,GT_x_m,GT_y_m,A1_x_m,A1_y_m,A2_x_m,A2_y_m\n0,1,1,0,0.1,0.2,0.1\n0.1,1,1,0,0.1,0.2,0.1\n"
    )
    with pytest.raises(InputError, match="no marker with a known name") as caught:
        read_track(path)
    assert "keypoint_names" in caught.value.hint
    names = tmp_path / "mine.toml"
    names.write_text('[names]\nleft_hip = ["GT"]\n[mean]\nleft_ankle = ["A1", "A2"]\n')
    found = read_track_file(path, names=str(names))
    assert found.track.keypoints == ("left_hip", "left_ankle")
    np.testing.assert_allclose(found.track.point("left_ankle")[0], [0.1, 0.1])
    assert "3 of 3 points are recognised (mine)" in found.notes[0].text


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("[names]\nbig_thumb = 'X'\n", "big_thumb: no such keypoint"),
        ("[names\n", "not a set of names"),
        ("[names]\nleft_hip = 3\n", "neither a name"),
    ],
)
def test_a_bad_set_of_names_is_wrong_usage(tmp_path: Path, text: str, says: str) -> None:
    names = tmp_path / "mine.toml"
    names.write_text(text)
    path = write_sports2d_trc(runner_track(), tmp_path / "run.trc")
    with pytest.raises(UsageError, match=says):
        read_track(path, keypoint_names=names)


def test_points_without_names_need_a_known_count(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text(json.dumps([{"image_id": 1, "keypoints": [1, 2, 1] * 7}]))
    with pytest.raises(InputError, match="7 unnamed points per person") as caught:
        read_track(path, fps=30)
    assert "BODY_25" in caught.value.hint


def test_a_track_is_known_by_its_suffix_or_by_the_files_in_its_folder(tmp_path: Path) -> None:
    assert all(is_track(Path(f"run{suffix.upper()}")) for suffix in READERS)
    assert not is_track(Path("run.mp4"))
    assert not is_track(tmp_path)
    assert is_track(write_openpose(runner_track(), tmp_path / "json"))


@pytest.mark.parametrize("name", ["gone.c3d", "gone.csv", "gone.json", "gone.parquet", "gone.h5"])
def test_a_file_that_is_not_there_is_said_by_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(InputError, match="gone") as caught:
        read_track(tmp_path / name, fps=60)
    assert caught.value.hint


def test_an_unknown_suffix_says_which_are_known(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not in a known format") as caught:
        read_track(tmp_path / "run.xyz")
    assert ".c3d" in caught.value.hint


def test_one_frame_of_openpose_asks_for_the_folder(tmp_path: Path) -> None:
    folder = write_openpose(runner_track(), tmp_path / "json")
    with pytest.raises(InputError, match="one frame of a film"):
        read_track(next(folder.iterdir()), fps=60)


@pytest.mark.parametrize("write", [write_coco, write_alphapose, write_mmpose])
def test_json_of_every_layout_gives_the_same_analysis_as_the_track(
    write: object, tmp_path: Path
) -> None:
    assert callable(write)
    path = write(runner_track(3.0), tmp_path / "run.json")
    found = analyze(path, fps=FPS)
    assert found.activity == "running"
    lean = found.metrics["lean_body_deg"].value
    assert isinstance(lean, float)
    assert found.provenance.settings["fps"] == FPS


def test_fps_and_names_are_refused_for_films(tmp_path: Path) -> None:
    film = tmp_path / "run.mp4"
    film.write_bytes(b"")
    with pytest.raises(UsageError, match="fps is for pose tracks"):
        analyze(film, fps=60)
    with pytest.raises(UsageError, match="keypoint_names is for pose tracks"):
        analyze(film, keypoint_names="BODY_25")


def test_a_folder_has_one_hash_whatever_the_order_of_its_files(tmp_path: Path) -> None:
    one = analyze(write_openpose(runner_track(3.0), tmp_path / "json"), fps=FPS)
    two = analyze(write_openpose(runner_track(3.0), tmp_path / "copy"), fps=FPS)
    assert one.provenance.input_sha256 == two.provenance.input_sha256
    assert len(one.provenance.input_sha256) == 64
    assert HEIGHT_PX == 720


def test_people_who_would_not_fit_in_memory_are_refused(tmp_path: Path) -> None:
    # Each row is somebody else at another moment: n x n cells.
    rows = "\n".join(f"{n},{n},{n},1.0,2.0,3.0,4.0" for n in range(6000))
    path = tmp_path / "run.csv"
    path.write_text(f"frame,track,x,left_hip_x,left_hip_y,left_knee_x,left_knee_y\n{rows}\n")
    with pytest.raises(InputError, match="more than the 60000000 that are read"):
        read_track(path, fps=60.0)


def test_crowds_that_nobody_tells_apart_are_refused() -> None:
    one = np.tile([0.0, 0.0, 1.0], (17, 1)) + np.arange(17)[:, None] * [3.0, 7.0, 0.0]
    crowd = [one + np.array([100.0 * k, 0.0, 0.0]) for k in range(1900)]
    with pytest.raises(ValueError, match="that are read"):
        track_recorded_people([crowd, crowd], 17)


def test_a_small_file_of_many_rows_is_refused(tmp_path: Path) -> None:
    count = 40_000_000
    table = pa.table({"left_hip_x": pa.nulls(count, pa.float32()), "left_hip_y": pa.nulls(count)})
    pq.write_table(table, tmp_path / "run.parquet")
    assert (tmp_path / "run.parquet").stat().st_size < 1e6
    with pytest.raises(InputError, match="more than the 60000000 that are read"):
        read_track(tmp_path / "run.parquet", fps=60.0)


@pytest.mark.parametrize(
    ("time_s", "says"),
    [
        (np.arange(9) * 1e-9, "has a frame every 1e-09 s"),
        (np.arange(9) * 100.0, "has a frame every 100 s"),
        (np.append(np.arange(9) / 60.0, 36_000.0), "but only 10 of them in 3.6e"),
    ],
)
def test_times_of_no_film_are_refused_before_anything_is_laid_on_them(
    time_s: Array, says: str, tmp_path: Path
) -> None:
    rows = "\n".join(f"{float(t)!r},1.0,2.0,3.0,4.0" for t in time_s)
    path = tmp_path / "run.csv"
    path.write_text(f"time_s,left_hip_x,left_hip_y,left_knee_x,left_knee_y\n{rows}\n")
    with pytest.raises(InputError, match=says):
        read_track(path)


def test_places_that_cannot_be_are_missing(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text("time_s,left_hip_x_px,left_hip_y_px\n0.0,1e300,2.0\n0.1,3.0,4.0\n")
    assert np.isnan(read_track(path).point("left_hip")[:, 0]).tolist() == [True, False]


def test_a_cell_longer_than_any_is_told_and_no_bug(tmp_path: Path) -> None:
    path = tmp_path / "run.csv"
    path.write_text(f"time_s,left_hip_x,left_hip_y\n0.0,{'1' * 200_000},2.0\n")
    with pytest.raises(InputError, match="field larger than field limit"):
        read_track(path)
