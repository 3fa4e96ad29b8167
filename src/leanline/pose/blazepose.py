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
from leanline.settings import Device, PoseModel, Settings
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
    device
        What computes them; see ``PoseOptions``.
    """

    model: PoseModel = "heavy"
    half: bool = False
    second: PoseModel | None = None
    device: Device = "cpu"

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
            reader=lambda: _reader(self.model, half=self.half, device=self.device),
            second=None if self.second is None else _second_look(self.second, self.device),
        )


def _second_look(model: PoseModel, device: Device) -> SecondLook:
    profile = profile_of(BlazePose(model).name)
    return SecondLook(profile, lambda: _reader(model, half=False, device=device))


def _reader(model: PoseModel, *, half: bool, device: Device) -> Reader:
    return Reader(LandmarkNetwork(model, half=half, device=device), INPUT_PX, BLAZEPOSE)
