"""Make the README's example: the output of ``leanline demo`` and a picture of its clip.

    python -m scripts.make_readme

Runs the demo once, puts what it prints between the two markers of ``README.md`` and writes
``docs/overlay.png``: the runner in the frame of the overlay film whose lean at mid-stance is
nearest to the clip's mean. ``tests/integration/test_demo.py`` fails when the README shows other
numbers than the demo prints.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from leanline.cli.read_result import read_result
from leanline.model import Analysis
from leanline.report.overlay import frame_with_marks
from leanline.report.picture_geometry import Scene, build_scene, middle, point, points_at
from leanline.skeleton import Side
from leanline.video.draw import Picture
from leanline.video.reader import read_frames

ROOT: Final = Path(__file__).parents[1]
README: Final = ROOT / "README.md"
PICTURE: Final = ROOT / "docs" / "overlay.png"
CLIP: Final = ROOT / "src" / "leanline" / "assets" / "demo.mp4"
MARKERS: Final = ("<!-- demo: made by scripts/make_readme.py -->", "<!-- end of demo -->")
#: The last thing that the command prints, which the README leaves out.
PAGE_LINE: Final = "The page to look at:"
#: Height of the picture over that of the runner's keypoints.
ROOM: Final = 1.42


def example(output: str) -> str:
    """What the README shows of the demo's output: no trailing blanks, no path of the page."""
    lines = [line.rstrip() for line in output.partition(PAGE_LINE)[0].splitlines()]
    return "\n".join(lines).strip("\n")


def shown(text: str) -> str:
    """The example as the README shows it.

    Raises
    ------
    ValueError
        The README has no markers with a block of text between them.
    """
    _, _, rest = text.partition(MARKERS[0])
    block, end, _ = rest.partition(MARKERS[1])
    _, fence, inside = block.partition("```text\n")
    if not (end and fence):
        raise ValueError(f"{README.name} has no text block between {MARKERS[0]} and {MARKERS[1]}")
    return inside.partition("\n```")[0]


def with_example(text: str, output: str) -> str:
    """The README's text with another example."""
    return text.replace(shown(text), example(output))


def picture_of(analysis: Analysis, clip: Path) -> Picture:
    """The runner in the frame of the overlay film whose lean is nearest to the clip's mean.

    Frames are those in the mid-stance window, 40 to 60 % of a contact of the foot towards the
    camera. The picture is cut to the runner, so that it can be read on a phone; the film's
    panel, which shows the last step alone, is left out.
    """
    mean = analysis.metrics["lean_body_deg"].value
    if not isinstance(mean, float):
        raise TypeError("the demo has no body lean")
    scene = build_scene(analysis)
    seen = [
        (abs(_lean_deg(scene, side, frame.time_s) - mean), frame)
        for frame in read_frames(clip)
        if (side := _in_mid_stance(scene, frame.time_s)) is not None
    ]
    _, best = min(seen, key=lambda pair: pair[0])
    picture = frame_with_marks(best, scene)
    return picture[_cut(scene, best.time_s, picture.shape[0] / scene.height_px)]


def main() -> None:
    """Run the demo and write both files."""
    with tempfile.TemporaryDirectory() as folder:
        command = "from leanline.cli.app import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", command, "demo", "-o", folder],
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        analysis = read_result(Path(folder)).analysis
    README.write_text(with_example(README.read_text("utf-8"), done.stdout), encoding="utf-8")
    PICTURE.write_bytes(cv2.imencode(".png", picture_of(analysis, CLIP)[:, :, ::-1])[1].tobytes())


def _in_mid_stance(scene: Scene, time_s: float) -> Side | None:
    for contact in scene.contacts:
        share = (time_s - contact.contact_s) / contact.duration_s
        if contact.side == scene.near and 0.4 <= share <= 0.6:
            return contact.side
    return None


def _lean_deg(scene: Scene, side: Side, time_s: float) -> float:
    points = points_at(scene.pose, time_s)
    return scene.lean_deg(point(points, f"{side}_ankle"), middle(points, "shoulder"))


def _cut(scene: Scene, time_s: float, scale: float) -> tuple[slice, slice]:
    """Rows and columns around the runner, four to three."""
    points = np.array([p for p in points_at(scene.pose, time_s).values() if np.isfinite(p).all()])
    low, high = points.min(axis=0), points.max(axis=0)
    x, y = 0.5 * (low + high)
    tall = ROOM * (high[1] - low[1])
    top = round(scale * (scene.height_px - y - 0.5 * tall))
    left = round(scale * (x - 2.0 * tall / 3.0))
    rows = slice(max(top, 0), top + round(scale * tall))
    return rows, slice(max(left, 0), left + round(scale * 4.0 * tall / 3.0))


if __name__ == "__main__":
    main()
