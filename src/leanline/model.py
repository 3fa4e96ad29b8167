"""The data that flows through leanline: frozen, validated once, missing values NaN.

video -> ``VideoInfo`` -> pose -> ``Capture`` -> runner -> ``Runner`` -> gait -> ``Gait``
-> metrics -> ``Metric`` -> findings -> ``Finding`` -> ``Analysis``

Axes: x to the right of the picture (along the running direction once the runner is
oriented), y up. Times are seconds of the clip's own time stamps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import import_module
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from leanline.deprecation import warn_renamed
from leanline.languages import ENGLISH
from leanline.profile import PoseProfile
from leanline.reason import LEGACY, Param, Reason
from leanline.result_wording import finding_text, sources_text, warning_text
from leanline.skeleton import Side, forward_sign

Array = NDArray[np.float64]
Activity = Literal["running", "walking", "standing", "none"]
View = Literal["side", "front", "back"]
Direction = Literal["left", "right"]
Surface = Literal["treadmill", "overground", "unknown"]
MetricQuality = Literal["good", "fair", "poor", "withheld"]
Unit = Literal["px", "m"]
BreakName = Literal[
    "hip_back", "waist_bent", "hips_ahead", "knees_bent", "head_dropped", "head_back"
]


def frozen_array(values: ArrayLike) -> Array:
    """A read-only float copy of ``values``.

    Parameters
    ----------
    values
        Numbers of any shape; copied.

    Returns
    -------
    Array
        Same shape, read-only.
    """
    array = np.array(values, dtype=np.float64)
    array.flags.writeable = False
    return array


@dataclass(frozen=True)
class VideoInfo:
    """What the container says of a clip, after rotation to the way it is shown.

    Parameters
    ----------
    path
        The file as it was given.
    fps
        Mean rate of the time stamps, frames a second.
    frames
        Number of frames.
    duration_s
        From the first frame to the end of the last, playback time, seconds.
    width, height
        Size of the picture as shown, pixels; 0 for a track without pictures.
    time_scale
        Seconds of playback for one real second: 8 for 240 frames a second played at 30.
    """

    path: str
    fps: float
    frames: int
    duration_s: float
    width: int
    height: int
    time_scale: float = 1.0


@dataclass(frozen=True, eq=False)
class PoseTrack:
    """Keypoints of one person over time; arrays are copied and read-only.

    Parameters
    ----------
    time_s
        (T,) seconds, strictly rising.
    xy
        (T, K, 2) positions in ``unit``, x right and y up, NaN where missing.
    confidence
        (T, K) from 0 to 1.
    keypoints
        The K names, each once, such as ``left_ankle``.
    unit
        ``m`` or ``px``.

    Raises
    ------
    ValueError
        Shapes do not match, times do not increase or are not finite, a position is infinite, a
        confidence is not from 0 to 1, the unit is unknown, or a name occurs twice.
    """

    time_s: Array
    xy: Array
    confidence: Array
    keypoints: tuple[str, ...]
    unit: Unit

    def __post_init__(self) -> None:
        _freeze(self, "time_s", "xy", "confidence")
        if self.time_s.ndim != 1:
            raise ValueError(f"time_s must have one dimension, not {self.time_s.ndim}")
        frames, points = len(self.time_s), len(self.keypoints)
        if self.xy.shape != (frames, points, 2):
            raise ValueError(f"xy must have shape {(frames, points, 2)}, not {self.xy.shape}")
        if self.confidence.shape != (frames, points):
            raise ValueError(
                f"confidence must have shape {(frames, points)}, not {self.confidence.shape}"
            )
        if len(set(self.keypoints)) != points:
            raise ValueError("keypoint names must be unique")
        if self.unit not in get_args(Unit):
            raise ValueError(f"unit must be one of {get_args(Unit)}, not {self.unit!r}")
        _check_values(self)

    def __repr__(self) -> str:
        span = f", {self.time_s[0]:g} to {self.time_s[-1]:g} s" if len(self.time_s) else ""
        return (
            f"PoseTrack({len(self.time_s)} frames of {len(self.keypoints)} keypoints "
            f"in {self.unit}{span})"
        )

    def with_xy(self, xy: Array) -> PoseTrack:
        """The track with other positions, (T, K, 2) in the same unit."""
        return replace(self, xy=xy)

    def with_time(self, time_s: Array) -> PoseTrack:
        """The track at other times, (T,) seconds."""
        return replace(self, time_s=time_s)

    def select(self, kept: NDArray[np.bool_]) -> PoseTrack:
        """The track's frames where ``kept`` (T,) is true."""
        return replace(
            self, time_s=self.time_s[kept], xy=self.xy[kept], confidence=self.confidence[kept]
        )

    def has(self, *names: str) -> bool:
        """Whether every one of the keypoints is in the track (even if missing at times)."""
        return all(name in self.keypoints for name in names)

    def point(self, name: str) -> Array:
        """Positions of one keypoint, (T, 2); all NaN when the track does not have it."""
        if name not in self.keypoints:
            return np.full((len(self.time_s), 2), np.nan)
        return self.xy[:, self.keypoints.index(name)]

    def trust(self, name: str) -> Array:
        """Confidence of one keypoint, (T,); zero when the track does not have it."""
        if name not in self.keypoints:
            return np.zeros(len(self.time_s))
        return self.confidence[:, self.keypoints.index(name)]

    def mid(self, part: str) -> Array:
        """Midpoint of the left and right ``part``, (T, 2); the track's own ``mid_part`` if the pair
        is missing, or else the one side that exists.
        """
        left, right = f"left_{part}", f"right_{part}"
        if self.has(left, right):
            return 0.5 * (self.point(left) + self.point(right))
        for name in (f"mid_{part}", left, right):
            if self.has(name):
                return self.point(name)
        return np.full((len(self.time_s), 2), np.nan)


