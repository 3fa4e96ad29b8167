"""How well a runner who was hidden is found again; the reach of ``leanline.pose.sightings``.

    PYTHONPATH=. python -m validation.lost_and_found CLIPS CACHE

Hides runners of clips for 0.3 to 3 s, foretells from either side where they are halfway, as
``rejoin`` does, and writes ``validation/LOST_AND_FOUND.md``. CLIPS has folders of rendered and
filmed clips with their truth; captures are read from CACHE, or made there.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from leanline.model import PoseTrack
from leanline.pose.detector import Person
from leanline.pose.sightings import (
    MAX_SIZE_RATIO,
    Sighting,
    TrackedPerson,
    reach_in_radii,
    way_between,
)
from tools.profiles.clips import load
from validation.tables import markdown, percent

HERE: Final = Path(__file__).parent
FOLDERS: Final = ("rendered", "pop", "front")
GAPS_S: Final = (0.3, 0.6, 1.0, 1.5, 2.0, 2.5, 3.0)
#: Time between sightings, as where people are followed from key frame to key frame.
SPACING_S: Final = 1.0 / 6.0
#: The network's circle reaches a little beyond the furthest keypoint.
BEYOND: Final = 1.1


@dataclass(frozen=True)
class Hidden:
    """A runner who was hidden once.

    Attributes
    ----------
    runner
        Whose motion it is.
    gap_s
        How long.
    way
        Between the two places foretold for the middle of the gap, in radii.
    growth
        Ratio of the larger size to the smaller.
    """

    runner: str
    gap_s: float
    way: float
    growth: float

    @property
    def is_found(self) -> bool:
        """Whether the rule takes both for one person."""
        return self.way < reach_in_radii(self.gap_s) and self.growth < MAX_SIZE_RATIO


def hide(pose: PoseTrack, runner: str) -> Iterator[Hidden]:
    """Hide a runner at every other sighting for each of the gaps."""
    seen = tuple(_sightings(pose))
    times = np.array([one.time_s for one in seen])
    for gap_s in GAPS_S:
        for last in range(2, len(seen) - 2, 2):
            first = int(np.searchsorted(times, times[last] + gap_s))
            if first > len(seen) - 2 or times[first] - times[last] > gap_s + SPACING_S:
                continue
            before, after = TrackedPerson(seen[: last + 1]), TrackedPerson(seen[first:])
            radii = seen[last].person.radius_px, seen[first].person.radius_px
            way = way_between(before, after) / radii[0]
            yield Hidden(runner, gap_s, way, max(radii) / min(radii))


def _sightings(pose: PoseTrack) -> Iterator[Sighting]:
    hips = pose.mid("hip")
    ways = np.linalg.norm(pose.xy - hips[:, None], axis=2)
    due_s = -np.inf
    for t, way, hip in zip(pose.time_s, ways, hips, strict=True):
        if t < due_s or not np.isfinite(hip).all():
            continue
        due_s = t + SPACING_S
        radius = BEYOND * float(np.nanmax(way))
        yield Sighting(float(t), Person((float(hip[0]), float(hip[1])), (0.0, 0.0), radius, 1.0))


def table(hidden: list[Hidden]) -> str:
    """One row for each gap, as Markdown."""
    rows = []
    for gap_s in GAPS_S:
        mine = [one for one in hidden if one.gap_s == gap_s]
        runners = {one.runner for one in mine}
        worst = min(np.mean([h.is_found for h in mine if h.runner == one]) for one in runners)
        rows.append(
            (
                f"{gap_s:g}",
                str(len(mine)),
                str(len(runners)),
                *(f"{np.quantile([h.way for h in mine], q):.2f}" for q in (0.5, 0.95, 0.99)),
                f"{reach_in_radii(gap_s):.2f}",
                f"{np.quantile([h.growth for h in mine], 0.99):.2f}",
                percent(float(np.mean([h.is_found for h in mine]))),
                percent(float(worst)),
            )
        )
    head = ("hidden, s", "times", "people", "median", "95 %", "99 %", "reach", "size, 99 %")
    return "\n".join(markdown((*head, "found again", "worst person"), rows))


def main(data: Path, cache: Path) -> None:
    """Write the table."""
    clips = load(data, FOLDERS, cache, "heavy")
    hidden = [one for clip in clips for one in hide(clip.capture.pose, clip.runner)]
    text = f"""# Lost and found again

Made by `python -m validation.lost_and_found`. Runners of clips are hidden for a time; from both
sides it is foretold where they are halfway. The distance of these two places (median, 95 % and
99 % of all times, in radii of the circle around the body, about 0.6 body heights) must be below the
reach for both parts to be taken for one person, and the larger size below {MAX_SIZE_RATIO:g} times
the smaller. Nothing in the rule was fitted to these clips: the reach was chosen with room to spare,
as a body that is half hidden is seen less exactly than here. Somebody else of the same size who
runs on the same path is taken for the same person when they are less than the reach apart.

{table(hidden)}
"""
    (HERE / "LOST_AND_FOUND.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
