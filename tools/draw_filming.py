"""Draw the pictures of docs/howto/filming.md and of the page for new clips.

``python tools/draw_filming.py docs/pictures src/leanline/web/static/filming``

Each is a small SVG with a right or a wrong way to film. All coordinates are pixels of the
picture, x right and y down; the runner's are shares of body height, y up, facing right.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from math import cos, radians, sin
from pathlib import Path
from typing import Final

WIDTH, HEIGHT = 340, 250
INK, SOFT, LINE, CARD, GROUND = "#1d2a33", "#5b6b76", "#c9d3da", "#f7f9fa", "#dfe6ea"
GOOD, BAD, NEAR, FAR, SKIN = "#1b7f4d", "#b3261e", "#23506e", "#7f9db0", "#d9a98a"

Point = tuple[float, float]
#: A run at mid-stance: joints as shares of body height, from the standing ankle.
JOINTS: Final[dict[str, Point]] = {
    "ankle": (0.0, 0.04),
    "toe": (0.12, 0.0),
    "heel": (-0.04, 0.005),
    "knee": (0.075, 0.285),
    "hip": (0.035, 0.53),
    "shoulder": (0.085, 0.81),
    "head": (0.125, 0.925),
    "elbow": (-0.02, 0.665),
    "wrist": (0.115, 0.60),
    "far_knee": (0.17, 0.345),
    "far_ankle": (-0.02, 0.225),
    "far_toe": (0.005, 0.13),
    "far_elbow": (0.10, 0.64),
    "far_wrist": (0.235, 0.70),
}


def line(a: Point, b: Point, colour: str, width: float = 2.0, extra: str = "") -> str:
    """A straight stroke with round ends."""
    return (
        f'<line x1="{a[0]:.1f}" y1="{a[1]:.1f}" x2="{b[0]:.1f}" y2="{b[1]:.1f}" stroke="{colour}" '
        f'stroke-width="{width:.1f}" stroke-linecap="round"{extra}/>'
    )


def rect(x: float, y: float, width: float, height: float, fill: str, extra: str = "") -> str:
    """A rectangle from its upper left corner."""
    size = f'width="{width:.1f}" height="{height:.1f}"'
    return f'<rect x="{x:.1f}" y="{y:.1f}" {size} fill="{fill}"{extra}/>'


def disc(at: Point, radius: float, fill: str) -> str:
    """A filled circle."""
    return f'<circle cx="{at[0]:.1f}" cy="{at[1]:.1f}" r="{radius:.1f}" fill="{fill}"/>'


def words(
    at: Point, text: str, colour: str = SOFT, size: float = 14, anchor: str = "middle"
) -> str:
    """A line of text."""
    return (
        f'<text x="{at[0]:.1f}" y="{at[1]:.1f}" font-size="{size:g}" fill="{colour}" '
        f'text-anchor="{anchor}">{text}</text>'
    )


def draw_dashed_line(a: Point, b: Point) -> str:
    """A dashed line of sight."""
    return line(a, b, SOFT, 1.5, ' stroke-dasharray="5 5"')


def rotate(shapes: Iterable[str], degrees: float, about: Point) -> str:
    """Shapes turned clockwise about a point."""
    return f'<g transform="rotate({degrees:g} {about[0]:g} {about[1]:g})">{"".join(shapes)}</g>'


def runner(foot: Point, height: float, colours: tuple[str, str, str] = (NEAR, FAR, SKIN)) -> str:
    """A runner from the side, standing foot at ``foot``; colours of near, far and skin."""
    near, far, skin = colours
    thick = height * 0.075

    def at(name: str) -> Point:
        x, y = JOINTS[name]
        return foot[0] + height * x, foot[1] - height * y

    def limb(colour: str, width: float, *names: str) -> str:
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in map(at, names))
        return (
            f'<polyline points="{points}" fill="none" stroke="{colour}" '
            f'stroke-width="{width:.1f}" stroke-linecap="round" stroke-linejoin="round"/>'
        )

    return "".join(
        [
            limb(far, thick * 0.7, "shoulder", "far_elbow", "far_wrist"),
            limb(far, thick, "hip", "far_knee", "far_ankle"),
            limb(far, thick * 0.8, "far_ankle", "far_toe"),
            limb(near, thick * 1.75, "hip", "shoulder"),
            limb(near, thick * 1.1, "hip", "knee", "ankle"),
            limb(near, thick * 0.75, "heel", "toe"),
            limb(skin, thick * 0.7, "shoulder", "elbow", "wrist"),
            disc(at("head"), height * 0.07, skin),
        ]
    )


def phone(at: Point, degrees: float) -> str:
    """A phone seen from its edge, its lens towards the right before it is turned."""
    x, y = at
    body = rect(x - 5, y - 14, 10, 28, INK, ' rx="3"')
    return rotate([body, disc((x + 6, y - 8), 3, INK)], degrees, at)


def screen(inside: Iterable[str], clip: str, backdrop: str = "#e9f0f4", turn: float = 0.0) -> str:
    """What the phone shows: a landscape screen; ``clip`` names it in the picture."""
    x, y, width, height = 35, 22, 270, 160
    frame = rect(x - 8, y - 8, width + 16, height + 16, INK, ' rx="14"')
    shape = rect(x, y, width, height, "#000", ' rx="4"')
    hole = f'<clipPath id="{clip}">{shape}</clipPath>'
    content = rotate(inside, turn, (x + width / 2, y + height / 2))
    view = f'<g clip-path="url(#{clip})">{rect(x, y, width, height, backdrop)}{content}</g>'
    return hole + frame + view


def ground(y: float = 165, colour: str = GROUND) -> str:
    """The ground of a screen's picture, wider than it so that it may be turned."""
    return rect(-60, y, 460, 120, colour)


