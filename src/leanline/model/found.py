"""Who was found in a clip, whether or not they can be measured."""

from __future__ import annotations

from dataclasses import dataclass, field

from leanline.model.capture import PersonPath, VideoInfo
from leanline.model.track import PoseTrack


@dataclass(frozen=True, eq=False)
class FoundPeople:
    """What was found in a clip before it was refused.

    Parameters
    ----------
    video
        The clip, turned as it was looked at.
    people
        Everybody, or everything taken for somebody, in no particular order.
    pose
        Raw keypoints of the person who was followed; None if nobody was.
    """

    video: VideoInfo
    people: tuple[PersonPath, ...] = ()
    pose: PoseTrack | None = field(default=None, repr=False)
