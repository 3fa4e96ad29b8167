"""What is read from a clip: the video, the raw keypoints and the scene."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from leanline.model.basics import Array, freeze, frozen_array
from leanline.model.notes import AnalysisWarning
from leanline.model.track import PoseTrack
from leanline.profile import PoseProfile


@dataclass(frozen=True)
class VideoInfo:
    """Properties of a clip according to its container, as shown (after rotation).

    Parameters
    ----------
    path
        The file, as given.
    fps
        Mean rate of the timestamps, frames per second.
    frames
        Number of frames.
    duration_s
        From the first frame to the end of the last, playback time, seconds.
    width, height
        Size of the picture as shown, pixels; 0 for a track without pictures.
    time_scale
        Seconds of playback per real second: 8 for 240 frames per second played at 30.
    rotated_deg
        Quarter turns clockwise by which the pictures were turned for the analysis, in addition to
        what the file asks for; ``width``, ``height`` and keypoints are those of turned pictures.
    recorded_at
        When the film says that it was recorded, ISO 8601 in UTC; None where it does not say.
    """

    path: str
    fps: float
    frames: int
    duration_s: float
    width: int
    height: int
    time_scale: float = 1.0
    rotated_deg: int = 0
    recorded_at: str | None = None


@dataclass(frozen=True, eq=False)
class CameraMotion:
    """How the scene behind the runner moves through the picture.

    Parameters
    ----------
    shift_px
        (T, 2) offset, pixels, x right and y up, of a point of the ground under the runner from
        where it was in the first frame; zero for a fixed camera.
    moving
        Whether the camera moves.
    """

    shift_px: Array = field(repr=False)
    moving: bool

    def __post_init__(self) -> None:
        freeze(self, "shift_px")


@dataclass(frozen=True, eq=False)
class SceneEvidence:
    """Straight segments of the scene, one array per analysed picture.

    Parameters
    ----------
    segments
        Each (N, 4), pixels of the video as shown, x right and y up: x and y of one end, x and y
        of the other. A fixed camera gives one picture, a moving one several.
    """

    segments: tuple[Array, ...] = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "segments", tuple(map(frozen_array, self.segments)))


@dataclass(frozen=True, eq=False)
class PersonPath:
    """Where a person was in the pictures that were searched for people.

    Parameters
    ----------
    time_s
        (n,) seconds of the clip, increasing.
    circle_px
        (n, 3) x and y of the middle of the hips and radius of the circle around the body, pixels
        from the top left.
    score
        (n,) the detector's confidence that it is a person, 0 to 1.
    """

    time_s: Array = field(repr=False)
    circle_px: Array = field(repr=False)
    score: Array = field(repr=False)

    def __post_init__(self) -> None:
        freeze(self, "time_s", "circle_px", "score")


@dataclass(frozen=True, eq=False)
class Capture:
    """Raw keypoints of one person and their source.

    Parameters
    ----------
    video
        The clip; made up for a track without one.
    pose
        Raw keypoints, (T, K, 2), as the source gave them.
    profile
        What is known of the source.
    camera
        Motion of the scene; None for a track without pictures.
    others
        Number of other people seen.
    notes
        Warnings of the pose source.
    scene
        Straight lines of the scene; None if they were not searched for.
    outline_px
        (T, L, 2) distance of the body's left and right edge from the line hip to shoulder, along L
        lines across the trunk, pixels, right positive; None if the source sees no outlines.
    sole_deg
        (T, 2) pitch of the lower edge of the left and the right shoe in the picture, degrees, toes
        up positive; None if the source does not see it.
    people
        Everybody who was found; empty for tracks and for captures read from a file.
    shot
        Number of the shot that was read, from 1; 0 for a film without cuts.
    other_shots
        Numbers of the film's other shots with people in them, the most promising first.

    Raises
    ------
    ValueError
        An outline, soles or a camera motion with another number of frames or another shape.
    """

    video: VideoInfo
    pose: PoseTrack
    profile: PoseProfile
    camera: CameraMotion | None = None
    others: int = 0
    notes: tuple[AnalysisWarning, ...] = ()
    scene: SceneEvidence | None = None
    outline_px: Array | None = field(default=None, repr=False)
    sole_deg: Array | None = field(default=None, repr=False)
    people: tuple[PersonPath, ...] = field(default=(), repr=False)
    shot: int = 0
    other_shots: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        freeze(self, "outline_px", "sole_deg")
        frames, outline, soles = len(self.pose.time_s), self.outline_px, self.sole_deg
        if outline is not None and (outline.ndim != 3 or outline.shape[::2] != (frames, 2)):
            raise ValueError(f"outline_px must have shape {(frames, 'L', 2)}, not {outline.shape}")
        if soles is not None and soles.shape != (frames, 2):
            raise ValueError(f"sole_deg must have shape {(frames, 2)}, not {soles.shape}")
        if self.camera is not None and self.camera.shift_px.shape != (frames, 2):
            shape = self.camera.shift_px.shape
            raise ValueError(f"camera.shift_px must have shape {(frames, 2)}, not {shape}")

    def named(self, path: str) -> Capture:
        """The capture of a clip that the person knows by another path."""
        return replace(self, video=replace(self.video, path=path))

    @property
    def source(self) -> str:
        """Name of the pose source."""
        return self.profile.source
