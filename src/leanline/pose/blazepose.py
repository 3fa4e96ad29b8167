"""BlazePose on OpenVINO: the pose source included in the package."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from leanline.model import Capture
from leanline.pose.base import Progress
from leanline.pose.capture_video import MIN_PRESENCE, Reader, capture_video, pose_track
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
    """

    model: PoseModel = "heavy"
    half: bool = False

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
            reader=lambda: Reader(LandmarkNetwork(self.model, half=self.half), INPUT_PX, BLAZEPOSE),
        )
