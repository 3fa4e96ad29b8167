"""The report's pictures: key frames cropped around the runner, with marks."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from leanline.errors import InputError
from leanline.model import Analysis
from leanline.report.key_frames import Kind, Shot
from leanline.report.marks import shot_marks
from leanline.report.picture_geometry import Placer, Scene, build_scene, points_at
from leanline.video.draw import Marks, Picture, draw_marks
from leanline.video.framing import AS_SHOWN, Framing

if TYPE_CHECKING:
    from leanline.video.reader import Frame

# Aspect ratio and height in pixels of each kind of picture, and its height in body heights, all
# chosen by eye.
_ASPECT: Final[Mapping[Kind, float]] = {"lean": 0.8, "stand": 0.8, "bend": 0.75, "landing": 0.75}
_HEIGHT_PX: Final[Mapping[Kind, int]] = {"lean": 1000, "stand": 1000, "bend": 640, "landing": 560}
_BODIES: Final = 1.34
# Enlarged further, a picture only looks blurred (by eye).
_MAX_ENLARGEMENT: Final = 3.0
# Half a millisecond early, because rounded timestamps may be slightly too late.
_EARLY_S: Final = 0.0005
_JPEG_QUALITY: Final = 82
# A roll below this, 0.1 degrees, is no more than a pixel over a picture.
_LEVEL_RAD: Final = 0.0017


@dataclass(frozen=True)
class Box:
    """A crop of the clip's picture, in whole pixels.

    Parameters
    ----------
    left, top
        Its corner, from the upper left of the picture.
    width, height
        Its size, at least 2.
    """

    left: int
    top: int
    width: int
    height: int


def pictures(video: Path, analysis: Analysis, shots: Iterable[Shot]) -> dict[Shot, Picture]:
    """The key frames with their marks drawn.

    Parameters
    ----------
    video
        The clip.
    analysis
        With its pose.
    shots
        Which frames.

    Returns
    -------
    dict of picture
        (H, W, 3) RGB; frames without a visible runner are left out.

    Raises
    ------
    UsageError
        The analysis has no pose in pixels.
    InputError
        The clip cannot be read.
    """
    return {
        shot: draw_marks(*pair) for shot, pair in crop_key_frames(video, analysis, shots).items()
    }


def crop_key_frames(
    video: Path, analysis: Analysis, shots: Iterable[Shot]
) -> dict[Shot, tuple[Picture, Marks]]:
    """Read the key frames in one pass through the clip, and crop them around the runner.

    Parameters
    ----------
    video
        The clip.
    analysis
        With its pose.
    shots
        Which frames.

    Returns
    -------
    dict of tuple of picture and Marks
        Pictures and what is to be drawn on them; frames without a visible runner are left out.

    Raises
    ------
    UsageError
        The analysis has no pose in pixels.
    InputError
        The clip cannot be read.
    """
    scene = build_scene(analysis)
    size = analysis.video.width, analysis.video.height
    body_px = body_height_px(scene)
    found: dict[Shot, tuple[Picture, Marks]] = {}
    for shot, frame in read_key_frames(video, shots, Framing(analysis.video.rotated_deg)):
        box = box_for(scene, shot, body_px, size)
        if box is not None:
            found[shot] = cut(frame.rgb(), scene, shot, box)
    return found


def jpegs(video: Path, analysis: Analysis, shots: Iterable[Shot]) -> dict[Shot, bytes]:
    """The key frames with their marks drawn, as JPEG files.

    Parameters
    ----------
    video
        The clip.
    analysis
        With its pose.
    shots
        Which frames.

    Returns
    -------
    dict of bytes
        By key frame.

    Raises
    ------
    UsageError
        The analysis has no pose in pixels.
    InputError
        The clip cannot be read.
    """
    import cv2

    return {
        shot: cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[
            1
        ].tobytes()
        for shot, picture in pictures(video, analysis, shots).items()
    }


def read_key_frames(
    video: Path, shots: Iterable[Shot], framing: Framing = AS_SHOWN
) -> Iterator[tuple[Shot, Frame]]:
    """Decode key frames in one pass through the clip.

    Parameters
    ----------
    video
        The clip.
    shots
        Which frames, in any order.
    framing
        How the pictures are turned.

    Yields
    ------
    tuple of Shot and Frame
        The first frame at or after its time, in order of time.

    Raises
    ------
    InputError
        The clip cannot be read.
    """
    from leanline.video.reader import read_frames

    waiting = sorted(shots, key=lambda shot: -shot.time_s)
    if not waiting:
        return
    start_s = max(0.0, waiting[-1].time_s - _EARLY_S)
    for frame in read_frames(video, start_s=start_s, framing=framing):
        while waiting and frame.time_s >= waiting[-1].time_s - _EARLY_S:
            yield waiting.pop(), frame
        if not waiting:
            return


def body_height_px(scene: Scene) -> float:
    """Return the runner's median height in the picture."""
    y = scene.pose.xy[:, :, 1]
    known = np.isfinite(y).any(axis=1)
    if not known.any():
        return math.nan
    return float(np.median(np.nanmax(y[known], axis=1) - np.nanmin(y[known], axis=1)))


