"""Which way is up in a file's axes, and in which unit it is: the body of the runner tells."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError, UsageError
from leanline.formats.reading import TrackFile, read_track_file
from leanline.model import Array, PoseTrack
from leanline.pipeline import analyze
from tests.foreign import runner_track, write_openpose

#: Half of the distance between left and right, metres.
HALF_BREADTH = 0.1
PICTURE = (1280, 720)


def points_of(track: PoseTrack) -> list[str]:
    return [name for name in track.keypoints if name.startswith(("left", "right"))]


def spatial(track: PoseTrack) -> Array:
    """The runner in space, (T, K, 3): ahead, up, to the right."""
    names = points_of(track)
    side = np.array([HALF_BREADTH if name.startswith("right") else -HALF_BREADTH for name in names])
    xy = np.stack([track.point(name) for name in names], axis=1)
    return np.concatenate([xy, np.broadcast_to(side[:, None], (*xy.shape[:2], 1))], axis=2)


def write_table(
    track: PoseTrack, values: Array, path: Path, axes: Sequence[str], unit: str = "_m"
) -> Path:
    names = points_of(track)
    head = ["time_s", *(f"{name}_{axis}{unit}" for name in names for axis in axes)]
    rows = [
        ",".join(map(repr, [float(t), *row.ravel().tolist()]))
        for t, row in zip(track.time_s, values, strict=True)
    ]
    path.write_text("\n".join([",".join(head), *rows]) + "\n")
    return path


def write_trc(track: PoseTrack, values: Array, path: Path, unit: str = "m") -> Path:
    names = points_of(track)
    head = [
        "PathFileType\t4\t(X/Y/Z)\ta.trc",
        "DataRate\tUnits",
        f"60\t{unit}",
        "Frame#\tTime\t" + "\t\t\t".join(names),
        "",
        "",
    ]
    rows = [
        "\t".join([str(n), repr(float(t)), *map(repr, row.ravel().tolist())])
        for n, (t, row) in enumerate(zip(track.time_s, values, strict=True), start=1)
    ]
    path.write_text("\n".join([*head, *rows]) + "\n")
    return path


def assert_upright(found: TrackFile, true: PoseTrack) -> None:
    """The runner as made, whichever way he faces and wherever the axes begin."""
    ahead = np.sign(
        found.track.point("left_foot_index")[0, 0] - found.track.point("left_heel")[0, 0]
    )
    for name in points_of(true):
        line = found.track.point(name) - found.track.point("left_hip")
        want = true.point(name) - true.point("left_hip")
        np.testing.assert_allclose(line * [ahead, 1.0], want, atol=1e-6)


def codes(found: TrackFile) -> list[str]:
    return [note.code for note in found.notes]


@pytest.mark.parametrize("order", tuple(itertools.permutations(range(3))))
@pytest.mark.parametrize("sign", [1.0, -1.0])
@pytest.mark.parametrize("flat", [False, True])
def test_any_axis_may_be_up_in_a_trc(
    order: tuple[int, ...], sign: float, flat: bool, tmp_path: Path
) -> None:
    true = runner_track(1.0, "m")
    space = spatial(true) * [1.0, sign, 0.0 if flat else 1.0]
    found = read_track_file(write_trc(true, space[:, :, list(order)], tmp_path / "a.trc"))
    assert_upright(found, true)
    up = f"{'+' if sign > 0 else '-'}{'xyz'[order.index(1)]}"
    told = [note.reason.params["up"] for note in found.notes if note.code == "track_up"]
    assert told == ([] if up == "+y" else [up])


@pytest.mark.parametrize("order", [(0, 1, 2), (0, 2, 1), (1, 0, 2)])
def test_any_axis_may_be_up_in_a_table(order: tuple[int, ...], tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    space = spatial(true)[:, :, list(order)]
    found = read_track_file(write_table(true, space, tmp_path / "a.csv", "xyz"))
    assert_upright(found, true)
    assert ("track_up" in codes(found)) == (order != (0, 1, 2))


@pytest.mark.parametrize(
    ("turn", "up"),
    [
        ([[1, 0], [0, 1]], None),
        ([[1, 0], [0, -1]], "-y"),
        ([[0, 1], [-1, 0]], "-x"),
        ([[0, -1], [1, 0]], "+x"),
    ],
)
def test_a_track_of_two_axes_is_turned_upright(
    turn: list[list[int]], up: str | None, tmp_path: Path
) -> None:
    true = runner_track(1.0, "m")
    flat = spatial(true)[:, :, :2] @ np.array(turn)
    found = read_track_file(write_table(true, flat, tmp_path / "a.csv", "xy"))
    assert_upright(found, true)
    told = [note.reason.params["up"] for note in found.notes if note.code == "track_up"]
    assert told == ([] if up is None else [up])


def test_rows_of_a_picture_that_count_down_are_no_news(tmp_path: Path) -> None:
    found = read_track_file(write_openpose(runner_track(), tmp_path / "json"), fps=60.0)
    assert "track_up" not in codes(found)


def test_a_runner_who_leans_far_is_not_turned(tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    angle = np.radians(50.0)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    flat = spatial(true)[:, :, :2] @ turn
    found = read_track_file(write_table(true, flat, tmp_path / "a.csv", "xy"))
    np.testing.assert_allclose(
        found.track.point("left_hip"), flat[:, points_of(true).index("left_hip")]
    )


def test_a_track_without_its_vertical_is_refused(tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    flat = spatial(true) * [1.0, 0.0, 0.0]
    with pytest.raises(InputError, match="size of a person"):
        read_track_file(write_trc(true, flat, tmp_path / "a.trc"))
    with pytest.raises(InputError, match="same height") as caught:
        read_track_file(write_trc(true, flat * 0.0 + 0.3, tmp_path / "a.trc"))
    assert "axes" in caught.value.hint


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_track_flat_in_any_axis_is_measured_or_refused(axis: int, tmp_path: Path) -> None:
    true = runner_track(3.0, "m")
    space = spatial(true)
    space[:, :, axis] = 0.0
    try:
        found = analyze(write_trc(true, space, tmp_path / "a.trc"))
    except InputError:
        assert axis == 1
    except Exception as error:
        assert type(error).__name__ == "NobodyError"  # noqa: PT017
        assert axis == 0
    else:
        assert found.activity == "running"


@pytest.mark.parametrize(
    ("said", "scale", "unit"),
    [
        ("mm", 1.0, "m"),
        ("cm", 1.0, "m"),
        ("mm", 100.0, "m"),
        ("cm", 1000.0, "m"),
        ("m", 1000.0, "m"),
        ("px", 1.0, "m"),
        ("m", 300.0, "px"),
    ],
)
def test_a_unit_that_no_body_has_is_corrected(
    said: str, scale: float, unit: str, tmp_path: Path
) -> None:
    true = runner_track(1.0, "m")
    path = write_trc(true, spatial(true) * scale, tmp_path / "a.trc", said)
    found = read_track_file(path)
    assert found.track.unit == unit
    assert ("track_unit_wrong" in codes(found)) == (unit == "m")
    hips = found.track.point("left_hip")[0, 1] - found.track.point("left_ankle")[0, 1]
    want = true.point("left_hip")[0, 1] - true.point("left_ankle")[0, 1]
    assert hips == pytest.approx(want * (scale if unit == "px" else 1.0))


@pytest.mark.parametrize("unit", ["meters", "Metres", "[m]", "m "])
def test_units_may_be_words(unit: str, tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    found = read_track_file(write_trc(true, spatial(true), tmp_path / "a.trc", unit))
    assert found.track.unit == "m"
    assert_upright(found, true)


def test_a_body_of_no_size_in_any_unit_is_told(tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    path = write_trc(true, spatial(true) * 10.0, tmp_path / "a.trc", "mm")
    with pytest.raises(InputError, match=r"1\.\d+ cm tall"):
        read_track_file(path)


def shares(track: PoseTrack) -> Array:
    """The runner as shares of a picture, rows counted down."""
    names = points_of(track)
    xy = np.stack([track.point(name) for name in names], axis=1)
    return np.stack([xy[:, :, 0] / PICTURE[0], 1.0 - xy[:, :, 1] / PICTURE[1]], axis=2)


@pytest.mark.parametrize("unit", ["", "_px"])
@pytest.mark.parametrize("depth", [False, True])
def test_shares_of_a_picture_need_its_size(unit: str, depth: bool, tmp_path: Path) -> None:
    true = runner_track()
    values, axes = shares(true), "xy"
    if depth:
        z = np.random.default_rng(1).normal(0.0, 0.1, (*values.shape[:2], 1))
        values, axes = np.concatenate([values, z], axis=2), "xyz"
    path = write_table(true, values, tmp_path / "a.csv", axes, unit)
    with pytest.raises(UsageError, match="from 0 to 1") as caught:
        read_track_file(path)
    assert "1280x720" in caught.value.hint
    found = read_track_file(path, picture="1280x720")
    assert_upright(found, true)
    assert "track_shares" in codes(found)


def test_openposes_scale_from_minus_one_to_one_needs_the_size_too(tmp_path: Path) -> None:
    true = runner_track()
    path = write_table(true, 2.0 * shares(true) - 1.0, tmp_path / "a.csv", "xy", "_px")
    with pytest.raises(UsageError, match="from -1 to 1"):
        read_track_file(path)
    assert_upright(read_track_file(path, picture="1280x720"), true)


def test_per_cent_of_a_picture_need_its_size_too(tmp_path: Path) -> None:
    true = runner_track(1.0)
    path = write_table(true, 100.0 * shares(true), tmp_path / "a.csv", "xy", "_px")
    with pytest.raises(UsageError, match="from 0 to 100"):
        read_track_file(path)
    assert_upright(read_track_file(path, picture="1280x720"), true)


def test_metres_are_no_shares(tmp_path: Path) -> None:
    true = runner_track(1.0, "m")
    for unit in ("", "_m"):
        path = write_table(true, spatial(true)[:, :, :2], tmp_path / "a.csv", "xy", unit)
        assert read_track_file(path).track.unit == "m"


@pytest.mark.parametrize("text", ["1280", "0x720", "1280x", "wide", "1280x720x3", "-1x5"])
def test_a_picture_is_a_width_and_a_height(text: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="1280x720"):
        analyze(tmp_path / "a.csv", picture=text)
