"""Camera roll from the lines of the scene behind the runner."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from leanline.camera.lines import NO_LINES, candidate_lines
from leanline.camera.roll import GIVEN_SD, UNSEEN_SD, fuse_roll
from leanline.confidence import NORMAL_95
from leanline.live.follower import Circle, Picture
from leanline.model import Estimate, SceneEvidence
from leanline.reason import Reason
from leanline.video.background import RunnerCircle
from leanline.video.lens import Lens
from leanline.video.scene import SceneObserver

# How long the scene is observed before its lines are evaluated.
OBSERVE_S = 2.0


def given_roll(roll_deg: float) -> Estimate:
    """What the person says of the camera."""
    half = NORMAL_95 * GIVEN_SD
    return Estimate(roll_deg, (roll_deg - half, roll_deg + half), (Reason("estimate.given"),))


def unknown_roll() -> Estimate:
    """Before anything is known: phones and laptops are held about level."""
    half = NORMAL_95 * UNSEEN_SD
    return Estimate(0.0, (-half, half), (Reason("estimate.held_level"),))


@dataclass
class LevelFinder:
    """Observes the scene for a while, then estimates the camera's roll once.

    Parameters
    ----------
    size_px
        Width and height of the picture.
    """

    size_px: tuple[int, int]
    _observer: SceneObserver = field(default_factory=SceneObserver)
    _since_s: float = np.nan
    _position: tuple[float, float] = (0.0, 0.0)

    def see(self, picture: Picture, time_s: float, circle: Circle) -> bool:
        """Observe one frame; return whether the roll can be estimated."""
        if np.isnan(self._since_s):
            self._since_s = time_s
        x, y, radius = circle
        self._position = (x, self.size_px[1] - y)
        self._observer.see(picture, time_s, RunnerCircle(x, y, radius))
        return time_s - self._since_s >= OBSERVE_S

    def evidence(self) -> SceneEvidence:
        """Return the lines seen so far (takes about 50 ms)."""
        return self._observer.evidence(moving=False)

    def roll(self) -> Estimate:
        """Estimate the camera's roll at the runner's position (takes about 0.3 s)."""
        lens = Lens(*self.size_px)
        position = lens.tangents(np.array(self._position))
        return fuse_roll(candidate_lines(self.evidence(), lens), NO_LINES, position)