def box_for(scene: Scene, shot: Shot, body_px: float, size: tuple[int, int]) -> Box | None:
    """The crop around the runner, with the same scale for all pictures of a kind.

    Parameters
    ----------
    scene
        Of the clip.
    shot
        The key frame.
    body_px
        Height of the runner in the picture.
    size
        Width and height of the picture, pixels.

    Returns
    -------
    Box or None
        Within the picture; None if the runner is not seen.
    """
    points = points_at(scene.pose, shot.time_s)
    xy = np.array([p for p in points.values() if np.isfinite(p).all()])
    if len(xy) == 0 or not np.isfinite(body_px):
        return None
    aspect = _ASPECT[shot.kind]
    height = min(_BODIES * body_px, size[1], size[0] / aspect)
    width = aspect * height
    middle = 0.5 * (xy.min(axis=0) + xy.max(axis=0))
    # More room above than below: for hair and the end of the lean line.
    centre_y = scene.height_px - middle[1] - 0.04 * body_px
    left = min(max(middle[0] - width / 2, 0.0), size[0] - width)
    top = min(max(centre_y - height / 2, 0.0), size[1] - height)
    return Box(round(left), round(top), max(round(width), 2), max(round(height), 2))


def cut(picture: Picture, scene: Scene, shot: Shot, box: Box) -> tuple[Picture, Marks]:
    """Crop a frame, turn it level, and scale it to the display size of its kind.

    On the page the plumb line is vertical, as whoever looks at a lean expects.

    Parameters
    ----------
    picture
        (H, W, 3) RGB.
    scene
        Of the clip.
    shot
        The key frame.
    box
        What to crop.

    Returns
    -------
    tuple of picture and Marks
        The crop and the marks to draw on it.
    """
    import cv2

    scale = min(_HEIGHT_PX[shot.kind] / box.height, _MAX_ENLARGEMENT)
    size = max(1, round(box.width * scale)), max(1, round(box.height * scale))
    middle = (box.left + 0.5 * box.width, box.top + 0.5 * box.height)
    place = Placer(scene.height_px, scale, (box.left, box.top), scene.roll_rad, middle)
    interpolation = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_AREA
    if abs(scene.roll_rad) < _LEVEL_RAD:
        part = picture[box.top : box.top + box.height, box.left : box.left + box.width]
        drawn = cv2.resize(part, size, interpolation=interpolation)
        place = replace(place, turn_rad=0.0)
    else:
        # Pixels are at their centres for the map, at their corners for the marks.
        centred = place.matrix()
        centred[:, 2] += 0.5 * (centred[:, :2].sum(axis=1) - 1.0)
        smooth = cv2.INTER_CUBIC if scale > 1.0 else cv2.INTER_LINEAR
        drawn = cv2.warpAffine(
            picture, centred, size, flags=smooth, borderMode=cv2.BORDER_REPLICATE
        )
    return np.ascontiguousarray(drawn, dtype=np.uint8), shot_marks(scene, shot, place)


def write_pngs(
    video: Path, analysis: Analysis, shots: Sequence[Shot], directory: Path
) -> tuple[Path, ...]:
    """Write every key frame with its marks as PNG.

    Parameters
    ----------
    video
        The clip.
    analysis
        With its pose.
    shots
        Which frames.
    directory
        Where to write; made if need be.

    Returns
    -------
    tuple of Path
        The files written.

    Raises
    ------
    InputError
        The clip cannot be read, or a file cannot be written.
    """
    import cv2

    directory.mkdir(parents=True, exist_ok=True)
    written = []
    for shot, picture in pictures(video, analysis, shots).items():
        path = directory / f"{shot.name}.png"
        if not cv2.imwrite(str(path), picture[:, :, ::-1]):
            raise InputError("output.no_picture", path=path)
        written.append(path)
    return tuple(written)