def _check_values(track: PoseTrack) -> None:
    if not np.isfinite(track.time_s).all() or not np.all(np.diff(track.time_s) > 0):
        raise ValueError("time_s must be finite and rise strictly")
    if np.isinf(track.xy).any():
        raise ValueError("xy must not be infinite; what is missing is NaN")
    if not np.all((track.confidence >= 0.0) & (track.confidence <= 1.0)):
        raise ValueError("confidence must be from 0 to 1")


def _freeze(instance: object, *names: str) -> None:
    """Replace arrays of a frozen dataclass by read-only copies; None stays."""
    for name in names:
        if (values := getattr(instance, name)) is not None:
            object.__setattr__(instance, name, frozen_array(values))


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
        _freeze(self, "shift_px")


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
class Capture:
    """What a pose source delivers: the raw keypoints of one person and where they are from.

    Parameters
    ----------
    video
        The clip, or what stands in for one.
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
        Straight lines of the scene; None where none were looked for.
    outline_px
        (T, L, 2) distance of the body's left and right edge from the line hip to shoulder, along L
        lines across the trunk, pixels, right positive; None if the source sees no outlines.
    sole_deg
        (T, 2) pitch of the lower edge of the left and the right shoe in the picture, degrees, toes
        up positive; None if the source does not see it.
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

    def __post_init__(self) -> None:
        _freeze(self, "outline_px", "sole_deg")
        frames, outline, soles = len(self.pose.time_s), self.outline_px, self.sole_deg
        if outline is not None and (outline.ndim != 3 or outline.shape[::2] != (frames, 2)):
            raise ValueError(f"outline_px must have shape {(frames, 'L', 2)}, not {outline.shape}")
        if soles is not None and soles.shape != (frames, 2):
            raise ValueError(f"sole_deg must have shape {(frames, 2)}, not {soles.shape}")
        if self.camera is not None and self.camera.shift_px.shape != (frames, 2):
            shape = self.camera.shift_px.shape
            raise ValueError(f"camera.shift_px must have shape {(frames, 2)}, not {shape}")

    @property
    def source(self) -> str:
        """Name of the pose source."""
        return self.profile.source


@dataclass(frozen=True)
class AnalysisWarning:
    """Something about the clip that whoever reads the result should know.

    Parameters
    ----------
    reason
        What it is, with its numbers; its code begins with ``warning.``.
    companion
        The view of the companion clip that it is about; None for the clip itself.
    """

    reason: Reason
    companion: View | None = None

    @property
    def code(self) -> str:
        """The stable code without its kind, such as ``off_side``."""
        if self.reason.code == LEGACY:
            return str(self.reason.params.get("code", "legacy"))
        return self.reason.code.removeprefix("warning.")

    @property
    def text(self) -> str:
        """The sentence in English; ``leanline.wording`` has the other languages."""
        return warning_text(self.reason, self.companion)


def warning(code: str, **params: Param) -> AnalysisWarning:
    """The warning with this code (without its kind) and these parameters.

    Parameters
    ----------
    code
        Without its kind, such as ``off_side``.
    params
        Values of the placeholders in its sentence.

    Returns
    -------
    AnalysisWarning
        Of the clip itself.
    """
    return AnalysisWarning(Reason(f"warning.{code}", params))


@dataclass(frozen=True, eq=False)
class Rhythm:
    """How the gait repeats.

    Parameters
    ----------
    stride_hz
        Strides a second.
    phase
        (T,) strides since an arbitrary moment, rising.
    strength
        Share of the legs' motion that repeats, 0 to 1.
    """

    stride_hz: float
    phase: Array = field(repr=False)
    strength: float

    def __post_init__(self) -> None:
        _freeze(self, "phase")


@dataclass(frozen=True, eq=False)
class Runner:
    """The followed person after repair and smoothing, facing +x.

    Parameters
    ----------
    pose
        Left and right solved, gaps filled, noise filtered, at joint centres.
    raw
        What the pose source gave, facing as filmed.
    view
        From where the person is seen.
    direction
        Which way the person faces in the picture; None from the front or the back.
    near
        The side towards the camera; None if it is not known.
    leg_length
        Hip to ankle, in the pose's unit.
    scene_shift
        (T, 2) how far the scene has moved, x along the running direction; zero for a fixed camera.
    rhythm
        The gait's; None if nothing repeats.
    swapped_frames
        Number of frames in which left and right were swapped.
    notes
        Warnings about what was repaired.
    seen
        The clean pose in picture coordinates, still facing +x, if ``pose`` was rectified; else
        None, as ``pose`` is in picture coordinates itself.
    yaw_deg
        Angle by which the path turns towards the camera; None if unknown.
    slant
        (T,) tangent of the viewing angle off perpendicular, if it changes.
    sole_deg
        (T, 2) pitch of the left and right sole, degrees, toes up positive, not smoothed.
    scatter
        Robust standard deviation of each part about its smooth path, leg lengths.
    strangeness
        How unlike the people of the joint model's training the runner looks, median over the
        frames; about 1 for one of them.
    even_s
        (T,) times at which the strides of a runner who changes pace would come evenly; None where
        they do.
    """

    pose: PoseTrack
    raw: PoseTrack
    view: View
    direction: Direction | None
    near: Side | None
    leg_length: float
    scene_shift: Array = field(repr=False)
    rhythm: Rhythm | None = None
    swapped_frames: int = 0
    notes: tuple[AnalysisWarning, ...] = ()
    seen: PoseTrack | None = None
    yaw_deg: Estimate | None = None
    slant: Array | None = field(default=None, repr=False)
    sole_deg: Array | None = field(default=None, repr=False)
    scatter: Mapping[str, float] = field(default_factory=dict)
    strangeness: float = 1.0
    even_s: Array | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        _freeze(self, "scene_shift", "slant", "sole_deg", "even_s")

    @property
    def forward_sign(self) -> Literal[-1, 1]:
        """The factor of x from the picture to facing +x, and back: -1 or 1."""
        return forward_sign(self.direction)

    @property
    def picture_pose(self) -> PoseTrack:
        """The clean pose where the picture shows it, facing as filmed, y up."""
        pose = self.seen or self.pose
        return pose.with_xy(pose.xy * np.array([self.forward_sign, 1.0]))


@dataclass(frozen=True)
class Contact:
    """One foot on the ground: half-open [initial contact, toe-off).

    Parameters
    ----------
    side
        The runner's own left or right.
    contact_s, toe_off_s
        Initial contact and toe-off, seconds.
    """

    side: Side
    contact_s: float
    toe_off_s: float

    @property
    def duration_s(self) -> float:
        """Contact time."""
        return self.toe_off_s - self.contact_s


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval and the evidence behind it.

    Parameters
    ----------
    value
        The number, in the unit that its name ends in.
    ci95
        Lower and upper end of the 95 % interval.
    sources
        The kinds of evidence behind it.
    conflicting
        Whether they disagree, which widens the interval.
    """

    value: float
    ci95: tuple[float, float]
    sources: tuple[Reason, ...]
    conflicting: bool = False

    @property
    def source(self) -> str:
        """The sources in English; ``leanline.wording`` has the other languages."""
        return sources_text(self.sources, self.conflicting)


