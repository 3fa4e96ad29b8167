"""The marks drawn on frames of the overlay and on the report's pictures.

Consistent everywhere: left side blue, right side orange (the far side darker), lean line yellow,
plumb line white and dashed, coaching band green.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from leanline.metrics.body import centre_of_mass
from leanline.model import Array, PoseTrack
from leanline.report.catalog import Texts
from leanline.report.charts import BAND
from leanline.report.key_frames import Kind, Shot
from leanline.report.picture_geometry import Placer, Points, Scene, middle, point, points_at
from leanline.skeleton import BONES, LEG, SIDES, Side, other
from leanline.video.draw import (
    ORANGE,
    SKY_BLUE,
    WHITE,
    YELLOW,
    Area,
    Colour,
    Dot,
    Label,
    Marks,
    Stroke,
    Tile,
)

# The hue of the band everywhere, lighter for pictures.
BAND_GREEN: Final[Colour] = (0x2F, 0xC7, 0x9B)
COLOURS: Final[Mapping[Side, Colour]] = {"left": SKY_BLUE, "right": ORANGE}
# Joints drawn as dots; face and hands would only clutter the picture.
_JOINTS: Final = ("shoulder", "elbow", "wrist", "hip", *LEG)
_MIDDLES: Final = (("neck", "mid_hip"), ("head_top", "neck"))
_FAR_SHARE: Final = 0.6
_MID_STANCE: Final = (0.4, 0.6)
_OVER_HEAD: Final = 1.32


def film_marks(scene: Scene, time_s: float, place: Placer, words: Texts) -> Marks:
    """The marks of one frame of the overlay.

    Parameters
    ----------
    scene
        Of the clip.
    time_s
        When, seconds of the clip.
    place
        Maps the track to the picture.
    words
        Of the panel.

    Returns
    -------
    Marks
        Outside the track, the panel only.
    """
    points = points_at(scene.pose, time_s)
    if not points:
        return Marks(tiles=_tiles(scene, time_s, words))
    if scene.standing:
        return _standing_film(scene, points, place, words)
    strokes, dots = skeleton(scene, points, place)
    labels: list[Label] = []
    for contact in scene.contacts:
        if contact.contact_s <= time_s < contact.toe_off_s:
            strokes += foot_bar(scene, points, contact.side, place)
            line, label = lean_line(scene, points, point(points, f"{contact.side}_ankle"), place)
            strokes += line
            labels += label
    return Marks(
        tuple(strokes),
        tuple(dots),
        tuple(labels),
        tiles=_tiles(scene, time_s, words),
        tiles_on_top=scene.feet_in_corner,
    )


def _standing_film(scene: Scene, points: Points, place: Placer, words: Texts) -> Marks:
    """Marks of the standing drill: skeleton, lean line, band, and the lean as a number."""
    strokes, dots = skeleton(scene, points, place)
    foot, shoulder = middle(points, "ankle"), middle(points, "shoulder")
    length = _OVER_HEAD * float(np.hypot(*(shoulder - foot)))
    lines, _ = lean_line(scene, points, foot, place)
    lean = scene.lean_deg(foot, shoulder)
    return Marks(
        (*strokes, *lines),
        tuple(dots),
        areas=(band_wedge(scene, foot, length, place),),
        tiles=(
            Tile(words.say("ui.film_lean"), words.language.number(_degrees(lean)) or "-", YELLOW),
        ),
        tiles_on_top=scene.feet_in_corner,
    )


def shot_marks(scene: Scene, shot: Shot, place: Placer) -> Marks:
    """The marks of a picture in the report, as its kind asks for.

    Parameters
    ----------
    scene
        Of the clip.
    shot
        The key frame.
    place
        Maps the track to the picture.

    Returns
    -------
    Marks
        None outside the track.
    """
    points = points_at(scene.pose, shot.time_s)
    if not points:
        return Marks()
    return _OF_KIND[shot.kind](scene, shot, points, place)


def skeleton(scene: Scene, points: Points, place: Placer) -> tuple[list[Stroke], list[Dot]]:
    """Draw both sides of the body; the far one is darker, thinner and drawn first.

    Parameters
    ----------
    scene
        Of the clip.
    points
        At the moment.
    place
        Maps the track to the picture.

    Returns
    -------
    tuple of list
        Strokes and dots.
    """
    near = scene.near or "right"
    strokes: list[Stroke] = []
    dots: list[Dot] = []
    for side in (other(near), near):
        colour, width, radius = COLOURS[side], 3.0, 4.0
        if side != near and scene.near:
            colour, width, radius = _darker(colour), 2.0, 3.0
        for a, b in (*((f"{side}_{a}", f"{side}_{b}") for a, b in BONES), *_MIDDLES):
            strokes.append(Stroke(place(point(points, a)), place(point(points, b)), colour, width))
        dots += [Dot(place(point(points, f"{side}_{p}")), colour, radius) for p in _JOINTS]
    return strokes, dots


def foot_bar(scene: Scene, points: Points, side: Side, place: Placer) -> list[Stroke]:
    """Draw a bar under the foot on the ground, in the colour of its side.

    Parameters
    ----------
    scene
        Of the clip.
    points
        At the moment.
    side
        The foot.
    place
        Maps the track to the picture.

    Returns
    -------
    list of Stroke
        Empty if the foot is not seen.
    """
    heel, toe = point(points, f"{side}_heel"), point(points, f"{side}_foot_index")
    under = -0.10 * float(np.hypot(*(toe - heel))) * scene.up
    return [Stroke(place(heel + under), place(toe + under), COLOURS[side], 7.0)]


def lean_line(
    scene: Scene, points: Points, foot: Array, place: Placer
) -> tuple[list[Stroke], list[Label]]:
    """Draw the line from foot to mid-shoulder, the plumb line, and the angle between them.

    Parameters
    ----------
    scene
        Of the clip.
    points
        At the moment.
    foot
        (2,) where the line starts, in the track.
    place
        Maps the track to the picture.

    Returns
    -------
    tuple of list
        Strokes and labels.
    """
    shoulder = middle(points, "shoulder")
    length = _OVER_HEAD * float(np.hypot(*(shoulder - foot)))
    lean = scene.lean_deg(foot, shoulder)
    if not np.isfinite(lean):
        return [], []
    end = foot + length * scene.tilted(lean)
    strokes = [
        Stroke(place(foot), place(foot + length * scene.up), WHITE, 2.0, dashed=True),
        Stroke(place(foot), place(end), YELLOW, 4.0),
    ]
    return strokes, [Label(f"{lean:.0f}°", place(end), YELLOW)]


def band_wedge(scene: Scene, foot: Array, length: float, place: Placer) -> Area:
    """Draw the coaching band as a wedge from the foot.

    Parameters
    ----------
    scene
        Of the clip.
    foot
        (2,) its tip, in the track.
    length
        Of its sides, in the track's pixels.
    place
        Maps the track to the picture.

    Returns
    -------
    Area
        Translucent.
    """
    rim = [foot + length * scene.tilted(angle) for angle in np.linspace(*BAND, 6)]
    return Area(tuple(place(corner) for corner in (foot, *rim)), BAND_GREEN, 0.45)


def _tiles(scene: Scene, time_s: float, words: Texts) -> tuple[Tile, ...]:
    """Return step counter, cadence, and for each side the lean at its last mid-stance."""
    if scene.standing:
        return (Tile(words.say("ui.film_lean"), "-", YELLOW),)
    if not scene.contacts:
        return ()
    count = sum(contact.contact_s <= time_s for contact in scene.contacts)
    tiles = [Tile(words.say("ui.film_step"), f"{count}")]
    if scene.cadence_spm is not None:
        tiles.append(Tile(words.say("ui.film_cadence"), f"{scene.cadence_spm:.0f}"))
    if scene.steps:
        # The sides differ, so that a single number would jump with every step.
        tiles += [
            Tile(
                words.say(f"ui.film_lean_{side}"),
                _last_lean(scene, side, time_s, words),
                COLOURS[side],
            )
            for side in SIDES
        ]
    return tuple(tiles)


def _last_lean(scene: Scene, side: Side, time_s: float, words: Texts) -> str:
    shown = [
        step.values.get("lean_body_deg", np.nan)
        for step in scene.steps
        if step.side == side
        and step.contact_s + _MID_STANCE[1] * (step.toe_off_s - step.contact_s) <= time_s
    ]
    return (words.language.number(_degrees(shown[-1])) if shown else "") or "-"


def _lean_marks(scene: Scene, shot: Shot, points: Points, place: Placer) -> Marks:
    foot = point(points, f"{shot.side}_ankle")
    return _on_band(scene, points, foot, place, shot.value)


def _stand_marks(scene: Scene, shot: Shot, points: Points, place: Placer) -> Marks:
    return _on_band(scene, points, middle(points, "ankle"), place, shot.value)


def _on_band(scene: Scene, points: Points, foot: Array, place: Placer, value: float) -> Marks:
    """Lean line, plumb line and band, with the measured value if there is one."""
    shoulder = middle(points, "shoulder")
    length = _OVER_HEAD * float(np.hypot(*(shoulder - foot)))
    strokes, labels = lean_line(scene, points, foot, place)
    if np.isfinite(value):
        labels = [Label(_degrees(value), label.at, YELLOW, 30.0) for label in labels]
    hip = middle(points, "hip")
    dots = [Dot(place(p), YELLOW, 6.0) for p in (foot, hip, shoulder)]
    return Marks(
        tuple(strokes), tuple(dots), tuple(labels), (band_wedge(scene, foot, length, place),)
    )


def _bend_marks(scene: Scene, shot: Shot, points: Points, place: Placer) -> Marks:
    """Ankle, hip and shoulder, with the leg line extended as a dashed line."""
    foot, hip = point(points, f"{shot.side}_ankle"), middle(points, "hip")
    shoulder = middle(points, "shoulder")
    leg, trunk = hip - foot, float(np.hypot(*(shoulder - hip)))
    straight = hip + 1.35 * trunk * leg / float(np.hypot(*leg))
    end = hip + 1.35 * (shoulder - hip)
    strokes = (
        Stroke(place(hip), place(straight), WHITE, 3.0, dashed=True),
        Stroke(place(foot), place(hip), YELLOW, 5.0),
        Stroke(place(hip), place(end), YELLOW, 5.0),
    )
    dots = tuple(Dot(place(p), YELLOW, 7.0) for p in (foot, hip, shoulder))
    # Behind the hip, where it covers neither the lines nor the face.
    label = Label(_degrees(shot.value), place(hip - 0.6 * trunk * scene.forward), YELLOW, 30.0)
    return Marks(strokes, dots, (label,))


def _landing_marks(scene: Scene, shot: Shot, points: Points, place: Placer) -> Marks:
    """Shin and sole of the landing foot, and the plumb line from the centre of mass."""
    side = shot.side or "left"
    knee, ankle, heel, toe = (point(points, f"{side}_{part}") for part in LEG)
    mass = _mass_centre(scene.pose, shot.time_s)
    drop = mass + float((heel - mass) @ scene.up) * scene.up
    colour = COLOURS[side]
    strokes = (
        Stroke(place(mass), place(drop), WHITE, 3.0, dashed=True),
        Stroke(place(drop), place(heel), WHITE, 3.0),
        Stroke(place(knee), place(ankle), colour, 5.0),
        Stroke(place(heel), place(toe), colour, 6.0),
    )
    dots = (Dot(place(mass), WHITE, 7.0), *(Dot(place(p), colour, 6.0) for p in (knee, ankle)))
    return Marks(strokes, dots)


def _mass_centre(pose: PoseTrack, time_s: float) -> Array:
    at = int(np.argmin(np.abs(pose.time_s - time_s)))
    near = slice(max(at - 1, 0), at + 2)
    few = PoseTrack(
        pose.time_s[near], pose.xy[near], pose.confidence[near], pose.keypoints, pose.unit
    )
    found = centre_of_mass(few)
    known = np.isfinite(found).all(axis=1)
    return np.asarray(found[known].mean(axis=0)) if known.any() else np.full(2, np.nan)


def _degrees(value: float) -> str:
    return f"{value:.1f}°" if np.isfinite(value) else ""


def _darker(colour: Colour) -> Colour:
    red, green, blue = (round(_FAR_SHARE * part) for part in colour)
    return red, green, blue


_OF_KIND: Final[Mapping[Kind, Callable[[Scene, Shot, Points, Placer], Marks]]] = {
    "lean": _lean_marks,
    "stand": _stand_marks,
    "bend": _bend_marks,
    "landing": _landing_marks,
}
