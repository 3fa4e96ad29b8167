"""The clip with what was measured drawn on it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from leanline.errors import InputError, UsageError
from leanline.model import Analysis, Array, Contact, PoseTrack
from leanline.pose.base import Progress
from leanline.skeleton import BONES, SIDES, Side, other
from leanline.video.draw import (
    GREEN,
    ORANGE,
    SKY_BLUE,
    WHITE,
    YELLOW,
    Colour,
    Dot,
    Label,
    Marks,
    Picture,
    Point,
    Stroke,
    drawn,
    fitted,
)

if TYPE_CHECKING:
    from av.container import OutputContainer
    from av.video.stream import VideoStream

    from leanline.video.reader import Frame

LONGEST_PX: Final = 1280
# Joints that get a dot; the rest of the face and hands would only clutter.
_JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", "knee", "ankle", "heel", "foot_index")
_MIDDLES: Final = (("neck", "mid_hip"), ("head_top", "neck"))


def write_overlay(
    video: Path, analysis: Analysis, out: Path, progress: Progress | None = None
) -> None:
    """Write the clip with skeleton, contacts and lean drawn on it, as H.264 MP4 at ``out``.

    Every frame keeps its time stamp (counted from the first shown frame); the picture is
    turned upright and made no larger than 1280 pixels. The file is written whole or not
    at all. Sound is left out.

    Parameters
    ----------
    video
        The clip that was analysed.
    analysis
        Its analysis, with ``runner`` or ``capture`` still in it, in pixels.
    out
        Where to write.
    progress
        Called with a phase and the share done; an exception raised in it stops the work.

    Raises
    ------
    UsageError
        The analysis has no pose in pixels.
    InputError
        ``video`` cannot be read.
    """
    from leanline.video.probe import read_timeline
    from leanline.video.reader import read_frames

    scene = scene_of(analysis)
    timeline = read_timeline(video)
    unit = _stamp_unit(timeline.time_base)
    with _unfinished(Path(out)) as part, _Encoder(part, unit) as encoder:
        for frame in read_frames(video):
            if progress:
                progress("Drawing", min(frame.index / len(timeline.stamps), 1.0))
            encoder.write(frame_with_marks(frame, scene), round(frame.time_s / unit))


def key_frame_png(video: Path, analysis: Analysis, time_s: float, out: Path) -> None:
    """Write one frame of the overlay, the first at or after ``time_s``, as PNG at ``out``."""
    import cv2

    from leanline.video.reader import read_frames

    # Half a millisecond early, as a stamp written with few digits may be just too late.
    frame = next(read_frames(video, start_s=max(0.0, time_s - 0.0005)), None)
    if frame is None:
        raise InputError(f"{video} ends before {time_s:g} s.", hint="Ask for an earlier time.")
    picture = frame_with_marks(frame, scene_of(analysis))
    with _unfinished(Path(out)) as part:
        part.write_bytes(cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes())


@dataclass(frozen=True)
class Scene:
    """What the marks of any frame are made from.

    ``pose`` is in the picture's own direction, pixels from the bottom left, y up; ``near``
    is None when it is not known; ``up`` and ``forward`` are unit vectors of true vertical
    and of the running direction in the picture.
    """

    pose: PoseTrack
    height_px: int
    near: Side | None
    contacts: tuple[Contact, ...]
    up: Array
    forward: Array


def frame_with_marks(frame: Frame, scene: Scene) -> Picture:
    """The frame's picture, upright and no larger than 1280 pixels, with its marks."""
    picture, scale = fitted(frame.rgb(), LONGEST_PX)
    return drawn(picture, marks_at(scene, frame.time_s, scale))


def marks_at(scene: Scene, time_s: float, scale: float = 1.0) -> Marks:
    """What to draw at a time of the clip, for a picture scaled by ``scale``."""
    points = points_at(scene.pose, time_s)
    if not points:
        return Marks()
    place = _Placer(points, scene.height_px, scale)
    near = scene.near or "left"
    strokes: list[Stroke] = []
    dots: list[Dot] = []
    for side, colour in ((other(near), SKY_BLUE), (near, ORANGE)):
        strokes += _limbs(place, side, colour)
        dots += [Dot(place.at(f"{side}_{part}"), colour) for part in _JOINTS]
    standing = [c for c in scene.contacts if c.contact_s <= time_s < c.toe_off_s]
    for contact in standing:
        strokes += _contact_marks(place, scene, contact.side)
    return Marks(tuple(strokes), tuple(dots), _labels(scene, time_s, points, standing))


def points_at(pose: PoseTrack, time_s: float) -> dict[str, Array]:
    """Keypoints at a time, straight between samples; empty outside the track."""
    times = pose.time_s
    if not len(times) or not times[0] - 1e-4 <= time_s <= times[-1] + 1e-4:
        return {}
    after = int(np.clip(np.searchsorted(times, time_s), 1, max(len(times) - 1, 1)))
    before = after - 1
    if len(times) == 1:
        return dict(zip(pose.keypoints, pose.xy[0], strict=True))
    share = np.clip((time_s - times[before]) / (times[after] - times[before]), 0.0, 1.0)
    # A whole sample must not be lost to a missing neighbour.
    if share < 0.01 or share > 0.99:
        xy = pose.xy[after if share > 0.5 else before]
    else:
        xy = (1.0 - share) * pose.xy[before] + share * pose.xy[after]
    return dict(zip(pose.keypoints, xy, strict=True))


