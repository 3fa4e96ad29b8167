"""The overlay: the clip with measurements drawn in."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.model import Analysis
from leanline.pose.base import Progress
from leanline.report.catalog import Texts, texts
from leanline.report.film_view import FilmView, film_view
from leanline.report.marks import film_marks
from leanline.report.picture_geometry import Placer, Scene, build_scene
from leanline.video.draw import Picture, draw_marks, draw_panel, shrink_to
from leanline.video.framing import Framing
from leanline.video.h264 import H264Writer, mp4_time_base

if TYPE_CHECKING:
    from leanline.video.reader import Frame

MAX_PX: Final = 1280
CRF: Final = 20  # keeps thin lines sharp
# Optional slow motion around contacts: its factor, and the time before and after.
SLOW_TIMES: Final = 4.0
SLOW_AROUND_S: Final = 0.06


def write_overlay(
    video: Path,
    analysis: Analysis,
    out: Path,
    progress: Progress | None = None,
    *,
    slow_contacts: bool = False,
    language: str = "en",
    part: Part | None = None,
) -> None:
    """Write the clip with skeleton, contacts and lean drawn on it, as H.264 MP4 at ``out``.

    The film follows the runner, level, at most 1280 pixels high or wide, with the numbers on a
    strip below. Every frame keeps its time stamp (counted from the first shown frame). The file
    is written whole or not at all. Sound is left out.

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
    slow_contacts
        Play the clip four times slower around each initial contact; no frame is added.
    language
        Of the words on the strip.
    part
        Which part of the clip to write, and how slow; None for all of it as it is.

    Raises
    ------
    UsageError
        The analysis has no pose in pixels.
    InputError
        ``video`` cannot be read.
    """
    from leanline.video.probe import read_timeline
    from leanline.video.reader import read_frames

    scene = build_scene(analysis)
    film = _Film(scene, film_view(scene, MAX_PX), texts(language))
    timeline = read_timeline(video)
    unit = mp4_time_base(timeline.time_base)
    part = part or Part()
    with written_atomically(Path(out)) as target, H264Writer(target, unit, crf=CRF) as writer:
        framing = Framing(analysis.video.rotated_deg)
        for frame in read_frames(video, start_s=part.start_s, framing=framing):
            if frame.time_s > part.end_s:
                break
            if progress:
                progress("drawing", min(frame.index / len(timeline.stamps), 1.0))
            shown_s = slowed_time_s(frame.time_s, scene) if slow_contacts else frame.time_s
            shown_s = (shown_s - part.start_s) * part.times
            writer.write(film.draw(frame), round(shown_s / unit))


@dataclass(frozen=True)
class Part:
    """A part of a clip.

    Parameters
    ----------
    start_s, end_s
        Seconds of the clip.
    times
        How many times slower it plays.
    """

    start_s: float = 0.0
    end_s: float = math.inf
    times: float = 1.0


@dataclass(frozen=True)
class _Film:
    """How the frames of one overlay are drawn."""

    scene: Scene
    view: FilmView | None
    words: Texts

    def draw(self, frame: Frame) -> Picture:
        """Draw a frame with its marks, and the numbers below it."""
        if self.view is None:
            picture, scale = shrink_to(frame.rgb(), MAX_PX)
            place = Placer(self.scene.height_px, scale)
        else:
            place = self.view.placer(frame.time_s)
            picture = self.view.show(frame.rgb(), place)
        marks = film_marks(self.scene, frame.time_s, place, self.words)
        drawn = draw_marks(picture, replace(marks, tiles=()))
        return np.vstack([drawn, draw_panel(marks.tiles, drawn.shape[1])])


def key_frame_png(video: Path, analysis: Analysis, time_s: float, out: Path) -> None:
    """Write one frame of the overlay as PNG.

    Parameters
    ----------
    video
        The clip.
    analysis
        With its pose.
    time_s
        Seconds of the clip; the first frame at or after it is taken.
    out
        The file to write.

    Raises
    ------
    InputError
        The clip cannot be read, or ends before.
    UsageError
        The analysis has no pose in pixels.
    """
    import cv2

    from leanline.video.reader import read_frames

    # Half a millisecond early, because rounded timestamps may be slightly too late.
    framing = Framing(analysis.video.rotated_deg)
    start_s = max(0.0, time_s - 0.0005)
    frame = next(read_frames(video, start_s=start_s, framing=framing), None)
    if frame is None:
        raise InputError("video.ends_before", path=video, time_s=float(time_s))
    picture = frame_with_marks(frame, build_scene(analysis))
    with written_atomically(Path(out)) as part:
        part.write_bytes(cv2.imencode(".png", picture[:, :, ::-1])[1].tobytes())


def frame_with_marks(frame: Frame, scene: Scene) -> Picture:
    """Draw a frame with its marks, upright and no larger than 1280 pixels.

    Parameters
    ----------
    frame
        Of the clip.
    scene
        Of the clip.

    Returns
    -------
    picture
        (H, W, 3) RGB with even sides.
    """
    picture, scale = shrink_to(frame.rgb(), MAX_PX)
    return draw_marks(
        picture, film_marks(scene, frame.time_s, Placer(scene.height_px, scale), texts("en"))
    )


def slowed_time_s(clip_s: float, scene: Scene) -> float:
    """When a frame is shown if the overlay is slowed around each contact.

    Parameters
    ----------
    clip_s
        Its time in the clip, seconds.
    scene
        With the contacts.

    Returns
    -------
    float
        Its time in the overlay, seconds; never earlier.
    """
    moments = sorted(contact.contact_s for contact in scene.contacts)
    around = SLOW_AROUND_S
    slow_s = sum(
        min(max(clip_s - (moment - around), 0.0), 2.0 * around)
        for moment in _drop_close(moments, 2.0 * around)
    )
    return clip_s + (SLOW_TIMES - 1.0) * slow_s


def _drop_close(moments: list[float], gap_s: float) -> list[float]:
    """Drop moments that follow the previous one too soon."""
    kept: list[float] = []
    for moment in moments:
        if not kept or moment - kept[-1] >= gap_s:
            kept.append(moment)
    return kept
