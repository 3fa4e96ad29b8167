"""BlazePose on OpenVINO: the pose source included in the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leanline.model import Capture
from leanline.pose.base import Progress
from leanline.pose.capture_video import (
    MIN_PRESENCE,
    Reader,
    SecondLook,
    capture_video,
    pose_track,
)
from leanline.pose.detector import PersonDetector
from leanline.pose.landmarks import INPUT_PX, LandmarkNetwork
from leanline.profile import profile_of
from leanline.settings import PoseModel, Settings
from leanline.skeleton import BLAZEPOSE

__all__ = ["MIN_PRESENCE", "BlazePose", "pose_track"]


@dataclass(frozen=True)
class BlazePose:
    """BlazePose's networks as a pose source.

    Parameters
    ----------
    model
        ``heavy``, or ``full``, which is faster and less accurate.
    half
        Whether to compute in bfloat16 where the processor can; see ``Network``.
    second
        Network that reads a clip in which ``model`` often sees nobody, such as somebody from behind
        or half hidden; None to leave it at that.
    """

    model: PoseModel = "heavy"
    half: bool = False
    second: PoseModel | None = None

    @property
    def name(self) -> str:
        """Name for the provenance."""
        return f"blazepose-{self.model}"

    def capture(self, path: Path, settings: Settings, progress: Progress) -> Capture:
        """Return raw landmarks of the person to measure.

        Raises
        ------
        InputError
            The file cannot be read as a video.
        NobodyError
            Nobody was found in it.
        """
        return capture_video(
            path,
            settings,
            progress,
            profile=profile_of(self.name),
            detector=lambda: PersonDetector(),
            reader=lambda: _reader(self.model, half=self.half),
            second=None if self.second is None else _second_look(self.second),
        )


def _second_look(model: PoseModel) -> SecondLook:
    return SecondLook(profile_of(BlazePose(model).name), lambda: _reader(model, half=False))


def _reader(model: PoseModel, *, half: bool) -> Reader:
    return Reader(LandmarkNetwork(model, half=half), INPUT_PX, BLAZEPOSE)
