"""RTMPose on the crops of BlazePose, with a stand-in network that the test makes itself."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError, UsageError
from leanline.formats.names import shipped_sets
from leanline.model import Capture
from leanline.pipeline import analyze
from leanline.pose.crops import Square
from leanline.pose.detector import Person
from leanline.pose.rtmpose import CROP_PX, RTMNetwork, RTMPose
from leanline.settings import Settings
from tests.clips import grey_steps, make_clip

WIDTH, HEIGHT = 192, 256
HALPE = shipped_sets()["halpe_26"].order


def stand_in(path: Path, points: int = 26) -> Path:
    """An RTMPose of that many points that sees point k always at the same place of its input.

    Two constants in the layout of SimCC: a score for each half pixel along x and along y.
    """
    onnx = pytest.importorskip("onnx")
    pytest.importorskip("rtmlib")
    pytest.importorskip("onnxruntime")
    from onnx import TensorProto, helper, numpy_helper

    x = np.zeros((1, points, 2 * WIDTH), np.float32)
    y = np.zeros((1, points, 2 * HEIGHT), np.float32)
    for k in range(points):
        x[0, k, 2 * place(k)[0]] = y[0, k, 2 * place(k)[1]] = 0.9
    nodes, outputs = [], []
    for name, peaks in (("simcc_x", x), ("simcc_y", y)):
        # A sum with nothing of the picture, so that the network has an input.
        nodes += [
            helper.make_node("Constant", [], [f"{name}_c"], value=numpy_helper.from_array(peaks)),
            helper.make_node("Add", [f"{name}_c", "none"], [name]),
        ]
        outputs.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, peaks.shape))
    zero = helper.make_node("Constant", [], ["zero"], value_float=0.0)
    mean = helper.make_node("ReduceMean", ["input"], ["mean"], keepdims=0)
    none = helper.make_node("Mul", ["mean", "zero"], ["none"])
    picture = helper.make_tensor_value_info("input", TensorProto.FLOAT, [1, 3, HEIGHT, WIDTH])
    graph = helper.make_graph([zero, mean, none, *nodes], "stand_in", [picture], outputs)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    onnx.save(model, str(path))
    return path


def place(k: int) -> tuple[int, int]:
    """Where point k is, in pixels of the network's input: the middle is (96, 128)."""
    return (96 + 2 * (k % 5), 128 + 3 * (k // 5))


class FakeDetector:
    """One sure person in the middle of every picture."""

    def find(self, picture: object, tiles: object) -> tuple[Person, ...]:
        del picture, tiles
        return (Person((160.0, 100.0), (160.0, 60.0), 80.0, 0.95),)


@pytest.fixture
def clip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr("leanline.pose.rtmpose.PersonDetector", FakeDetector)
    return make_clip(tmp_path / "run.mp4", paint=grey_steps(320, 240), frames=30, fps=30)


def capture(clip: Path, weights: Path) -> Capture:
    return RTMPose(str(weights)).capture(clip, Settings(), lambda _phase, _share: None)


def test_every_frame_has_the_networks_points_in_the_picture(clip: Path, tmp_path: Path) -> None:
    found = capture(clip, stand_in(tmp_path / "net.onnx"))
    assert found.source == "rtmpose-net"
    assert found.pose.keypoints == HALPE
    assert len(found.pose.time_s) == 30
    # The network's middle is the middle of the crop: the person's.
    np.testing.assert_allclose(found.pose.point("nose")[15], (160, 240 - 100), atol=1.5)
    np.testing.assert_allclose(found.pose.trust("nose"), 0.9, atol=1e-6)
    ankle = found.pose.point("left_ankle")[15]  # number 15 of HALPE: lower in the picture
    assert ankle[1] < found.pose.point("nose")[15, 1]


def test_points_of_a_crop_are_scaled_alike_in_both_directions(tmp_path: Path) -> None:
    network = RTMNetwork(str(stand_in(tmp_path / "net.onnx")))
    crop = np.zeros((CROP_PX, CROP_PX, 3), np.uint8)
    ((square, found),) = network.track([(crop, Square(100, 200, 320))])
    assert square.side == 320
    xy = found.xy_px
    # 8 input pixels across, 15 down; the crop is as high as the input: 320 / 256 each.
    np.testing.assert_allclose(xy[4] - xy[0], (8 * 320 / 256, 0), atol=1e-3)
    np.testing.assert_allclose(xy[25] - xy[0], (0, 15 * 320 / 256), atol=1e-3)


@pytest.mark.parametrize(("points", "title"), [(17, "coco_17"), (133, "coco_133")])
def test_the_names_follow_from_the_number_of_points(
    tmp_path: Path, points: int, title: str
) -> None:
    network = RTMNetwork(str(stand_in(tmp_path / "net.onnx", points)))
    assert network.keypoints == shipped_sets()[title].order


def test_a_network_of_another_size_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="finds 21 points"):
        RTMNetwork(str(stand_in(tmp_path / "net.onnx", 21)))


def test_what_is_no_network_is_refused(tmp_path: Path) -> None:
    stand_in(tmp_path / "net.onnx")
    (tmp_path / "bad.onnx").write_bytes(b"no network at all")
    with pytest.raises(InputError, match=r"bad\.onnx cannot be loaded"):
        RTMNetwork(str(tmp_path / "bad.onnx"))
    with pytest.raises(InputError, match=r"gone\.onnx does not exist"):
        RTMNetwork(str(tmp_path / "gone.onnx"))


def test_nothing_is_printed_while_loading(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    RTMNetwork(str(stand_in(tmp_path / "net.onnx")))
    assert capsys.readouterr().out == ""


def test_without_rtmlib_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("leanline.pose.rtmpose.find_spec", lambda _: None)
    with pytest.raises(UsageError) as caught:
        RTMNetwork(None)
    assert "leanline[rtmpose]" in caught.value.hint


def test_the_pose_model_chooses_it(clip: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str | None] = []

    def backend(weights: str | None) -> RTMPose:
        seen.append(weights)
        raise InputError("input.empty", path="stop here")

    monkeypatch.setattr("leanline.pipeline.pose_source.RTMPose", backend)
    with pytest.raises(InputError, match="stop here"):
        analyze(clip, pose_model="rtmpose", weights="net.onnx")
    assert seen == ["net.onnx"]
    with pytest.raises(UsageError, match="weights works only"):
        Settings(weights="net.onnx")
