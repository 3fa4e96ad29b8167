"""A picture of what was found in a clip, such as one that was refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from leanline.errors import NobodyError
from leanline.files import written_atomically
from leanline.model import Array, FoundPeople, PersonPath, PoseTrack
from leanline.skeleton import ANKLE_AND_FOOT, BONES, FOOT, LEG, SIDES
from leanline.video.caption import with_caption
from leanline.video.draw import (
    ORANGE,
    SKY_BLUE,
    WHITE,
    YELLOW,
    Dot,
    Label,
    Marks,
    Picture,
    Stroke,
    draw_marks,
    shrink_to,
)
from leanline.video.framing import Framing

# Longer side of the picture, and size of a picture drawn of a track that has none.
_MAX_PX: Final = 1280
_TRACK_SIZE: Final = (720, 720)
_TRACK_MARGIN: Final = 0.12
_TRACK_GREY: Final = 48
_NAME_OFFSET_PX: Final = 75.0
# Everybody seen within this time of the frame is drawn, seconds.
_NEAR_S: Final = 0.3
# A frame counts as complete with this share of the most points seen in any.
_COMPLETE: Final = 0.9
# Parts of the body that a rule looks at.
_TRUNK: Final = ("shoulder", "hip")
_PARTS: Final[Mapping[str, tuple[str, ...]]] = {
    "nobody.feet_hidden": FOOT,
    **dict.fromkeys(("nobody.trunk_low", "nobody.lying", "nobody.turned_standing"), _TRUNK),
    **dict.fromkeys(("nobody.flat_hips", "nobody.hips_move"), ("hip",)),
    "nobody.legs_bent": ("hip", "knee", "ankle"),
    **dict.fromkeys(
        (
            *("nobody.one_foot", "nobody.swing_low", "nobody.no_contacts", "nobody.feet_move"),
            *("nobody.feet_apart", "nobody.slanted"),
        ),
        ANKLE_AND_FOOT,
    ),
    "nobody.jerky": LEG,
}


def write_found_picture(clip: Path, found: FoundPeople, out: Path, code: str, text: str) -> bool:
    """Draw who was found, with a sentence below, and write it as a picture.

    Parameters
    ----------
    clip
        The film; not opened for a track, whose points are drawn on a plain ground.
    found
        Who was found.
    out
        Where to write, whole or not at all; its suffix, such as ``.png``, names the format.
    code
        Of the rule that refused the clip; the parts of the body that it looks at are marked.
    text
        What is written below; nothing if empty.

    Returns
    -------
    bool
        Whether there was anything to draw: not for a clip without frames or points.

    Raises
    ------
    InputError
        The clip cannot be read.
    OSError
        The picture cannot be written.
    """
    picture = found_picture(clip, found, code)
    if picture is None:
        return False
    from PIL import Image

    with written_atomically(out) as part:
        kind = Image.registered_extensions().get(out.suffix.lower(), "PNG")
        Image.fromarray(with_caption(picture, text)).save(part, format=kind)
    return True


def write_refusal_picture(clip: Path, error: NobodyError, out: Path, text: str) -> bool:
    """``write_found_picture`` of a refusal.

    Parameters
    ----------
    clip
        The film.
    error
        The refusal; nothing is drawn if it does not carry who was found.
    out
        Where to write.
    text
        What is written below.

    Returns
    -------
    bool
        Whether a picture was written.

    Raises
    ------
    InputError, OSError
        As ``write_found_picture`` does.
    """
    if not isinstance(error.found, FoundPeople):
        return False
    return write_found_picture(clip, error.found, out, error.reason.code, text)


def found_picture(clip: Path, found: FoundPeople, code: str = "") -> Picture | None:
    """Draw who was found on the frame that shows most of them.

    Parameters
    ----------
    clip
        The film; not opened for a track.
    found
        Who was found.
    code
        Of the rule that refused the clip.

    Returns
    -------
    picture or None
        (H, W, 3) RGB; None if there is nothing to draw on.

    Raises
    ------
    InputError
        The clip cannot be read.
    """
    if not found.video.width:
        return None if found.pose is None else _track_picture(found.pose, code)
    time_s = _best_time_s(found)
    picture = _frame_at(clip, time_s, found.video.rotated_deg)
    if picture is None:
        return None
    small, scale = shrink_to(picture, _MAX_PX)
    strokes = tuple(
        stroke
        for person in found.people
        for stroke in _box(person, time_s, scale, followed=_is_followed(person, found))
    )
    body = Marks()
    if found.pose is not None:
        points = _points_at(found.pose, time_s)
        flipped = {
            name: np.array([x, found.video.height - y]) * scale for name, (x, y) in points.items()
        }
        body = _body_marks(flipped, code)
    labels = tuple(_scores(found.people, time_s, scale))
    return draw_marks(small, Marks((*strokes, *body.strokes), body.dots, labels))


def _best_time_s(found: FoundPeople) -> float:
    """The time at which most of the body is seen, or else the middle of the surest path."""
    pose = found.pose
    if pose is not None and len(pose.time_s):
        seen = np.isfinite(pose.xy).all(axis=2).sum(axis=1)
        complete = np.flatnonzero(seen >= _COMPLETE * seen.max())
        return float(pose.time_s[complete[len(complete) // 2]])
    if found.people:
        surest = max(found.people, key=lambda person: float(np.median(person.score)))
        return float(surest.time_s[len(surest.time_s) // 2])
    return 0.5 * found.video.duration_s


def _frame_at(clip: Path, time_s: float, rotate_deg: int) -> Picture | None:
    from leanline.video.reader import read_frames

    # Half a millisecond early, because rounded time stamps may be slightly too late.
    start_s = max(time_s - 0.0005, 0.0)
    frame = next(read_frames(clip, start_s=start_s, framing=Framing(rotate_deg)), None)
    return None if frame is None else frame.rgb()


def _is_followed(person: PersonPath, found: FoundPeople) -> bool:
    """Whether a path is that of the person whose keypoints were read: there at the same time."""
    if found.pose is None:
        return False
    k = len(person.time_s) // 2
    x, y, radius = person.circle_px[k]
    nearest = int(np.argmin(np.abs(found.pose.time_s - person.time_s[k])))
    if abs(float(found.pose.time_s[nearest] - person.time_s[k])) > _NEAR_S:
        return False
    hips = found.pose.mid("hip")[nearest]
    return bool(np.hypot(hips[0] - x, found.video.height - hips[1] - y) < 0.5 * radius)


class _Sighting(NamedTuple):
    """A person in view at a time: circle in pixels of the drawing, and how surely it is one."""

    x: float
    y: float
    radius: float
    score: float


def _in_view(person: PersonPath, time_s: float, scale: float) -> _Sighting | None:
    k = int(np.argmin(np.abs(person.time_s - time_s)))
    if abs(float(person.time_s[k]) - time_s) > _NEAR_S:
        return None
    x, y, radius = (float(value) * scale for value in person.circle_px[k])
    return _Sighting(x, y, radius, float(person.score[k]))


def _box(person: PersonPath, time_s: float, scale: float, *, followed: bool) -> Iterator[Stroke]:
    """The square around a person who is in view at that time."""
    seen = _in_view(person, time_s, scale)
    if seen is None:
        return
    x, y, radius, _ = seen
    corners = [(x + radius * a, y + radius * b) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1))]
    for start, end in zip(corners, (*corners[1:], corners[0]), strict=True):
        yield Stroke(start, end, YELLOW if followed else SKY_BLUE, 2.0, dashed=not followed)


def _scores(people: tuple[PersonPath, ...], time_s: float, scale: float) -> Iterator[Label]:
    """How surely each of the people in view was taken for one, percent, above their square."""
    for person in people:
        seen = _in_view(person, time_s, scale)
        if seen is not None:
            yield Label(f"{100 * seen.score:.0f} %", (seen.x, seen.y - seen.radius), size=18.0)


def _points_at(pose: PoseTrack, time_s: float) -> dict[str, Array]:
    k = int(np.argmin(np.abs(pose.time_s - time_s)))
    return {
        name: pose.xy[k, i]
        for i, name in enumerate(pose.keypoints)
        if np.isfinite(pose.xy[k, i]).all()
    }


def _body_marks(points: Mapping[str, Array], code: str) -> Marks:
    """Bones and points, those that the rule looks at in orange and larger."""
    looked_at = {f"{side}_{part}" for side in SIDES for part in _PARTS.get(code, ())}
    pairs = [(f"{side}_{a}", f"{side}_{b}") for side in SIDES for a, b in BONES]
    strokes = tuple(
        Stroke(_at(points[a]), _at(points[b]), ORANGE if {a, b} <= looked_at else WHITE, 2.5)
        for a, b in pairs
        if a in points and b in points
    )
    dots = tuple(
        Dot(_at(xy), ORANGE, 7.0) if name in looked_at else Dot(_at(xy), YELLOW, 4.0)
        for name, xy in points.items()
    )
    return Marks(strokes, dots)


def _at(xy: Array) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])


def _track_picture(pose: PoseTrack, code: str) -> Picture | None:
    """The body of a track on a plain ground, y up."""
    seen = np.isfinite(pose.xy).all(axis=2).sum(axis=1)
    if not len(seen) or not seen.max():
        return None
    points = _points_at(pose, float(pose.time_s[int(np.argmax(seen))]))
    width, height = _TRACK_SIZE
    places = np.array(list(points.values()))
    middle = 0.5 * (places.min(axis=0) + places.max(axis=0))
    extent = max(float(np.ptp(places, axis=0).max()), 1e-9)
    scale = (1.0 - 2.0 * _TRACK_MARGIN) * min(width, height) / extent
    shown = {
        name: np.array([width / 2, height / 2]) + (xy - middle) * (scale, -scale)
        for name, xy in points.items()
    }
    ground = np.full((height, width, 3), _TRACK_GREY, np.uint8)
    labels = tuple(_name_label(name, xy) for name, xy in shown.items() if _is_named(name))
    marks = _body_marks(shown, code)
    return draw_marks(ground, Marks(marks.strokes, marks.dots, labels))


def _is_named(name: str) -> bool:
    """Whether a point is named in the picture of a track: those of trunk and legs are."""
    return name.endswith((*_TRUNK, *LEG))


def _name_label(name: str, xy: Array) -> Label:
    """A point's name beside it, to the right of those of the right side."""
    beside = -_NAME_OFFSET_PX if name.startswith("left") else _NAME_OFFSET_PX
    return Label(name, (float(xy[0]) + beside, float(xy[1])), size=13.0)
