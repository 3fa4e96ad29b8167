"""Small pose files as other tools write them, made from a made-up runner."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from leanline.formats.names import shipped_sets
from leanline.model import Array, PoseTrack
from tests.synthetic import synthetic_runner

FPS = 60.0
HEIGHT_PX = 720
#: HALPE_26 as AlphaPose, RTMPose and Pose2Sim name it.
_SIDED = ("Eye", "Ear", "Shoulder", "Elbow", "Wrist", "Hip", "Knee", "Ankle")
_FEET = ("BigToe", "SmallToe", "Heel")
HALPE = (
    "Nose",
    *(side + part for part in _SIDED for side in "LR"),
    "Head",
    "Neck",
    "Hip",
    *(side + part for part in _FEET for side in "LR"),
)


def runner_track(seconds: float = 1.0, unit: str = "px") -> PoseTrack:
    """A runner in pixels, y up, inside a picture 720 pixels high."""
    pose = synthetic_runner(fps=FPS, seconds=seconds, unit="px", px_per_m=250.0).pose
    if unit == "m":
        return PoseTrack(pose.time_s, pose.xy / 250.0, pose.confidence, pose.keypoints, "m")
    xy = pose.xy + np.array([400.0, 100.0])
    return PoseTrack(pose.time_s, xy, pose.confidence, pose.keypoints, "px")


def rows_of(track: PoseTrack, numbered: str) -> Array:
    """(T, K, 3): x, y down, confidence of the points of a shipped set; zeros where missing."""
    order = shipped_sets()[numbered].order
    rows = np.zeros((len(track.time_s), len(order), 3))
    for k, name in enumerate(order):
        xy = track.mid(name.removeprefix("mid_")) if "mid_" in name else track.point(name)
        seen = np.isfinite(xy).all(axis=1)
        rows[seen, k] = np.column_stack([xy[:, 0], HEIGHT_PX - xy[:, 1], np.ones(len(xy))])[seen]
    return rows


def write_openpose(track: PoseTrack, folder: Path, numbered: str = "body_25") -> Path:
    folder.mkdir(parents=True)
    for number, row in enumerate(rows_of(track, numbered)):
        person = {"person_id": [-1], "pose_keypoints_2d": row.ravel().tolist()}
        text = json.dumps({"version": 1.3, "people": [person]})
        (folder / f"run_{number:012d}_keypoints.json").write_text(text)
    return folder


def write_coco(track: PoseTrack, path: Path) -> Path:
    rows = rows_of(track, "coco_17")
    names = [name.lower() for name in shipped_sets()["coco_17"].order]
    data = {
        "images": [
            {"id": 100 + n, "file_name": f"frame_{n:05d}.jpg", "width": 1280, "height": HEIGHT_PX}
            for n in range(len(rows))
        ],
        "annotations": [
            {"id": n, "image_id": 100 + n, "category_id": 1, "keypoints": row.ravel().tolist()}
            for n, row in enumerate(rows)
        ],
        "categories": [{"id": 1, "name": "person", "keypoints": names}],
    }
    path.write_text(json.dumps(data))
    return path


def write_alphapose(track: PoseTrack, path: Path) -> Path:
    rows = rows_of(track, "halpe_26")
    data = [
        {
            "image_id": f"{n}.jpg",
            "category_id": 1,
            "keypoints": row.ravel().tolist(),
            "score": 2.9,
            "idx": 1,
        }
        for n, row in enumerate(rows)
    ]
    path.write_text(json.dumps(data))
    return path


def write_mmpose(track: PoseTrack, path: Path) -> Path:
    rows = rows_of(track, "halpe_26")
    frames = [
        {
            "frame_id": n,
            "instances": [
                {"keypoints": row[:, :2].tolist(), "keypoint_scores": row[:, 2].tolist()}
            ],
        }
        for n, row in enumerate(rows)
    ]
    path.write_text(json.dumps({"meta_info": {}, "instance_info": frames}))
    return path


def write_sports2d_trc(track: PoseTrack, path: Path) -> Path:
    """HALPE_26 names, pixels called metres and counted downwards."""
    rows = rows_of(track, "halpe_26")
    head = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate",
        f"{FPS:g}\t{FPS:g}\t{len(rows)}\t{len(HALPE)}\tm\t{FPS:g}",
        "Frame#\tTime\t" + "\t\t\t".join(HALPE) + "\t\t",
        "\t\t" + "\t".join(f"X{k}\tY{k}\tZ{k}" for k in range(1, len(HALPE) + 1)),
        "",
    ]
    body = [
        "\t".join([str(n + 1), repr(n / FPS), *(f"{x!r}\t{y!r}\t0" for x, y, _ in row.tolist())])
        for n, row in enumerate(rows)
    ]
    path.write_text("\n".join([*head, *body]) + "\n")
    return path


def write_deeplabcut_csv(track: PoseTrack, path: Path) -> Path:
    rows, points = rows_of(track, "coco_17"), shipped_sets()["coco_17"].order
    heads = [
        ["scorer"] + ["DLC_resnet50_run"] * 3 * len(points),
        ["bodyparts"] + [name for name in points for _ in range(3)],
        ["coords"] + ["x", "y", "likelihood"] * len(points),
    ]
    body = [[str(n), *(repr(v) for v in row.ravel().tolist())] for n, row in enumerate(rows)]
    path.write_text("\n".join(",".join(row) for row in [*heads, *body]) + "\n")
    return path


def write_sleap_csv(track: PoseTrack, path: Path) -> Path:
    rows, points = rows_of(track, "coco_17"), shipped_sets()["coco_17"].order
    head = ["track", "frame_idx", "instance.score"]
    head += [f"{name}.{part}" for name in points for part in ("x", "y", "score")]
    body = [["", str(n), "0.9", *map(repr, row.ravel().tolist())] for n, row in enumerate(rows)]
    path.write_text("\n".join(",".join(row) for row in [head, *body]) + "\n")
    return path


def write_sleap_h5(track: PoseTrack, path: Path) -> Path:
    import h5py

    rows, points = rows_of(track, "coco_17"), shipped_sets()["coco_17"].order
    with h5py.File(path, "w") as file:
        file["tracks"] = rows[:, :, :2].transpose(2, 1, 0)[None]
        file["point_scores"] = rows[:, :, 2].T[None]
        file["node_names"] = np.array([name.encode() for name in points])
        file["track_names"] = np.array([b"track_0"])
    return path


def write_long_csv(track: PoseTrack, path: Path) -> Path:
    lines = ["time_s;keypoint;x_px;y_px;confidence"]
    for time_s, xy in zip(track.time_s, track.xy, strict=True):
        for name, (x, y) in zip(track.keypoints, xy.tolist(), strict=True):
            lines.append(f"{float(time_s)!r};{name};{x!r};{y!r};0.8")
    path.write_text("\n".join(lines) + "\n")
    return path


#: Writers of files that only count frames, with their file's name and the set's title.
COUNTED: dict[str, tuple[Callable[[PoseTrack, Path], Path], str, str]] = {
    "OpenPose JSON": (write_openpose, "json", "BODY_25"),
    "COCO JSON": (write_coco, "run.json", "COCO_17"),
    "AlphaPose JSON": (write_alphapose, "run.json", "HALPE_26"),
    "MMPose JSON": (write_mmpose, "run.json", "HALPE_26"),
    "DeepLabCut CSV": (write_deeplabcut_csv, "run.csv", "COCO_17"),
    "CSV (wide)": (write_sleap_csv, "run.csv", "COCO_17"),
    "SLEAP HDF5": (write_sleap_h5, "run.h5", "COCO_17"),
}
