"""Which pose source reads an input, and reading it: the part of an analysis that takes long."""

from __future__ import annotations

from pathlib import Path

from leanline.errors import UsageError
from leanline.formats.reading import is_track
from leanline.model import Capture
from leanline.pose.base import PoseBackend, Progress, no_progress
from leanline.pose.blazepose import BlazePose
from leanline.pose.recorded import Recorded
from leanline.pose.rtmpose import RTMPose
from leanline.settings import PoseModel, Settings


def capture_clip(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    backend: PoseBackend | None = None,
) -> Capture:
    """Read the keypoints of one person from a clip or a pose track.

    Parameters
    ----------
    path
        A video, or a pose track in any format of ``leanline.read_track``.
    settings
        Which part of the clip, which person, and which network.
    progress
        Called with the code of a phase, such as ``finding_people``, and the share done, 0 to 1;
        may raise to stop.
    backend
        The pose source; the one that the file and the settings ask for if None.

    Returns
    -------
    Capture
        Raw keypoints, y up, with what is known of the video and the pose source.

    Raises
    ------
    UsageError
        A setting that only tracks have was given for a video.
    InputError
        The file cannot be read.
    NobodyError
        Nobody is seen, or the person asked for is not.
    """
    backend = backend or pose_source_for(path, settings)
    return backend.capture(path, settings, progress or no_progress)


def pose_source_for(path: Path, settings: Settings) -> PoseBackend:
    """Choose the pose source that reads a file.

    Parameters
    ----------
    path
        A video or a pose track.
    settings
        With the network and its weights for a video.

    Returns
    -------
    PoseBackend
        Nothing is loaded yet.

    Raises
    ------
    UsageError
        A setting that only tracks have was given for a video.
    """
    if is_track(path):
        return Recorded()
    _refuse_track_settings(path, settings)
    if settings.pose.network == "rtmpose":
        return RTMPose(settings.pose.weights)
    fast = settings.pose.quality == "fast"
    # Whoever names a network gets no other.
    second: PoseModel | None = "heavy" if fast and settings.pose.pose_model is None else None
    device = settings.pose.device
    return BlazePose(settings.pose.network, half=fast, second=second, device=device)


def _refuse_track_settings(path: Path, settings: Settings) -> None:
    for setting in ("fps", "keypoint_names", "picture"):
        if getattr(settings.clip, setting) is not None:
            raise UsageError("usage.tracks_only", setting=setting, path=path)
