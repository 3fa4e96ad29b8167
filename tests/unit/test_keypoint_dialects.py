"""Keypoint files of trackers as their tools write them: order, identities, categories, axes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from leanline.errors import InputError
from leanline.formats.join_people import join_people
from leanline.formats.names import shipped_sets
from leanline.formats.numbering import frame_numbers
from leanline.formats.reading import TrackFile, read_track_file
from leanline.formats.recording import Person
from tests.foreign import (
    FPS,
    HEIGHT_PX,
    rows_of,
    runner_track,
    write_deeplabcut_csv,
    write_openpose,
    write_sleap_h5,
)

TRUE = runner_track()
ROWS = rows_of(TRUE, "coco_17")
FRAMES = len(ROWS)
#: From row 0 at the top of the picture to its bottom.
DOWN = np.array([0.0, HEIGHT_PX])
ASIDE = np.array([500.0, 0.0, 0.0])
Note = dict[str, Any]


def write_coco(
    path: Path,
    name: Callable[[int], str] = lambda n: f"frame_{n:06d}.jpg",
    change: Callable[[int, Note], list[Note]] = lambda _, note: [note],
    order: Callable[[list[Any]], list[Any]] = lambda entries: entries,
    image_id: Callable[[int], object] = lambda n: n + 1,
    **more: Any,
) -> Path:
    images = [{"id": image_id(n), "file_name": name(n)} for n in range(FRAMES)]
    notes = [
        {"id": n, "image_id": image_id(n), "category_id": 1, "keypoints": row.ravel().tolist()}
        for n, row in enumerate(ROWS)
    ]
    changed = [each for n, note in enumerate(notes) for each in change(n, note)]
    path.write_text(json.dumps({"images": order(images), "annotations": order(changed), **more}))
    return path


def assert_the_runner(found: TrackFile) -> None:
    np.testing.assert_allclose(found.track.time_s - found.track.time_s[0], TRUE.time_s, atol=1e-9)
    for name in ("left_ankle", "right_hip", "left_shoulder"):
        np.testing.assert_allclose(found.track.point(name) + DOWN, TRUE.point(name), atol=1e-6)


def md5(n: int) -> str:
    return hashlib.md5(str(n).encode()).hexdigest()  # noqa: S324


NAMES: dict[str, Callable[[int], str]] = {
    "size at the end": lambda n: f"run_{n:04d}_1280x720.jpg",
    "size before": lambda n: f"run_1280x720_{n:04d}.jpg",
    "not padded": lambda n: f"frame{n}.png",
    "Roboflow": lambda n: f"run-{n:04d}_jpg.rf.{md5(n)}.jpg",
    "a hash": lambda n: f"{md5(n)}.jpg",
    "a time of day": lambda n: f"2024-05-01_10-{n // 30:02d}-{n % 30:02d}_{n}.jpg",
    "one name": lambda _: "video.mp4",
    "folders": lambda n: f"clip2/img_{n:05d}.jpg",
    "name with a number": lambda n: f"run2_take3_{n:03d}_cam1.jpg",
}


@pytest.mark.parametrize("names", NAMES)
@pytest.mark.parametrize("mixed", [False, True])
def test_frames_are_in_order_whatever_the_pictures_are_called(
    names: str, mixed: bool, tmp_path: Path
) -> None:
    def order(entries: list[Any]) -> list[Any]:
        return entries[::-1] if mixed else entries

    path = write_coco(tmp_path / "a.json", NAMES[names], order=order)
    assert_the_runner(read_track_file(path, fps=FPS))


def test_identities_of_pictures_may_be_random(tmp_path: Path) -> None:
    ids = [int(md5(n)[:12], 16) for n in range(FRAMES)]
    path = write_coco(tmp_path / "a.json", NAMES["Roboflow"], image_id=lambda n: ids[n])
    assert_the_runner(read_track_file(path, fps=FPS))


CHANGES: dict[str, Callable[[int, Note], list[Note]]] = {
    "boxes of others": lambda n, note: [note, {"id": 9000 + n, "image_id": n + 1, "bbox": [1, 2]}],
    "another category": lambda n, note: [
        {"id": 9000 + n, "image_id": n + 1, "category_id": 2, "keypoints": [1.0, 2.0, 2] * 5},
        note,
    ],
    "no keypoints at times": lambda n, note: [note if n % 5 else {**note, "keypoints": None}],
    "empty keypoints at times": lambda n, note: [note if n % 5 else {**note, "keypoints": []}],
    "identities that follow each other": lambda n, note: [{**note, "track_id": n // 20}],
    "CVAT's identities": lambda n, note: [{**note, "attributes": {"track_id": n // 20}}],
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_is_no_pose_is_passed_over_and_identities_are_joined(
    change: str, tmp_path: Path
) -> None:
    categories = [{"id": 2, "name": "dog"}, {"id": 1, "name": "person"}]
    path = write_coco(tmp_path / "a.json", change=CHANGES[change], categories=categories)
    found = read_track_file(path, fps=FPS)
    assert found.others == 0
    seen = np.isfinite(found.track.point("left_hip")).all(axis=1)
    assert seen.sum() == (48 if "at times" in change else FRAMES)
    np.testing.assert_allclose(
        found.track.point("left_hip")[seen] + DOWN, TRUE.point("left_hip")[seen]
    )


def test_two_runners_with_changing_identities_stay_two(tmp_path: Path) -> None:
    def change(n: int, note: Note) -> list[Note]:
        other = (np.array(note["keypoints"]).reshape(-1, 3) + ASIDE).ravel().tolist()
        return [
            {**note, "track_id": n // 20},
            {**note, "keypoints": other, "track_id": 100 + n // 15},
        ]

    found = read_track_file(write_coco(tmp_path / "a.json", change=change), fps=FPS, person=1)
    assert found.others == 1
    assert_the_runner(found)


def test_keypoints_without_visibilities_are_read(tmp_path: Path) -> None:
    names = [name.lower() for name in shipped_sets()["coco_17"].order]
    categories = [{"id": 1, "name": "person", "keypoints": names}]

    def change(_: int, note: Note) -> list[Note]:
        rows = np.array(note["keypoints"]).reshape(-1, 3)
        return [{**note, "keypoints": rows[:, :2].ravel().tolist()}]

    path = write_coco(tmp_path / "a.json", change=change, categories=categories)
    assert_the_runner(read_track_file(path, fps=FPS))


def test_a_picture_of_known_size_takes_shares_to_pixels(tmp_path: Path) -> None:
    def change(_: int, note: Note) -> list[Note]:
        rows = np.array(note["keypoints"]).reshape(-1, 3) / [1280.0, HEIGHT_PX, 1.0]
        return [{**note, "keypoints": rows.ravel().tolist()}]

    path = write_coco(tmp_path / "a.json", change=change)
    data = json.loads(path.read_text())
    for image in data["images"]:
        image |= {"width": 1280, "height": HEIGHT_PX}
    path.write_text(json.dumps(data))
    found = read_track_file(path, fps=FPS)
    assert_the_runner(found)
    assert "track_shares" in [note.code for note in found.notes]


def test_openposes_files_may_have_the_size_at_the_end(tmp_path: Path) -> None:
    folder = write_openpose(TRUE, tmp_path / "json")
    for file in list(folder.iterdir()):
        number = int(file.stem.split("_")[1])
        file.rename(folder / f"run_{number}_1280x720.json")
    (folder / "calibration.json").write_text('{"matrix": []}')
    assert_the_runner(read_track_file(folder, fps=FPS))


def test_two_cameras_in_one_folder_are_told(tmp_path: Path) -> None:
    folder = write_openpose(TRUE, tmp_path / "json")
    for file in list(folder.iterdir()):
        (folder / f"cam1_{file.name}").write_bytes(file.read_bytes())
        file.rename(folder / f"cam2_{file.name}")
    with pytest.raises(InputError, match="same frame"):
        read_track_file(folder, fps=FPS)


def test_deeplabcuts_rows_may_be_pictures_in_any_order(tmp_path: Path) -> None:
    path = write_deeplabcut_csv(TRUE, tmp_path / "a.csv")
    lines = path.read_text().splitlines()
    rows = [
        f"labeled-data/run2/img{n:04d}.png,{row.partition(',')[2]}"
        for n, row in enumerate(lines[3:])
    ]
    path.write_text("\n".join([*lines[:3], *rows[::-1]]) + "\n")
    assert_the_runner(read_track_file(path, fps=FPS))


def test_sleaps_axes_may_have_the_frames_first(tmp_path: Path) -> None:
    import h5py

    path = write_sleap_h5(TRUE, tmp_path / "a.h5")
    with h5py.File(path, "r+") as file:
        tracks, scores = file["tracks"][()], file["point_scores"][()]
        del file["tracks"], file["point_scores"]
        file["tracks"] = tracks.transpose(3, 0, 2, 1)
        file["point_scores"] = scores.transpose(2, 0, 1)
    assert_the_runner(read_track_file(path, fps=FPS))


@pytest.mark.parametrize("tracked", [True, False])
def test_sleaps_projects_are_read(tracked: bool, tmp_path: Path) -> None:
    found = read_track_file(write_slp(tmp_path / "a.slp", tracked=tracked), fps=FPS)
    assert_the_runner(found)
    assert found.notes[0].reason.params["kind"] == "SLEAP project"


def test_other_hdf5_called_slp_is_told(tmp_path: Path) -> None:
    path = write_sleap_h5(TRUE, tmp_path / "a.slp")
    with pytest.raises(InputError, match="not a SLEAP project"):
        read_track_file(path, fps=FPS)


def write_slp(path: Path, *, tracked: bool) -> Path:
    """A project with the first ten frames labelled by hand, the rest predicted."""
    import h5py

    names, count = shipped_sets()["coco_17"].order, 17
    points = np.dtype([("x", "f8"), ("y", "f8"), ("visible", "?"), ("complete", "?")])
    predicted = np.dtype([*points.descr, ("score", "f8")])
    frame = np.dtype(
        [
            *(("frame_id", "u8"), ("video", "u4"), ("frame_idx", "u8")),
            *(("instance_id_start", "u8"), ("instance_id_end", "u8")),
        ]
    )
    instance = np.dtype(
        [
            *(("instance_id", "i8"), ("instance_type", "u1"), ("frame_id", "u8")),
            *(("skeleton", "u4"), ("track", "i4"), ("from_predicted", "i8"), ("score", "f4")),
            *(("point_id_start", "u8"), ("point_id_end", "u8"), ("tracking_score", "f4")),
        ]
    )
    flat = ROWS[:, :, :2].reshape(-1, 2)
    mine = [(x, y, True, True) for x, y in flat[: 10 * count].tolist()]
    theirs = [(x, y, True, False, 0.9) for x, y in flat.tolist()]
    frames: list[tuple[float, ...]] = []
    instances: list[tuple[float, ...]] = []
    for n in range(FRAMES):
        start = len(instances)
        track = n // 30 if tracked else -1
        here = (n * count, (n + 1) * count)
        instances.append((start, 1, n, 0, track, -1, 0.9, *here, 0.0))
        if n < 10:
            instances.append((start + 1, 0, n, 0, track, start, 1.0, *here, 0.0))
        frames.append((n, 0, n, start, len(instances)))
    metadata = {
        "nodes": [{"name": name, "weight": 1.0} for name in names],
        "skeletons": [{"nodes": [{"id": k} for k in range(count)], "links": []}],
    }
    with h5py.File(path, "w") as file:
        file["frames"] = np.array(frames, dtype=frame)
        file["instances"] = np.array(instances, dtype=instance)
        file["points"] = np.array(mine, dtype=points)
        file["pred_points"] = np.array(theirs, dtype=predicted)
        file.create_group("metadata").attrs["json"] = json.dumps(metadata)
    return path


@pytest.mark.parametrize(
    ("names", "numbers"),
    [
        (["a_1", "a_2", "a_10"], [1, 2, 10]),
        (["cam1_1_720p", "cam1_2_720p"], [1, 2]),
        (["cam1_1", "cam1_2", "cam2_1", "cam2_2"], None),
        (["x", "y"], None),
        (["7"], [7]),
        ([f"{9**30 + k}" for k in range(3)], None),
        (["a1b1", "a2b2"], None),
    ],
)
def test_the_number_that_counts_is_found(names: list[str], numbers: list[int] | None) -> None:
    assert frame_numbers(names) == numbers


def test_people_far_apart_in_time_or_place_or_size_are_not_joined() -> None:
    body = np.stack([np.zeros(17), np.linspace(0.0, 100.0, 17)], axis=1) + 5.0

    def person(first: int, last: int, shift: float = 0.0, size: float = 1.0) -> Person:
        xyz = np.full((100, 17, 2), np.nan)
        xyz[first:last] = size * body + [shift, 0.0]
        return Person(xyz, np.isfinite(xyz).all(axis=2).astype(float), str(first))

    one = person(0, 40)
    assert len(join_people((one, person(45, 100)))) == 1
    assert len(join_people((one, person(75, 100)))) == 2
    assert len(join_people((one, person(41, 100, shift=80.0)))) == 2
    assert len(join_people((one, person(41, 100, size=2.0)))) == 2
    assert len(join_people((one, person(30, 100)))) == 2
    (joined,) = join_people((person(45, 100), one))
    assert joined.label == "0"