@dataclass(frozen=True)
class Camera:
    """Camera attitude and scale at the runner.

    Parameters
    ----------
    roll_deg
        Clockwise positive as the photographer sees it.
    moving
        Whether the camera moves.
    metres_per_px
        Scale at the runner; None where nothing tells it.
    yaw_deg
        How far the runner's path turns towards the camera; None when the clip does not tell one
        angle.
    """

    roll_deg: Estimate
    moving: bool
    metres_per_px: Estimate | None
    yaw_deg: Estimate | None = None


@dataclass(frozen=True)
class Metric:
    """One number or category about the movement, summarised over the steps.

    Parameters
    ----------
    id
        Stable name that ends in the unit, such as ``lean_body_deg``.
    value
        Mean over the steps, or a category; None when it was not measured.
    ci95
        Lower and upper end of the 95 % interval of the mean.
    sd
        Standard deviation from step to step of the same foot.
    n
        Number of steps behind the value.
    left, right
        Means of the two feet.
    quality
        ``good``, ``fair`` or ``poor``: steps, frame rate and how clearly the runner is seen;
        ``withheld`` without a value.
    why
        Why it was not measured; None when it was.
    sdc95
        Smallest change between two clips that is more than measurement error (95 %).
    minus_standing
        The value less that of the same runner standing tall, where a standing clip was given.
    """

    id: str
    value: float | str | None
    ci95: tuple[float, float] | None = None
    sd: float | None = None
    n: int = 0
    left: float | None = None
    right: float | None = None
    quality: MetricQuality = "withheld"
    why: Reason | None = None
    sdc95: float | None = None
    minus_standing: float | None = None