def lean_deg(scene: Scene, points: dict[str, Array], side: Side) -> float:
    """Lean of ankle to mid-shoulder against true vertical, forward positive, degrees."""
    line = _mid_shoulder(points) - points.get(f"{side}_ankle", np.full(2, np.nan))
    return float(np.degrees(np.arctan2(line @ scene.forward, line @ scene.up)))


@dataclass(frozen=True)
class _Placer:
    """From the track's points to places in the picture, y down."""

    points: dict[str, Array]
    height_px: int
    scale: float

    def at(self, name: str) -> Point:
        return self.place(self.points.get(name, np.full(2, np.nan)))

    def place(self, xy: Array) -> Point:
        return float(xy[0]) * self.scale, (self.height_px - float(xy[1])) * self.scale


def _limbs(place: _Placer, side: Side, colour: Colour) -> list[Stroke]:
    pairs = [(f"{side}_{a}", f"{side}_{b}") for a, b in BONES]
    return [Stroke(place.at(a), place.at(b), colour) for a, b in (*pairs, *_MIDDLES)]


def _contact_marks(place: _Placer, scene: Scene, side: Side) -> list[Stroke]:
    """A bar under the foot on the ground, the lean line, and the plumb line beside it."""
    points, missing = place.points, np.full(2, np.nan)
    ankle, shoulder = points.get(f"{side}_ankle", missing), _mid_shoulder(points)
    length = float(np.hypot(*(shoulder - ankle)))
    under = -0.02 * length * scene.up
    heel, toe = (points.get(f"{side}_{part}", missing) + under for part in ("heel", "foot_index"))
    return [
        Stroke(place.place(heel), place.place(toe), GREEN, 6.0),
        Stroke(place.place(ankle), place.place(ankle + length * scene.up), WHITE, 2.0, dashed=True),
        Stroke(place.place(ankle), place.place(shoulder), YELLOW, 3.0),
    ]


def _mid_shoulder(points: dict[str, Array]) -> Array:
    missing = np.full(2, np.nan)
    return 0.5 * (points.get("left_shoulder", missing) + points.get("right_shoulder", missing))


def _labels(
    scene: Scene, time_s: float, points: dict[str, Array], standing: list[Contact]
) -> tuple[Label, ...]:
    count = sum(contact.contact_s <= time_s for contact in scene.contacts)
    lines = [Label(f"{time_s:.3f} s   step {count}")]
    for contact in standing:
        lean = lean_deg(scene, points, contact.side)
        shown = f"{lean:+.1f} deg" if np.isfinite(lean) else "not seen"
        lines.append(Label(f"{contact.side} foot down, lean {shown}", YELLOW))
    near, far = (scene.near, other(scene.near)) if scene.near else SIDES
    words = ("near", "far") if scene.near else ("side", "side")
    lines += [Label(f"{near} ({words[0]})", ORANGE), Label(f"{far} ({words[1]})", SKY_BLUE)]
    return tuple(lines)


def scene_of(analysis: Analysis) -> Scene:
    """What is to be drawn of an analysis; ``UsageError`` when it has no pose in pixels."""
    runner, capture = analysis.runner, analysis.capture
    pose = runner.pose if runner else capture.pose if capture else None
    if pose is None or pose.unit != "px" or not analysis.video.height:
        raise UsageError(
            "There is no pose in pixels to draw on the clip.", hint="Analyse the clip itself."
        )
    sign = -1.0 if analysis.direction == "left" else 1.0
    if runner:
        # The runner faces +x; back to the way it runs in the picture, sides as they are.
        pose = PoseTrack(
            pose.time_s, pose.xy * [sign, 1.0], pose.confidence, pose.keypoints, pose.unit
        )
    roll = np.radians(analysis.camera.roll_deg.value)
    roll = roll if np.isfinite(roll) else 0.0
    return Scene(
        pose=pose,
        height_px=analysis.video.height,
        near=runner.near if runner else None,
        contacts=analysis.contacts,
        # A camera turned clockwise turns the picture's content the other way.
        up=np.array([-np.sin(roll), np.cos(roll)]),
        forward=sign * np.array([np.cos(roll), np.sin(roll)]),
    )


def _stamp_unit(time_base: Fraction) -> Fraction:
    """The clip's own unit of time, if an MP4 can have it."""
    return time_base if time_base.denominator <= 1_000_000 else Fraction(1, 90_000)


@contextmanager
def _unfinished(out: Path) -> Iterator[Path]:
    """A place beside ``out`` to write to, which becomes ``out`` when all went well."""
    part = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(out)
    finally:
        part.unlink(missing_ok=True)


class _Encoder:
    """H.264 frames with given time stamps into an MP4 that plays while it loads."""

    def __init__(self, path: Path, unit: Fraction) -> None:
        import av

        self._unit = unit
        options = {"movflags": "faststart"}
        self._container: OutputContainer = av.open(
            f"file:{path}", "w", format="mp4", options=options
        )
        self._stream: VideoStream | None = None

    def __enter__(self) -> _Encoder:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        try:
            if kind is None and self._stream:
                self._container.mux(self._stream.encode())
        finally:
            self._container.close()

    def write(self, picture: Picture, stamp: int) -> None:
        import av

        self._stream = self._stream or self._new_stream(picture)
        frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
        frame.pts, frame.time_base = stamp, self._unit
        self._container.mux(self._stream.encode(frame))

    def _new_stream(self, picture: Picture) -> VideoStream:
        options = {"crf": "20", "preset": "fast"}
        stream = self._container.add_stream("libx264", options=options)
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = "yuv420p"
        stream.time_base = stream.codec_context.time_base = self._unit
        return stream
