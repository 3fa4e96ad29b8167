"""C3D: as ezc3d reads and writes it, of any laboratory's axes, with its events."""

from __future__ import annotations

import struct
from pathlib import Path

import ezc3d
import numpy as np
import pytest

from leanline.errors import InputError
from leanline.formats.c3d_read import BLOCK, c3d_recording, read_contacts
from leanline.formats.c3d_write import resample_evenly, write_c3d
from leanline.formats.reading import read_track, read_track_file
from leanline.model import Array, Contact, PoseTrack
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.settings import Settings
from tests.foreign import runner_track
from tests.synthetic import synthetic_runner


def laboratory(path: Path, xyz: Array, names: list[str], *, unit: str = "mm") -> Path:
    """Points (T, K, 3) as another program writes them, through ezc3d."""
    file = ezc3d.c3d()
    file["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    file["parameters"]["POINT"]["LABELS"]["value"] = names
    file["parameters"]["POINT"]["UNITS"]["value"] = [unit]
    file["data"]["points"] = np.concatenate(
        [xyz.transpose(2, 1, 0), np.ones((1, *xyz.T.shape[1:]))]
    )
    file.write(str(path))
    return path


def body(turn_deg: float = 0.0) -> tuple[Array, list[str]]:
    """A runner in three axes, millimetres: x ahead, y left, z up, turned about z."""
    track = runner_track(1.0, "m")
    names = [name for name in track.keypoints if name.startswith(("left", "right"))]
    flat = np.stack([track.point(name) for name in names], axis=1) * 1000.0
    side = np.array([100.0 if name.startswith("left") else -100.0 for name in names])
    depth = np.broadcast_to(side, flat.shape[:2])
    angle = np.radians(turn_deg)
    x = flat[:, :, 0] * np.cos(angle) - depth * np.sin(angle)
    y = flat[:, :, 0] * np.sin(angle) + depth * np.cos(angle)
    return np.stack([x, y, flat[:, :, 1]], axis=2), names


def test_ezc3d_opens_what_is_written(tmp_path: Path) -> None:
    made = synthetic_runner(fps=60, seconds=3.0, unit="m")
    write_c3d(made.pose, tmp_path / "run.c3d", made.contacts)
    file = ezc3d.c3d(str(tmp_path / "run.c3d"))
    points = file["data"]["points"]
    np.testing.assert_allclose(points[0].T, made.pose.xy[:, :, 0] * 1000, atol=1e-3)
    np.testing.assert_allclose(points[2].T, made.pose.xy[:, :, 1] * 1000, atol=1e-3)
    assert file["parameters"]["POINT"]["LABELS"]["value"] == list(made.pose.keypoints)
    assert file["parameters"]["POINT"]["RATE"]["value"][0] == 60
    assert file["parameters"]["POINT"]["UNITS"]["value"] == ["mm"]
    events = file["parameters"]["EVENT"]
    assert events["USED"]["value"][0] == 2 * len(made.contacts)
    assert set(events["CONTEXTS"]["value"]) == {"Left", "Right"}
    assert set(events["LABELS"]["value"]) == {"Foot Strike", "Foot Off"}


def doubtful(seconds: float = 3.0) -> PoseTrack:
    """A runner some of whose points are missing and some not sure."""
    pose = synthetic_runner(fps=60, seconds=seconds, unit="m").pose
    random = np.random.default_rng(1)
    xy = pose.xy.copy()
    xy[random.random(xy.shape[:2]) < 0.05] = np.nan
    sure = np.where(np.isfinite(xy).all(axis=2), random.uniform(0.2, 1.0, xy.shape[:2]), 0.0)
    return PoseTrack(pose.time_s, xy, sure, pose.keypoints, "m")


def test_confidences_come_back(tmp_path: Path) -> None:
    track = doubtful()
    write_c3d(track, tmp_path / "run.c3d")
    back = read_track(tmp_path / "run.c3d")
    order = [back.keypoints.index(name) for name in track.keypoints]
    np.testing.assert_allclose(back.confidence[:, order], track.confidence, atol=1e-7)


def test_a_track_with_confidences_measures_the_same_read_back(tmp_path: Path) -> None:
    track = doubtful(4.0)
    write_c3d(track, tmp_path / "run.c3d")
    there, back = (
        analyze_capture(track_to_capture(pose, "run.c3d", "recorded"), Settings()).metrics
        for pose in (track, read_track(tmp_path / "run.c3d"))
    )
    for name in ("lean_body_deg", "foot_strike_angle_deg", "cadence_spm"):
        assert isinstance(there[name].value, float)
        assert back[name].value == pytest.approx(there[name].value, abs=1e-3)


def test_others_see_points_with_analog_channels(tmp_path: Path) -> None:
    track = doubtful()
    write_c3d(track, tmp_path / "run.c3d")
    file = ezc3d.c3d(str(tmp_path / "run.c3d"))
    assert file["parameters"]["ANALOG"]["LABELS"]["value"][0] == "confidence.nose"
    np.testing.assert_allclose(file["data"]["analogs"][0].T, track.confidence, atol=1e-7)
    points = file["data"]["points"][0].T / 1000
    np.testing.assert_allclose(points, track.xy[:, :, 0], atol=1e-6)
    residuals = file["data"]["meta_points"]["residuals"][0].T
    np.testing.assert_array_equal(residuals < 0, np.isnan(track.xy[:, :, 0]))


def test_sure_points_need_no_channels(tmp_path: Path) -> None:
    write_c3d(synthetic_runner(fps=60, seconds=1.0).pose, tmp_path / "run.c3d")
    assert ezc3d.c3d(str(tmp_path / "run.c3d"))["data"]["analogs"].shape[1] == 0
    assert set(np.unique(read_track(tmp_path / "run.c3d").confidence)) <= {0.0, 1.0}


@pytest.mark.parametrize("samples", [1, 4])
def test_a_laboratorys_own_channels_are_no_confidences(tmp_path: Path, samples: int) -> None:
    xyz, names = body()
    path = laboratory(tmp_path / "lab.c3d", xyz, names)
    file = ezc3d.c3d(str(path))
    file["parameters"]["ANALOG"]["RATE"]["value"] = [100.0 * samples]
    labels = ["Fz1", f"confidence.{names[0]}"] if samples > 1 else ["Fz1", "EMG"]
    file["parameters"]["ANALOG"]["LABELS"]["value"] = labels
    file["data"]["analogs"] = np.full((1, 2, samples * len(xyz)), 0.25)
    file.write(str(path))
    track = read_track(path)
    assert np.all(track.confidence[np.isfinite(track.xy).all(axis=2)] == 1.0)


def test_points_and_events_read_back_at_the_clips_own_times(tmp_path: Path) -> None:
    made = synthetic_runner(fps=60, seconds=3.0, unit="m")
    later = PoseTrack(
        made.pose.time_s + 70.5, made.pose.xy, made.pose.confidence, made.pose.keypoints, "m"
    )
    contacts = [Contact(c.side, c.contact_s + 70.5, c.toe_off_s + 70.5) for c in made.contacts]
    write_c3d(later, tmp_path / "run.c3d", contacts)
    np.testing.assert_allclose(read_track(tmp_path / "run.c3d").time_s, later.time_s, atol=1e-9)
    back = read_contacts(tmp_path / "run.c3d")
    assert [c.side for c in back] == [c.side for c in contacts]
    found, true = ([[c.contact_s, c.toe_off_s] for c in each] for each in (back, contacts))
    np.testing.assert_allclose(found, true, atol=1e-5)


@pytest.mark.parametrize("turn_deg", [0.0, 90.0, 180.0, 270.0, 12.0])
def test_the_vertical_and_the_direction_of_running_are_found(
    tmp_path: Path, turn_deg: float
) -> None:
    xyz, names = body(turn_deg)
    track = read_track(laboratory(tmp_path / "run.c3d", xyz, names))
    true = runner_track(1.0, "m")
    assert track.unit == "m"
    np.testing.assert_allclose(
        track.point("left_knee")[:, 1], true.point("left_knee")[:, 1], atol=1e-4
    )
    stride = np.ptp(true.point("left_ankle")[:, 0])
    assert np.ptp(track.point("left_ankle")[:, 0]) == pytest.approx(stride, rel=0.03)


def test_a_run_between_the_axes_is_seen_from_its_side(tmp_path: Path) -> None:
    xyz, names = body(45.0)
    track = read_track(laboratory(tmp_path / "run.c3d", xyz, names))
    across = track.point("left_hip")[:, 0] - track.point("right_hip")[:, 0]
    assert np.abs(across).max() < 0.03


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_any_axis_may_be_up(tmp_path: Path, order: tuple[int, int, int]) -> None:
    xyz, names = body()
    track = read_track(laboratory(tmp_path / "run.c3d", xyz[:, :, list(order)], names))
    hip, heel = track.mid("hip")[:, 1], track.point("left_heel")[:, 1]
    assert np.nanmedian(hip - heel) > 0.5


@pytest.mark.parametrize(("unit", "scale"), [("mm", 1.0), ("m", 0.001), ("cm", 0.1)])
def test_the_unit_of_the_file_is_heeded(tmp_path: Path, unit: str, scale: float) -> None:
    xyz, names = body()
    track = read_track(laboratory(tmp_path / "run.c3d", xyz * scale, names, unit=unit))
    np.testing.assert_allclose(track.xy[:, 0, 0] * 1000, xyz[:, 0, 0], rtol=1e-5)


def test_plug_in_gait_names_are_known_and_pelvis_markers_are_no_hips(tmp_path: Path) -> None:
    xyz, _ = body()
    labels = ["Bob:LANK", "Bob:RANK", "Bob:LHEE", "Bob:RHEE", "Bob:LTOE", "Bob:RTOE", "Bob:LASI"]
    path = laboratory(tmp_path / "run.c3d", xyz[:, : len(labels)], labels)
    found = read_track_file(path)
    assert "Plug-in Gait" in found.notes[0].text
    assert found.track.has("left_ankle", "right_foot_index")
    assert not found.track.has("left_hip")


def test_whole_number_files_and_other_processors_are_read(tmp_path: Path) -> None:
    """A hand-made file: scaled integers, big-endian, two points, one of them missing."""
    words, name = struct.Struct(">H"), tmp_path / "sgi.c3d"
    header = bytearray(BLOCK)
    header[0:2] = bytes([2, 0x50])
    for number, value in ((2, 2), (3, 0), (4, 11), (5, 12), (9, 3)):
        words.pack_into(header, 2 * (number - 1), value)
    entries = [
        _parameter("USED", 2, [], words.pack(2)),
        _parameter("RATE", 4, [], struct.pack(">f", 50.0)),
        _parameter("SCALE", 4, [], struct.pack(">f", 0.5)),
        _parameter("DATA_START", 2, [], words.pack(3)),
        _parameter("LABELS", -1, [10, 2], b"left_hip  left_heel "),
    ]
    section = bytes([0, 0, 1, 86]) + b"\x05\xffPOINT" + struct.pack(">h", 3) + b"\x00"
    section += b"".join(entries) + b"\x00\x00"
    frames = struct.pack(">8h", 10, 0, 2000, 1, 10, 0, 200, -1)
    frames += struct.pack(">8h", 12, 0, 2000, 1, 12, 0, 200, 1)
    name.write_bytes(bytes(header) + section.ljust(BLOCK, b"\0") + frames.ljust(BLOCK, b"\0"))
    recording = c3d_recording(name)
    assert recording.names == ("left_hip", "left_heel")
    assert recording.time_s is not None
    np.testing.assert_allclose(recording.time_s, [0.2, 0.22])
    np.testing.assert_allclose(recording.people[0].xyz[:, 0], [[5, 0, 1000], [6, 0, 1000]])
    np.testing.assert_array_equal(recording.people[0].confidence, [[1, 0], [1, 1]])


def _parameter(name: str, kind: int, shape: list[int], data: bytes) -> bytes:
    value = struct.pack("bB", kind, len(shape)) + bytes(shape) + data + b"\x00"
    head = bytes([len(name), 1]) + name.encode()
    return head + struct.pack(">h", len(value) + 2) + value


def test_a_file_cut_short_says_so(tmp_path: Path) -> None:
    write_c3d(runner_track(1.0, "m"), tmp_path / "run.c3d")
    data = (tmp_path / "run.c3d").read_bytes()
    (tmp_path / "run.c3d").write_bytes(data[: len(data) // 2])
    with pytest.raises(InputError, match="60 frames stated"):
        read_track(tmp_path / "run.c3d")


def test_a_file_without_events_has_no_contacts(tmp_path: Path) -> None:
    write_c3d(runner_track(0.5, "m"), tmp_path / "run.c3d")
    assert read_contacts(tmp_path / "run.c3d") == ()


def test_uneven_times_are_moved_to_even_ones() -> None:
    true = runner_track(1.0, "m")
    shaken = true.time_s + 0.004 * np.sin(np.arange(60))
    xy = np.stack([shaken, 2 * shaken], axis=1)[:, None]
    track = PoseTrack(shaken, xy, np.ones((60, 1)), ("nose",), "m")
    even, rate = resample_evenly(track)
    np.testing.assert_allclose(even.time_s * rate, np.round(even.time_s * rate), atol=1e-9)
    np.testing.assert_allclose(even.xy[:, 0, 0], even.time_s, atol=1e-9)
    assert even.time_s[0] >= shaken[0] - 1e-3


@pytest.mark.parametrize(
    "name", ["run", "run.1", "2024-05-01T10.30", "run.C3D", "läufer 1.x", "x" * 250]
)
def test_any_file_name_will_do(name: str, tmp_path: Path) -> None:
    write_c3d(runner_track(1.0, "m"), tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    (tmp_path / name).rename(tmp_path / "a.c3d")
    assert len(read_track(tmp_path / "a.c3d").time_s) == 60


def test_parameters_end_with_their_section(tmp_path: Path) -> None:
    path = tmp_path / "run.c3d"
    write_c3d(runner_track(1.0, "m"), path)
    true = read_track(path)
    data = bytearray(path.read_bytes())
    start = (data[0] - 1) * BLOCK
    end = start + data[start + 2] * BLOCK
    # The last parameter points on to the end of the section, and points follow at once.
    at = start + 4
    while True:
        length, group = struct.unpack_from("bb", data, at)
        step_at = at + 2 + abs(length)
        step = struct.unpack_from("<h", data, step_at)[0]
        following = step_at + step
        if step == 0 or struct.unpack_from("b", data, following)[0] == 0:
            break
        at = following
    assert group != 0
    struct.pack_into("<h", data, step_at, end - step_at)
    path.write_bytes(bytes(data))
    np.testing.assert_allclose(read_track(path).xy, true.xy)


def test_pixels_come_back_upright(tmp_path: Path) -> None:
    track = runner_track(1.0)
    write_c3d(track, tmp_path / "run.c3d")
    back = read_track(tmp_path / "run.c3d")
    assert back.unit == "px"
    np.testing.assert_allclose(back.point("left_hip"), track.point("left_hip"), atol=1e-3)