@dataclass(frozen=True)
class Step:
    """One step: its contact and the values measured in it.

    Parameters
    ----------
    side
        Foot on the ground, the runner's own left or right.
    contact_s, toe_off_s
        Initial contact and toe-off, seconds.
    values
        By metric id, in the unit that the id ends in; NaN where not measured.
    """

    side: Side
    contact_s: float
    toe_off_s: float
    values: Mapping[str, float]


@dataclass(frozen=True)
class Repetition:
    """One lean of the standing drill, from standing tall to standing tall.

    Parameters
    ----------
    start_s, end_s
        Seconds of the clip.
    whole
        False when the clip began or ended in the lean.
    lean_deg
        Lean against the vertical, forward positive, over the longest hold, or over the furthest
        part when nothing was held.
    lean_zeroed_deg
        The same less the standing baseline; None when that was not seen.
    straightness_deg
        Trunk lean minus leg lean over the same time.
    breaks_at
        Where the line breaks over the same time; None when it is straight.
    hold_s
        Longest time in the coaching band, seconds.
    steadiness_deg
        Standard deviation of the lean within the hold; NaN without one.
    """

    start_s: float
    end_s: float
    whole: bool
    lean_deg: float
    lean_zeroed_deg: float | None
    straightness_deg: float
    breaks_at: BreakName | None
    hold_s: float
    steadiness_deg: float