def wall(colour: str = "#cfd9df") -> str:
    """Uprights behind the runner, which tell what is level."""
    return "".join(line((x, -40), (x, 165), colour, 5) for x in (70, 165, 260))


def path_from_above() -> str:
    """The path with a runner on it, from above."""
    head = f'<path d="M318 46l-14 -8v16z" fill="{SOFT}"/>'
    body = f'<ellipse cx="170" cy="46" rx="9" ry="17" fill="{NEAR}"/>' + disc((172, 46), 7, SKIN)
    return (
        rect(16, 22, 308, 48, GROUND, ' rx="4"') + line((28, 46), (306, 46), SOFT, 2) + head + body
    )


def square_on() -> str:
    """From above: the camera looks at right angles to the path."""
    at = (170.0, 184.0)
    corner = f'<path d="M170 84h14v-14" fill="none" stroke="{GOOD}" stroke-width="2"/>'
    sight = (
        draw_dashed_line(at, (96, 70))
        + draw_dashed_line(at, (244, 70))
        + line(at, (170, 70), GOOD, 2)
    )
    return (
        path_from_above()
        + sight
        + corner
        + phone(at, -90)
        + words((214, 176), "5 m or more", INK, 15, "start")
    )


def at_an_angle() -> str:
    """From above: the camera looks along the path."""
    at = (52.0, 172.0)
    sight = (
        draw_dashed_line(at, (94, 70))
        + draw_dashed_line(at, (300, 70))
        + line(at, (163, 60), BAD, 2)
    )
    return (
        path_from_above()
        + sight
        + phone(at, -43)
        + words((176, 150), "steps and leans", INK, 15, "start")
        + words((176, 169), "look smaller", INK, 15, "start")
    )


def on_the_side(camera: Point, pitch: float, note: str, good: bool) -> str:
    """The scene from the end of the path's side: a camera and the runner it films."""
    floor = 186.0
    foot, height = (258.0, floor), 150.0
    hip = (foot[0], floor - 0.53 * height)
    stand = line(camera, (camera[0], floor), SOFT, 3)
    if camera[1] < floor - 16:
        stand += line((camera[0], floor - 26), (camera[0] - 15, floor), SOFT, 3)
        stand += line((camera[0], floor - 26), (camera[0] + 15, floor), SOFT, 3)
    sight = draw_dashed_line(camera, (foot[0] - 12, floor - height)) + draw_dashed_line(
        camera, (foot[0] - 12, floor - 2)
    )
    axis = line(camera, hip, GOOD if good else BAD, 2)
    return (
        rect(12, floor, 316, 8, GROUND)
        + from_behind(foot, height)
        + sight
        + axis
        + stand
        + phone(camera, pitch)
        + words((20, 32), note, INK, 15, "start")
    )


def at_the_hips() -> str:
    """From along the path: a level camera as high as the hips."""
    return on_the_side((70, 107), 0, "level", True)


def from_the_ground() -> str:
    """From along the path: a camera near the ground that looks up."""
    return on_the_side((120, 172), -22, "it looks up", False)


def from_behind(foot: Point, height: float) -> str:
    """A runner seen along the path, as one who stands beside the camera's line sees them."""
    x, y = foot

    def up(share: float) -> float:
        return y - share * height

    return "".join(
        [
            line((x - 7, up(0.03)), (x - 9, up(0.5)), NEAR, 12),
            line((x + 9, up(0.22)), (x + 9, up(0.5)), FAR, 12),
            line((x, up(0.54)), (x, up(0.76)), NEAR, 26),
            line((x - 19, up(0.77)), (x - 25, up(0.6)), SKIN, 8),
            line((x + 19, up(0.77)), (x + 25, up(0.6)), SKIN, 8),
            disc((x, up(0.93)), 0.07 * height, SKIN),
        ]
    )


