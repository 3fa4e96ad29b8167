"""RTMPose through ``rtmlib`` (``leanline[rtmpose]``): another network on the same crops.

RTMPose (Jiang et al. 2023) and rtmlib are Apache-2.0. The network is a given ONNX file (with SimCC
outputs) or the one that rtmlib downloads. People are detected and tracked as for BlazePose.
"""

from __future__ import annotations

import contextlib
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import InputError, UsageError, why_refused
from leanline.formats.names import shipped_sets
from leanline.model import Capture, frozen_array
from leanline.pose.base import Progress
from leanline.pose.capture_video import Reader, capture_video
from leanline.pose.crops import Square
from leanline.pose.detector import PersonDetector
from leanline.pose.landmarks import CROP_REACH, Landmarks
from leanline.pose.outline import LEVELS
from leanline.profile import profile_of
from leanline.settings import Settings

CROP_PX: Final = 512
# RTMPose was trained on boxes three quarters as wide as high.
BOX_SHAPE: Final = 0.75
# The mean score for crops without a person is far below this.
MIN_SCORE: Final = 0.2
_NO_OUTLINE: Final = frozen_array(np.full((len(LEVELS), 2), np.nan))
_NO_SOLES: Final = frozen_array([np.nan, np.nan])


@dataclass(frozen=True)
class RTMPose:
    """The pose source ``rtmpose``.

    Parameters
    ----------
    weights
        ONNX file of a network with SimCC outputs; None lets rtmlib download one.
    """

    weights: str | None = None

    @property
    def name(self) -> str:
        """Name for the provenance, including the network's file."""
        return f"rtmpose-{Path(self.weights).stem}" if self.weights else "rtmpose-m-halpe26"

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """Return raw keypoints of the person to measure.

        Raises
        ------
        InputError
            The film or the network's file cannot be read.
        NobodyError
            Nobody was found in it.
        UsageError
            ``leanline[rtmpose]`` is not installed.
        """
        network = RTMNetwork(self.weights)
        return capture_video(
            path,
            settings,
            progress,
            profile=profile_of(self.name),
            detector=PersonDetector,
            reader=lambda: Reader(network, CROP_PX, network.keypoints),
        )


class RTMNetwork:
    """An RTMPose network on square crops; names follow from its number of points."""

    def __init__(self, weights: str | None) -> None:
        if find_spec("rtmlib") is None or find_spec("onnxruntime") is None:
            raise UsageError("package.rtmlib")
        if weights is not None and not Path(weights).is_file():
            raise InputError("network.missing", path=weights)
        self._network = _load_network(weights)
        count = _points(self._network)
        order = next(
            (s.order for s in shipped_sets().values() if s.order and s.count == count), None
        )
        if order is None:
            raise InputError("network.unknown_count", path=str(weights), points=count)
        self._columns = [place for place, name in enumerate(order) if name]
        self.keypoints: tuple[str, ...] = tuple(name for name in order if name)

    def track(
        self, crops: Iterable[tuple[NDArray[np.uint8], Square]]
    ) -> Iterator[tuple[Square, Landmarks]]:
        """Yield keypoints of each crop (512, 512, 3), in order, in pixels of the whole picture."""
        high = CROP_PX / CROP_REACH
        centre, half = CROP_PX / 2, np.array([BOX_SHAPE * high, high]) / 2
        box = [*(centre - half), *(centre + half)]
        for crop, square in crops:
            # rtmlib expects BGR, like OpenCV.
            points, scores = self._network(np.ascontiguousarray(crop[:, :, ::-1]), bboxes=[box])
            xy = square.to_picture(np.asarray(points[0], dtype=np.float64) / CROP_PX)
            trust = np.clip(np.asarray(scores[0], dtype=np.float64), 0.0, 1.0)[self._columns]
            presence = 1.0 if float(trust.mean()) > MIN_SCORE else 0.0
            yield square, Landmarks(xy[self._columns], trust, presence, _NO_OUTLINE, _NO_SOLES)


def _load_network(weights: str | None) -> Any:  # noqa: ANN401
    """Load the network with rtmlib, without its console output."""
    from rtmlib import RTMPose as Network
    from rtmlib.tools.solution.body_with_feet import BodyWithFeet

    usual = BodyWithFeet.MODE["balanced"]
    try:
        with contextlib.redirect_stdout(io.StringIO()):
            if weights is None:
                return Network(usual["pose"], usual["pose_input_size"], backend="onnxruntime")
            return Network(weights, _input_size(weights), backend="onnxruntime")
    except Exception as error:
        # Errors of the runtime or the download have no common base class.
        name = weights or "RTMPose's network"
        raise InputError("network.unloadable", path=name, why=why_refused(error)) from error


def _input_size(weights: str) -> tuple[int, int]:
    """Return the input width and height of the network."""
    import onnxruntime

    session = onnxruntime.InferenceSession(weights, providers=["CPUExecutionProvider"])
    *_, height, width = session.get_inputs()[0].shape
    return int(width), int(height)


def _points(network: Any) -> int:  # noqa: ANN401
    width, height = network.model_input_size
    points, _ = network(np.zeros((height, width, 3), np.uint8), bboxes=[[0, 0, width, height]])
    return int(np.asarray(points).shape[1])