@dataclass(frozen=True)
class Drill:
    """The standing drill of one clip.

    Parameters
    ----------
    band_deg
        The coaching band, degrees.
    zero_deg
        The standing baseline: the runner's own lean standing tall; None when it was not seen.
    repetitions
        In order of time.
    """

    band_deg: tuple[float, float]
    zero_deg: float | None
    repetitions: tuple[Repetition, ...]

    @property
    def longest_hold_s(self) -> float:
        """The longest hold of all repetitions, 0 without any."""
        return max((rep.hold_s for rep in self.repetitions), default=0.0)


@dataclass(frozen=True)
class Finding:
    """One thing to tell the runner.

    Parameters
    ----------
    id
        The rule's.
    step
        The method's step, 1 to 4.
    severity
        How sure it is: ``work_on`` when whole intervals clear the thresholds.
    reasons
        Codes ``finding.RULE.SEVERITY`` and ``finding.RULE.DETAIL``. Parameters are named after
        metrics: the value, ``_low`` and ``_high`` of its interval, and the rule's threshold as
        ``_above`` or ``_below``.
    evidence
        Grade of the evidence, A to D.
    frames_s
        Times in the clip that show it best, seconds.
    """

    id: str
    step: int
    severity: Literal["work_on", "watch", "good"]
    reasons: tuple[Reason, ...]
    evidence: str
    frames_s: tuple[float, ...] = ()

    @property
    def text(self) -> str:
        """The sentences in English; ``leanline.result_wording`` has the other languages."""
        return finding_text(self.reasons, ENGLISH)


@dataclass(frozen=True)
class Provenance:
    """What made a result.

    Parameters
    ----------
    leanline
        Version.
    pose_model
        Name of the pose source, such as ``blazepose-heavy``.
    settings
        The settings that were given.
    input_sha256
        Hash of the input, hexadecimal.
    """

    leanline: str
    pose_model: str
    settings: Mapping[str, Any]
    input_sha256: str


@dataclass(frozen=True)
class Analysis:
    """The whole result of one clip: what ``analysis.json`` holds.

    Parameters
    ----------
    video
        The clip.
    activity
        ``running``, ``walking``, ``standing`` or ``none``.
    view
        ``side``, ``front`` or ``back``.
    direction
        Which way the runner faces in the picture; None from the front or the back.
    surface
        ``treadmill``, ``overground`` or ``unknown``.
    camera
        Attitude and scale.
    metrics
        By id, also those that were not measured.
    contacts
        Of both feet, in order of time, seconds of the clip.
    steps
        In order of time.
    findings
        At most three, the most important first.
    warnings
        What whoever reads the result should know of the clip.
    provenance
        What made the result.
    drill
        The standing drill; None for other activities.
    runner
        The pose that the numbers were measured on; None after reading a file.
    capture
        The raw keypoints; None after reading a file.
    """

    video: VideoInfo
    activity: Activity
    view: View
    direction: Direction | None
    surface: Surface
    camera: Camera
    metrics: Mapping[str, Metric]
    contacts: tuple[Contact, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[AnalysisWarning, ...]
    provenance: Provenance
    drill: Drill | None = None
    runner: Runner | None = field(default=None, repr=False, compare=False)
    capture: Capture | None = field(default=None, repr=False, compare=False)

    def plot_steps(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_steps``; to be removed in 0.3."""
        return self._plot("plot_steps", axes)

    def plot_cycle(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_cycle``; to be removed in 0.3."""
        return self._plot("plot_cycle", axes)

    def plot_strike(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_strike``; to be removed in 0.3."""
        return self._plot("plot_strike", axes)

    def plot_standing(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_standing``; to be removed in 0.3."""
        return self._plot("plot_standing", axes)

    def _plot(self, name: str, axes: Any) -> Any:  # noqa: ANN401
        warn_renamed(f"Analysis.{name}()", f"leanline.plot.{name}(analysis)", stacklevel=4)
        return getattr(import_module("leanline.plot"), name)(self, axes)