def whole_body() -> str:
    """The screen: all of the body with room around it."""
    return screen([ground(), wall(), runner((160, 169), 122)], "whole")


def feet_cut_off() -> str:
    """The screen: the feet are outside."""
    return screen([wall(), runner((150, 206), 176)], "cut")


def level() -> str:
    """The screen of a level phone: uprights are upright."""
    plumb = draw_dashed_line((260, 24), (260, 180))
    return screen([ground(), wall(), runner((158, 169), 122)], "level") + plumb


def draw_tilted_phone() -> str:
    """The screen of a phone turned by 7 degrees."""
    plumb = draw_dashed_line((260, 24), (260, 180))
    return screen([ground(), wall(), runner((158, 169), 122)], "tilted", turn=-7) + plumb


def sun(at: Point) -> str:
    """A sun with its rays."""
    rays = [
        line(
            (at[0] + 17 * cos(radians(a)), at[1] + 17 * sin(radians(a))),
            (at[0] + 25 * cos(radians(a)), at[1] + 25 * sin(radians(a))),
            "#e0a100",
            3,
        )
        for a in range(0, 360, 45)
    ]
    return disc(at, 12, "#f2b600") + "".join(rays)


def lit_from_the_camera() -> str:
    """The screen: light falls on the side that is filmed."""
    shadow = '<ellipse cx="172" cy="171" rx="44" ry="5" fill="#b9c6ce"/>'
    return screen([ground(), wall(), shadow, runner((160, 169), 122)], "lit")


def against_the_light() -> str:
    """The screen: a bright window behind turns the runner into a dark shape."""
    dark = ("#3a4248", "#3a4248", "#3a4248")
    scene = [ground(165, "#6d7880"), sun((84, 56)), runner((160, 169), 122, dark)]
    return screen(scene, "against", "#fff6d6")


def treadmill(rail: bool) -> list[str]:
    """A treadmill from its side, with or without a rail before the runner."""
    belt = rect(70, 162, 200, 12, "#39434a", ' rx="6"')
    post = line((262, 164), (276, 84), "#39434a", 6) + line((266, 84), (284, 78), "#39434a", 8)
    bars = line((120, 108), (270, 108), "#39434a", 13) + line((126, 108), (126, 164), "#39434a", 9)
    body = runner((156, 161), 118)
    return [ground(174), belt, post, body, *([bars] if rail else [])]


def treadmill_free() -> str:
    """The screen: nothing between camera and runner."""
    return screen(treadmill(rail=False), "free")


def treadmill_hidden() -> str:
    """The screen: a rail hides the hips."""
    return screen(treadmill(rail=True), "hidden")


#: File name, whether it is right, what it shows, and what draws it.
PICTURES: Final[tuple[tuple[str, bool, str, Callable[[], str]], ...]] = (
    ("square-right", True, "Square to the path", square_on),
    ("square-wrong", False, "At an angle to the path", at_an_angle),
    ("height-right", True, "At the height of the hips", at_the_hips),
    ("height-wrong", False, "From the ground", from_the_ground),
    ("whole-right", True, "The whole body", whole_body),
    ("whole-wrong", False, "Feet outside the picture", feet_cut_off),
    ("level-right", True, "Phone level", level),
    ("level-wrong", False, "Phone tilted by 7°", draw_tilted_phone),
    ("light-right", True, "Light from behind you", lit_from_the_camera),
    ("light-wrong", False, "Against the light", against_the_light),
    ("treadmill-right", True, "Nothing in between", treadmill_free),
    ("treadmill-wrong", False, "A rail before the hips", treadmill_hidden),
)


def picture(right: bool, caption: str, content: str) -> str:
    """A whole SVG: the content on a card, with a tick or a cross before the caption."""
    colour, word = (GOOD, "Right") if right else (BAD, "Wrong")
    marks = {True: "M14 230l6 7l12 -15", False: "M16 222l14 14M30 222l-14 14"}
    stroke = f'stroke="{colour}" stroke-width="4" stroke-linecap="round"'
    card = rect(1, 1, WIDTH - 2, HEIGHT - 2, CARD, f' rx="12" stroke="{LINE}"')
    tick = f'<path d="{marks[right]}" fill="none" {stroke}/>'
    label = words(
        (42, 236),
        f'<tspan font-weight="700" fill="{colour}">{word}:</tspan> {caption}',
        INK,
        16,
        "start",
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" font-family="system-ui, sans-serif" role="img">'
        f"<title>{word}: {caption}</title>"
        f"{card}{content}{tick}{label}</svg>\n"
    )


def main(folder: Path) -> None:
    """Write every picture into the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, right, caption, draw in PICTURES:
        (folder / f"{name}.svg").write_text(picture(right, caption, draw()), encoding="utf-8")


if __name__ == "__main__":
    for argument in sys.argv[1:]:
        main(Path(argument))
