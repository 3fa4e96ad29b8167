"""A made-up scene of people, and a detector that sees what is in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from leanline.pose.crops import Square
from leanline.pose.detector import Person, PersonDetector
from leanline.pose.sightings import TrackedPerson
from leanline.pose.tracking import KeyFrame, track_people
from leanline.video.picture import Picture

WIDTH, HEIGHT = 1280, 720
KEY_S, SEARCH_EVERY = 0.2, 10

# Where somebody is at a moment; None while they are not in view.
Way = Callable[[float], Person | None]


def person(x: float, y: float = 400.0, radius_px: float = 150.0, score: float = 0.95) -> Person:
    """Somebody upright with mid-hip at (x, y)."""
    return Person((x, y), (x, y - 0.5 * radius_px), radius_px, score)


def walking(
    start_x: float,
    speed_px: float,
    *,
    seen: tuple[float, float] = (0.0, np.inf),
    y: float = 400.0,
    radius_px: float = 150.0,
    score: float = 0.95,
) -> Way:
    """Somebody who crosses the picture at an even speed, in view during ``seen`` (half-open)."""

    def at(time_s: float) -> Person | None:
        x = start_x + speed_px * time_s
        there = seen[0] <= time_s < seen[1] and 0 <= x <= WIDTH
        return person(x, y, radius_px, score) if there else None

    return at


@dataclass
class ScriptedDetector(PersonDetector):
    """Sees those whose hips lie in a tile that they fill well enough, as the network does."""

    scene: Mapping[str, Way]
    jitter_px: float = 0.0
    searches: int = 0
    tiles: int = 0

    def __post_init__(self) -> None:
        self.rng = np.random.default_rng(0)

    def find(self, picture: Picture, tiles: tuple[Square, ...]) -> tuple[Person, ...]:
        """People at the time that is written into the picture's pixels."""
        self.searches += len(tiles) > 1
        self.tiles += len(tiles)
        assert isinstance(picture, np.ndarray)
        time_s = int(picture[0, 0, 0]) * KEY_S
        found = []
        for someone in (way(time_s) for way in self.scene.values()):
            if someone is not None and any(_shows(tile, someone) for tile in tiles):
                x, y = self.rng.normal(someone.hip, self.jitter_px)
                found.append(person(x, y, someone.radius_px, someone.score))
        return tuple(sorted(found, key=lambda p: -p.score))


def _shows(tile: Square, someone: Person) -> bool:
    x, y = someone.hip
    inside = tile.left <= x < tile.left + tile.side and tile.top <= y < tile.top + tile.side
    return inside and 2 * someone.radius_px > 0.3 * tile.side


def follow(
    scene: Mapping[str, Way], seconds: float = 6.0, jitter_px: float = 0.0
) -> tuple[TrackedPerson, ...]:
    """Everybody that is followed through the scene."""
    return track_people(key_frames(seconds, scene), ScriptedDetector(scene, jitter_px))


def key_frames(seconds: float, scene: Mapping[str, Way]) -> list[KeyFrame]:
    """Pictures with a bright patch for everybody there, that know their time."""
    return [
        KeyFrame(k * KEY_S, _paint(k, scene), k % SEARCH_EVERY == 0)
        for k in range(round(seconds / KEY_S))
    ]


def _paint(k: int, scene: Mapping[str, Way]) -> NDArray[np.uint8]:
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    for someone in (way(k * KEY_S) for way in scene.values()):
        if someone is not None:
            (x, y), reach = someone.hip, someone.radius_px
            rows = slice(max(int(y - 0.9 * reach), 1), int(y + 0.9 * reach))
            picture[rows, max(int(x - 0.2 * reach), 1) : int(x + 0.2 * reach)] = 200
    picture[0, 0] = k
    return picture
