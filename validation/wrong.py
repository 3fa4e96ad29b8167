"""Footage of anything other than one runner from the side, made from existing clips.

A ``Show`` says what is shown, how to make it (a film, or keypoints where there is no footage
of such a thing), and which answers are right.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache, partial
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from leanline.model import PoseTrack
from leanline.video.reader import read_frames
from tests.captures import mirrored as mirrored_track
from tests.motions import MOTIONS, track_of
from tests.rear import running_body, seen_by_camera, standing_body
from tests.synthetic import synthetic_runner
from validation.spoil import Film, Picture

RATE_HZ: Final = 30.0
SECONDS: Final = 4.0
SIZE: Final = (720, 1280)
REFUSED: Final = "refused"
# Bones of a drawn figure.
BONES: Final = tuple(
    (f"{side}_{a}", f"{side}_{b}")
    for side in ("left", "right")
    for a, b in (
        ("shoulder", "hip"),
        ("hip", "knee"),
        ("knee", "ankle"),
        ("heel", "foot_index"),
        ("ankle", "heel"),
        ("shoulder", "elbow"),
        ("elbow", "wrist"),
    )
)


@dataclass(frozen=True)
class Show:
    """Something to show: a film or keypoints, and the answers that are right.

    ``right`` are labels (``running``, ``walking``, ``standing``, with ``, front`` or ``, back``
    when not from the side) or ``refused``; ``like`` is a clip whose truth the numbers must
    hold, where they may be given; ``person`` is what is asked for.
    """

    what: str
    made: str
    right: tuple[str, ...]
    film: Callable[[Path], Film] | None = None
    track: Callable[[], PoseTrack] | None = None
    like: tuple[str, ...] = ()
    person: int | None = None


def shows() -> tuple[Show, ...]:
    """Everything that is shown."""
    return (*_filmed_shows(), *_drawn_shows(), *_as_keypoints())


def _filmed_shows() -> tuple[Show, ...]:
    jogger, woman = "lean09", "tm_f_rtl_60"
    four = ("lean09", "tm_f_rtl_60", "lean15", "waist20_rtl")
    return (
        Show("a walker, a jumper beside", "real clip", ("walking",), real("walker_and_jumper")),
        Show("the jumper", "same, --person", (REFUSED,), real("walker_and_jumper"), person=1),
        Show("an empty track", "rendered clip", (REFUSED,), clip("nobody")),
        Show("an empty treadmill", "runner painted out", (REFUSED,), empty_treadmill),
        Show("somebody who stands", "rendered clip", ("standing",), clip("stand10_bend15")),
        Show("behind a counter", "hidden from the hips down", (REFUSED,), behind_a_counter),
        Show("a photograph of a runner", "one frame, held", (REFUSED,), photograph(jogger)),
        Show("a slideshow of a runner", "a frame each 0.7 s", (REFUSED,), slideshow(jogger)),
        Show("half a second of running", "cut short", (REFUSED,), shorten(jogger, 0.5)),
        Show("running backwards", "played in reverse", (REFUSED, "running"), reverse(jogger)),
        Show(
            "two clips cut together",
            "2 s each",
            (REFUSED, "running"),
            cut_together,
            like=(jogger, woman),
        ),
        Show("a crowd of four", "side by side", ("running",), crowd(four), like=four),
        Show("a runner beside a mirror", "side by side", ("running",), mirrored, like=(jogger,)),
        Show("a phone's screen recorded", "small, with bars", ("running",), screen, like=(jogger,)),
        Show(
            "a runner upside down",
            "turned, no flag",
            ("running", REFUSED),
            upside_down,
            like=(jogger,),
        ),
        Show(
            "a runner on their side", "turned, no flag", ("running",), on_the_side, like=(jogger,)
        ),
        Show(
            "a title, then a runner", "1.5 s of a card", ("running",), after_a_card, like=(jogger,)
        ),
        Show("a black picture", "made", (REFUSED,), plain(0)),
        Show("snow on the screen", "made", (REFUSED,), snow),
    )


def _drawn_shows() -> tuple[Show, ...]:
    return (
        Show("a drawn figure that runs", "sticks", ("running", REFUSED), stick_figure("running")),
        Show("a drawn figure that cycles", "sticks", (REFUSED,), stick_figure("pedalling")),
        Show("a drawn figure that sits", "sticks", (REFUSED,), stick_figure("sitting")),
        Show("a drawn figure, still", "sticks", (REFUSED, "standing"), stick_figure("still")),
        Show("a dog that runs", "drawn", (REFUSED,), dog),
        Show("a swinging pendulum", "drawn", (REFUSED,), pendulum),
    )


def _as_keypoints() -> tuple[Show, ...]:
    others = tuple(
        Show(name, "keypoints", (REFUSED,), track=partial(track_of, motion))
        for name, motion in MOTIONS.items()
    )
    return (
        *others,
        Show("walking", "keypoints", ("walking",), track=_walker),
        Show("running out and back", "keypoints", ("running",), track=_out_and_back),
        Show("running, 12 frames a second", "keypoints", (REFUSED,), track=_thinned),
        Show("running, hips and knees only", "keypoints", (REFUSED,), track=_hips_and_knees),
        Show("running seen from in front", "keypoints", ("running, front",), track=_abreast(True)),
        Show(
            "running seen from behind", "keypoints", ("running, back",), track=_abreast(True, True)
        ),
        Show(
            "standing seen from in front", "keypoints", ("standing, front",), track=_abreast(False)
        ),
        Show(
            "running 30 degrees off straight behind",
            "keypoints",
            (REFUSED, "running, back"),
            track=_slanting(30.0),
        ),
        Show("running 50 degrees off the side", "keypoints", (REFUSED,), track=_slanting(40.0)),
    )


def _out_and_back() -> PoseTrack:
    """Four seconds to the right, then two to the left."""
    made = synthetic_runner(fps=60, seconds=4.0).pose
    back = mirrored_track(made).select(made.time_s < made.time_s[0] + 2.0)
    later_s = made.time_s[-1] + 1.0 / 60.0 - back.time_s[0]
    return replace(
        made,
        time_s=np.concatenate([made.time_s, back.time_s + later_s]),
        xy=np.concatenate([made.xy, back.xy]),
        confidence=np.concatenate([made.confidence, back.confidence]),
    )


def _thinned() -> PoseTrack:
    """Every fifth frame of 60 a second, as where the others only repeat one before."""
    made = synthetic_runner(fps=60, seconds=5.0).pose
    return made.select(np.arange(len(made.time_s)) % 5 == 0)


def _hips_and_knees() -> PoseTrack:
    made = synthetic_runner(fps=60).pose
    kept = [k for k, name in enumerate(made.keypoints) if name.endswith(("hip", "knee"))]
    return replace(
        made,
        xy=made.xy[:, kept],
        confidence=made.confidence[:, kept],
        keypoints=tuple(made.keypoints[k] for k in kept),
    )


def _walker() -> PoseTrack:
    made = synthetic_runner(duty_factor=0.62, speed_mps=1.4, cadence_spm=110, bounce_m=0.04)
    return made.pose


def _abreast(runs: bool, behind: bool = False) -> Callable[[], PoseTrack]:
    def make() -> PoseTrack:
        times, body = running_body() if runs else standing_body()
        return seen_by_camera(times, body, "back" if behind else "front", noise=1.0)

    return make


def _slanting(off_behind_deg: float) -> Callable[[], PoseTrack]:
    def make() -> PoseTrack:
        times, body = running_body()
        return seen_by_camera(times, body, "back", yaw_deg=off_behind_deg, noise=1.0)

    return make


# --- films from clips


@cache
def _frames(path: Path) -> tuple[tuple[Picture, ...], tuple[float, ...]]:
    frames = list(read_frames(path, end_s=SECONDS))
    return tuple(frame.rgb() for frame in frames), tuple(frame.time_s for frame in frames)


def _render(shared: Path, name: str) -> Film:
    pictures, times = _frames(shared / "data" / "rendered" / f"{name}.mp4")
    return list(pictures), list(times)


def clip(name: str) -> Callable[[Path], Film]:
    """A rendered clip as it is."""
    return lambda shared: _render(shared, name)


def real(name: str) -> Callable[[Path], Film]:
    """A real clip as it is, whole."""

    def make(shared: Path) -> Film:
        frames = list(read_frames(shared / "data" / "real" / f"{name}.mp4"))
        return [frame.rgb() for frame in frames], [frame.time_s for frame in frames]

    return make


def empty_treadmill(shared: Path) -> Film:
    """The middle picture of a treadmill clip, the runner covered by wall and belt from beside."""
    pictures, times = _render(shared, "tm_f_rtl_60")
    scene = np.median(np.stack(pictures[::8]), axis=0).astype(np.uint8)
    width = scene.shape[1]
    left, right, patch = int(0.36 * width), int(0.56 * width), int(0.07 * width)
    for start in range(left, right, patch):
        stop = min(start + patch, right)
        scene[:, start:stop] = scene[:, right : right + stop - start]
    return [_grain(scene, k) for k in range(len(times))], times


def behind_a_counter(shared: Path) -> Film:
    """Somebody who leans, seen above a counter that hides them from the hips down."""
    pictures, times = _render(shared, "stand10_bend15")
    covered = [p.copy() for p in pictures]
    for picture in covered:
        picture[int(0.58 * len(picture)) :] = (110, 80, 50)
    return covered, times


def photograph(name: str) -> Callable[[Path], Film]:
    """One frame of a runner, with a camera's noise."""

    def make(shared: Path) -> Film:
        pictures, times = _render(shared, name)
        return [_grain(pictures[10], k) for k in range(len(times))], times

    return make


