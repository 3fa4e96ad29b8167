"""How level the camera stands, from the lines of the scene behind the runner."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from leanline.camera.lines import NO_LINES, sights
from leanline.camera.roll import GIVEN_SD, UNSEEN_SD, fused_roll
from leanline.confidence import NORMAL_95
from leanline.live.follower import Circle, Picture
from leanline.model import Estimate, SceneEvidence
from leanline.reason import Reason
from leanline.video.background import RunnerCircle
from leanline.video.lens import Lens
from leanline.video.scene import SceneObserver

# So long is looked at the scene before its lines are asked.
LOOK_S = 2.0


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
    """Looks at the scene for a while; then its lines tell the roll, once."""

    size_px: tuple[int, int]
    _observer: SceneObserver = field(default_factory=SceneObserver)
    _since_s: float = np.nan
    _place: tuple[float, float] = (0.0, 0.0)

    def see(self, picture: Picture, time_s: float, circle: Circle) -> bool:
        """Look at one frame; whether enough was seen to ask for the roll."""
        if np.isnan(self._since_s):
            self._since_s = time_s
        x, y, radius = circle
        self._place = (x, self.size_px[1] - y)
        self._observer.see(picture, time_s, RunnerCircle(x, y, radius))
        return time_s - self._since_s >= LOOK_S

    def evidence(self) -> SceneEvidence:
        """The lines seen so far (some 50 ms)."""
        return self._observer.evidence(moving=False)

    def roll(self) -> Estimate:
        """Roll of the camera at the runner (some 0.3 s)."""
        lens = Lens(*self.size_px)
        place = lens.plane(np.array(self._place))
        return fused_roll(sights(self.evidence(), lens), NO_LINES, place)
