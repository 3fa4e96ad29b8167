"""Live sessions played from made-up tracks, without a network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

import numpy as np

from leanline.live.follower import Picture
from leanline.live.session import LiveSession, LiveSettings, Reading
from leanline.model import Array, PoseTrack
from leanline.pose.crops import Square
from leanline.pose.detector import Person
from leanline.pose.landmarks import Landmarks
from leanline.pose.outline import LEVELS
from tests.captures import standing

SIZE = (1280, 720)
GREY: Picture = np.tile(
    np.arange(60, 188, dtype=np.uint8).repeat(10)[None, :, None], (SIZE[1], 1, 3)
)


def landmarks(pose: PoseTrack, k: int, presence: float = 1.0) -> Landmarks:
    """What the network would say of frame ``k`` of a track (y up) in a picture of SIZE."""
    xy = pose.xy[k] * (1.0, -1.0) + (0.0, SIZE[1])
    middle = 0.5 * (pose.mid("hip")[k] + pose.mid("shoulder")[k])
    reach = float(np.nanmax(np.linalg.norm(pose.xy[k] - middle, axis=1)))
    circle = (float(middle[0]), float(SIZE[1] - middle[1]), reach)
    edges = np.tile([-20.0, 25.0], (len(LEVELS), 1))
    return Landmarks(xy, pose.confidence[k], presence, edges, np.full(2, np.nan), circle)


def session(settings: LiveSettings | None = None, source: str = "scripted") -> LiveSession:
    """A session whose roll is known, so that nothing waits for the scene."""
    return LiveSession(settings or LiveSettings(roll_deg=0.0), SIZE, source)


def play(live: LiveSession, pose: PoseTrack) -> list[Reading]:
    """Every frame of a track, chores done at once."""
    return list(played(live, pose))


def played(live: LiveSession, pose: PoseTrack) -> Iterator[Reading]:
    """The same, one by one."""
    for k, time_s in enumerate(pose.time_s):
        yield live.see(GREY, float(time_s), landmarks(pose, k))
        chore = live.next_task()
        if chore is not None:
            live.apply_result(chore.work())


def leaning(leans_deg: Array, *, fps: float = 30.0, noise: float = 0.2) -> PoseTrack:
    """Somebody whose lean follows ``leans_deg`` (T,), straight as a plank."""
    keypoints = _plank(0.0).keypoints
    xy = np.array([_plank(round(float(lean), 2)).xy[0] for lean in leans_deg])
    xy = xy + np.random.default_rng(1).normal(0.0, noise, xy.shape)
    # Standing higher in the picture, so that the feet are in it.
    xy[..., 1] -= 200.0
    time_s = np.arange(len(leans_deg)) / fps
    return PoseTrack(time_s, xy, np.ones(xy.shape[:2]), keypoints, "px")


@cache
def _plank(lean_deg: float) -> PoseTrack:
    return standing(lean_deg=lean_deg, seconds=0.05, fps=30.0, noise=0.0)


def drill_leans(*, tall_s: float = 3.0, hold_s: float = 4.0, lean_deg: float = 7.5) -> Array:
    """Tall, over a second to the lean, held, back, tall; 30 frames a second."""
    up = np.linspace(2.0, lean_deg, 30)
    tall = np.full(round(30 * tall_s), 2.0)
    return np.concatenate([tall, up, np.full(round(30 * hold_s), lean_deg), up[::-1], tall])


@dataclass
class ScriptedReader:
    """Plays landmarks back, one a call; remembers the crops it was asked for.

    ``scale`` is the picture's size as a share of SIZE; that of the last picture in which people
    were sought where there is a ``finder``, as pages send smaller ones to a slow machine.
    """

    pose: PoseTrack
    scale: float = 1.0
    finder: ScriptedFinder | None = None
    presence: list[float] = field(default_factory=list)
    crops: list[Square] = field(default_factory=list)

    def one(self, crop: Picture, square: Square) -> Landmarks:
        """The next frame's; the last one over and over at the end."""
        del crop
        k = min(len(self.crops), len(self.pose.time_s) - 1)
        presence = self.presence[k] if k < len(self.presence) else 1.0
        self.crops.append(square)
        found = landmarks(self.pose, k, presence)
        scale = self.scale if self.finder is None else self.finder.scale
        x, y, radius = (scale * part for part in found.circle_px)
        return replace(found, xy_px=scale * found.xy_px, circle_px=(x, y, radius))


@dataclass
class ScriptedFinder:
    """Always sees these people; counts how often it was asked, and how large the picture was."""

    people: tuple[Person, ...]
    asked: int = 0
    scale: float = 1.0

    def find(self, picture: Picture, tiles: tuple[Square, ...]) -> tuple[Person, ...]:
        """The people, whatever the picture."""
        del tiles
        self.asked += 1
        self.scale = max(picture.shape[:2]) / max(SIZE)
        return self.people