def slideshow(name: str) -> Callable[[Path], Film]:
    """Photographs of a runner, each for 0.7 s."""

    def make(shared: Path) -> Film:
        pictures, times = _render(shared, name)
        chosen = [int(t / 0.7) * 17 % len(pictures) for t in times]
        return [_grain(pictures[k], i) for i, k in enumerate(chosen)], times

    return make


def shorten(name: str, seconds: float) -> Callable[[Path], Film]:
    """The start of a clip."""

    def make(shared: Path) -> Film:
        pictures, times = _render(shared, name)
        kept = sum(t < seconds for t in times)
        return pictures[:kept], times[:kept]

    return make


def reverse(name: str) -> Callable[[Path], Film]:
    """A clip played from its end to its start."""

    def make(shared: Path) -> Film:
        pictures, times = _render(shared, name)
        return pictures[::-1], times

    return make


def cut_together(shared: Path) -> Film:
    """Two seconds of one runner, then two of another."""
    one, other = (_at_rate(_render(shared, n), RATE_HZ)[0] for n in ("lean09", "tm_f_rtl_60"))
    half = round(0.5 * SECONDS * RATE_HZ)
    pictures = [*one[:half], *other[:half]]
    return pictures, (np.arange(len(pictures)) / RATE_HZ).tolist()


