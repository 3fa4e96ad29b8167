"""Instead of the networks: a worker's analyser that knows the runner of a clip from its name.

``lean6.mp4`` is somebody who leans 6 degrees, ``bent6.mp4`` one who bends far at the waist too;
``stand.mp4`` is somebody who stands, ``front.mp4`` one seen from in front; ``slow.mp4``
takes long enough to be stopped; ``nobody.mp4`` shows nobody. All else is the product's own:
measuring, files, preview.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import cv2
import numpy as np

from leanline.errors import NobodyError
from leanline.formats.capture_npz import write_capture
from leanline.jobs.analyse import AnalysisTask, measure_capture
from leanline.model import Analysis, Capture, FoundPeople, PoseTrack, VideoInfo
from leanline.pose.base import Progress
from leanline.pose.found import telling_found
from leanline.pose.recorded import track_to_capture
from leanline.report.result import write_result
from leanline.skeleton import BONES, SIDES
from leanline.video.preview import FILE_NAME, write_preview
from tests.captures import standing
from tests.clips import Picture, make_clip
from tests.rear import seen_by_camera, standing_body
from tests.synthetic import SyntheticRunner, synthetic_runner

ANALYSER = "tests.web.stand_in:analyse"
WIDTH, HEIGHT, FPS, SECONDS = 640, 360, 50, 5.0
PLACE = np.array([WIDTH / 2.0, 30.0])
SLOW_S = 30.0
# The number of each frame is written into its top left corner, in squares black and white.
BITS, BIT_PX = 8, 16
_NEVER = threading.Event()


def runner_of(name: str) -> SyntheticRunner:
    """The runner that a clip of this name shows."""
    said = re.search(r"lean(\d+)", name)
    lean = float(said.group(1)) if said else 6.0
    return synthetic_runner(
        fps=FPS,
        seconds=SECONDS,
        px_per_m=170.0,
        lean_leg_deg=lean - 1.0,
        lean_trunk_deg=lean + (22.0 if "bent" in name else 3.0),
        cadence_spm=160.0 + lean,
        noise=0.4,
    )


def capture_of_clip(name: str) -> Capture:
    """What a network would see in a clip of this name."""
    if "stand" in name or "front" in name:
        track = standing() if "front" not in name else standing_in_front()
        seen = track_to_capture(track, name, "blazepose-full")
        times = seen.video
        return replace(
            seen, video=VideoInfo(name, times.fps, times.frames, times.duration_s, 1280, 720)
        )
    made = runner_of(name)
    pose = replace(made.pose, xy=made.pose.xy + PLACE - [np.nanmean(made.pose.xy[:, :, 0]), 0.0])
    seen = track_to_capture(pose, name, "blazepose-full")
    video = VideoInfo(name, FPS, seen.video.frames, seen.video.duration_s, WIDTH, HEIGHT)
    return replace(seen, video=video)


def standing_in_front() -> PoseTrack:
    """Somebody with the feet far apart and the weight to the left, seen from in front."""
    return seen_by_camera(*standing_body(stance_m=0.40, shift_m=-0.08), "front")


def clip(path: Path) -> Path:
    """A clip of a stick figure that runs as its name says, small and made in a moment."""
    return _copy_once_made(path, path.name, _draw_clip)


def _copy_once_made(path: Path, name: str, make: Callable[[Path], object]) -> Path:
    """Copy to ``path`` what ``make`` wrote for ``name``, once for all processes of a test run."""
    kept = Path(os.environ["LEANLINE_CACHE"]) / "stand_in" / make.__name__ / name
    if not kept.exists():
        kept.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryDirectory(dir=kept.parent) as own:
            made = Path(own) / path.name
            make(made)
            made.replace(kept)
    shutil.copyfile(kept, path)
    return path


def _draw_clip(path: Path) -> Path:
    pose = capture_of_clip(path.name).pose
    xy = pose.xy.round().astype(int)
    at = {name: i for i, name in enumerate(pose.keypoints)}

    def paint(index: int) -> Picture:
        picture = np.full((HEIGHT, WIDTH, 3), (210, 218, 224), np.uint8)
        picture[HEIGHT - 30 :] = (120, 112, 104)
        for side in SIDES:
            for a, b in BONES:
                ends = [xy[index, at[f"{side}_{part}"]] for part in (a, b)]
                start, end = ((int(x), HEIGHT - int(y)) for x, y in ends)
                cv2.line(picture, start, end, (70, 60, 90), 9, cv2.LINE_AA)
        for bit in range(BITS):
            value = 255 if index >> bit & 1 else 0
            picture[:BIT_PX, bit * BIT_PX : (bit + 1) * BIT_PX] = value
        head = xy[index, at["nose"]]
        cv2.circle(picture, (int(head[0]), HEIGHT - int(head[1])), 16, (70, 60, 90), -1)
        return picture

    return make_clip(path, paint=paint, frames=len(pose.time_s), fps=FPS)


def _copy_preview(film: Path, out: Path) -> None:
    def preview(path: Path) -> None:
        write_preview(film, path)

    # What makes two films of one picture different comes at their ends.
    pictures = hashlib.sha256(film.read_bytes()[:50_000]).hexdigest()
    _copy_once_made(out, pictures, preview)


def analyse(task: AnalysisTask, progress: Progress) -> Analysis:
    """Do a worker's task without looking at the clip."""
    name = task.session.name
    if "slow" in name:
        for tenth in range(round(SLOW_S * 10)):
            progress("reading_pose", tenth / (SLOW_S * 10))
            _NEVER.wait(0.1)
    if "nobody" in name:
        seen = capture_of_clip(name)
        with telling_found(FoundPeople(seen.video, (), seen.pose)):
            raise NobodyError("nobody.still", path=name)
    progress("reading_pose", 0.4)
    capture = capture_of_clip(name)
    analysis = measure_capture(task, capture)
    write_capture(capture, task.directory)
    progress("preview", 0.0)
    _copy_preview(task.clip, task.directory / FILE_NAME)
    write_result(analysis, task.directory, task.clip, front_check=task.front_check)
    return analysis