def crowd(names: tuple[str, ...]) -> Callable[[Path], Film]:
    """Runners side by side."""

    def make(shared: Path) -> Film:
        films = [_at_rate(_render(shared, name), RATE_HZ)[0] for name in names]
        pictures = [
            np.concatenate([_column(picture) for picture in row], axis=1)
            for row in zip(*films, strict=False)
        ]
        return pictures, (np.arange(len(pictures)) / RATE_HZ).tolist()

    return make


def _column(picture: Picture) -> Picture:
    """The middle of the picture, where the runner is, three tenths of its width."""
    width = picture.shape[1]
    return picture[:, int(0.34 * width) : int(0.64 * width)]


def mirrored(shared: Path) -> Film:
    """A runner beside their own mirror image."""
    pictures, times = _render(shared, "lean09")
    width = pictures[0].shape[1]
    halves = [p[:, width // 4 : 3 * width // 4] for p in pictures]
    return [np.concatenate([half, half[:, ::-1]], axis=1) for half in halves], times


def screen(shared: Path) -> Film:
    """A clip at 45 % of its size on a grey page with lines of text and a player's bar."""
    pictures, times = _render(shared, "lean09")
    height, width = pictures[0].shape[:2]
    small = (int(0.45 * width), int(0.45 * height))
    page = np.full((height, width, 3), 235, np.uint8)
    for row in range(12):
        y = height // 14 * (row + 1)
        cv2.line(page, (int(0.62 * width), y), (int(0.95 * width), y), (90, 90, 90), 6)
    shown = []
    for k, picture in enumerate(pictures):
        drawn = page.copy()
        drawn[80 : 80 + small[1], 60 : 60 + small[0]] = cv2.resize(picture, small)
        bar = (60 + int(small[0] * k / len(pictures)), 100 + small[1])
        cv2.line(drawn, (60, 100 + small[1]), bar, (255, 0, 0), 8)
        shown.append(drawn)
    return shown, times


def upside_down(shared: Path) -> Film:
    """Turned by half a turn, and no flag that tells it."""
    pictures, times = _render(shared, "lean09")
    return [np.ascontiguousarray(p[::-1, ::-1]) for p in pictures], times


def on_the_side(shared: Path) -> Film:
    """Turned by a quarter turn, and no flag that tells it."""
    pictures, times = _render(shared, "lean09")
    return [np.ascontiguousarray(np.rot90(p)) for p in pictures], times


def after_a_card(shared: Path) -> Film:
    """A plain card, then a runner, as in edited films."""
    pictures, times = _render(shared, "lean09")
    card = np.full_like(pictures[0], 200)
    card[card.shape[0] // 3 : card.shape[0] // 2, 40:-40] = 30
    step_s = float(np.median(np.diff(times)))
    count = round(1.5 / step_s)
    cards = [_grain(card, k) for k in range(count)]
    return [*cards, *pictures], [*(step_s * np.arange(count)), *(np.array(times) + 1.5)]


def _at_rate(film: Film, rate_hz: float) -> Film:
    """The frames nearest to an even grid."""
    pictures, times = film
    grid = np.arange(times[0], times[-1], 1.0 / rate_hz)
    near = [int(np.argmin(np.abs(np.asarray(times) - t))) for t in grid]
    return [pictures[k] for k in near], grid.tolist()


# --- films that are drawn


def _grid() -> list[float]:
    return [k / RATE_HZ for k in range(round(SECONDS * RATE_HZ))]


def plain(grey: int) -> Callable[[Path], Film]:
    """Nothing at all."""

    def make(_: Path) -> Film:
        times = _grid()
        return [np.full((*SIZE, 3), grey, np.uint8) for _ in times], times

    return make


def snow(_: Path) -> Film:
    """Noise in every pixel."""
    random = np.random.default_rng(0)
    times = _grid()
    return [random.integers(0, 255, (*SIZE, 3), np.uint8) for _ in times], times


def stick_figure(motion: str) -> Callable[[Path], Film]:
    """A figure of thick lines with a round head, on paper."""

    def make(_: Path) -> Film:
        if motion == "running":
            made = synthetic_runner(fps=RATE_HZ, seconds=SECONDS).pose
        elif motion == "still":
            made = track_of(MOTIONS["swinging a leg"], fps=RATE_HZ, seconds=SECONDS, noise=0.0)
        else:
            made = track_of(MOTIONS[motion], fps=RATE_HZ, seconds=SECONDS, noise=0.0)
        still = motion == "still"
        drawn = [_figure(made, 0 if still else k) for k in range(len(made.time_s))]
        return [_grain(picture, k) for k, picture in enumerate(drawn)], made.time_s.tolist()

    return make


def _figure(track: PoseTrack, frame: int) -> Picture:
    paper = np.full((*SIZE, 3), 245, np.uint8)
    middle = np.nanmean(track.mid("hip")[:, 0])
    floor = float(np.nanmin(track.xy[..., 1]))

    def pixel(point: np.ndarray) -> tuple[int, int]:
        return round(point[0] - middle + SIZE[1] / 2), round(SIZE[0] - 60 - (point[1] - floor))

    for a, b in BONES:
        ends = pixel(track.point(a)[frame]), pixel(track.point(b)[frame])
        cv2.line(paper, *ends, (40, 40, 60) if "left" in a else (70, 70, 90), 16)
    cv2.circle(paper, pixel(track.mid("ear")[frame]), 34, (200, 160, 130), -1)
    return paper


def dog(_: Path) -> Film:
    """A dog in profile, its four legs swinging in turn, its back going up and down."""
    times = _grid()
    return [_grain(_dog_at(2 * np.pi * 2.2 * t), k) for k, t in enumerate(times)], times


def _dog_at(angle: float) -> Picture:
    lawn = np.full((*SIZE, 3), (150, 190, 120), np.uint8)
    brown, x, y = (110, 70, 35), 640, 400 - int(14 * np.cos(2 * angle))
    cv2.ellipse(lawn, (x, y), (190, 62), 0, 0, 360, brown, -1)
    cv2.line(lawn, (x + 150, y - 20), (x + 230, y - 110), brown, 60)
    cv2.ellipse(lawn, (x + 265, y - 120), (75, 42), 15, 0, 360, brown, -1)
    cv2.line(lawn, (x - 180, y - 20), (x - 270, y - 90), brown, 18)
    for k, hip in enumerate((-150, -120, 120, 150)):
        swing = 0.55 * np.sin(angle + (0.0, 0.6, np.pi, np.pi + 0.6)[k])
        knee = (x + hip + int(90 * np.sin(swing)), y + 30 + int(90 * np.cos(swing)))
        foot = (knee[0] + int(85 * np.sin(swing - 0.4)), knee[1] + int(85 * np.cos(swing - 0.4)))
        cv2.line(lawn, (x + hip, y + 30), knee, brown, 30)
        cv2.line(lawn, knee, foot, brown, 20)
    return lawn


def pendulum(_: Path) -> Film:
    """Two weights that swing against each other at the pace of a stride."""
    times = _grid()
    pictures = []
    for k, t in enumerate(times):
        drawn = np.full((*SIZE, 3), 220, np.uint8)
        for half in (0.0, np.pi):
            angle = 0.5 * np.sin(2 * np.pi * 1.4 * t + half)
            end = (640 + int(420 * np.sin(angle)), 120 + int(420 * np.cos(angle)))
            cv2.line(drawn, (640, 120), end, (60, 60, 60), 12)
            cv2.circle(drawn, end, 45, (120, 40, 40), -1)
        pictures.append(_grain(drawn, k))
    return pictures, times


def _grain(picture: Picture, seed: int) -> Picture:
    """A camera's noise, other in every frame."""
    noise = np.random.default_rng(seed).normal(0.0, 2.0, picture.shape[:2])[..., None]
    return np.asarray(np.clip(picture + noise, 0, 255), np.uint8)


LIKE: Final[Mapping[str, str]] = {
    "lean_body_deg": "body lean",
    "lean_trunk_deg": "trunk lean",
    "cadence_spm": "cadence",
}
