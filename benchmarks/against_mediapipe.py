"""What a clip costs with leanline, and with MediaPipe, which people would use instead.

    pip install mediapipe
    python benchmarks/against_mediapipe.py [--runs 3] [CLIP ...]

MediaPipe reads every frame in VIDEO mode with the heavy network, the same file that leanline
carries; it gives landmarks and no more. leanline does everything: people, landmarks, gait,
numbers, report. Every run is a process of its own, from start to end, and they take turns, so
that a busy machine slows all of them. Processor time per frame of film, not of frames read, is
what remains comparable.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from machine import machine, table

OURS: Final = ("best", "balanced", "fast")
NAMES: Final[Mapping[str, str]] = {
    "mediapipe": "MediaPipe heavy, VIDEO mode, landmarks only",
    **{quality: f"leanline analyze --quality {quality}" for quality in OURS},
}


@dataclass(frozen=True)
class Cost:
    """Of one process: wall time, processor time, and largest memory."""

    wall_s: float
    processor_s: float
    peak_mb: float


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path, metavar="CLIP")
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--landmarks-of", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.landmarks_of is not None:
        read_with_mediapipe(options.landmarks_of)
        return
    print(f"{machine()}\n\n{report(measure(tuple(options.clips), options.runs))}")


def measure(clips: tuple[Path, ...], runs: int) -> dict[tuple[str, int, str], Cost]:
    """By clip, its number of frames and way: the cheapest of the runs."""
    ways = tuple(name for name in NAMES if name != "mediapipe" or find_spec("mediapipe"))
    found: dict[tuple[str, int, str], Cost] = {}
    for clip in _clips(clips):
        frames = _frames(clip)
        for _ in range(runs):
            for way in ways:
                key, cost = (clip.name, frames, way), _run(way, clip)
                best = found.get(key, cost)
                found[key] = min(best, cost, key=lambda one: one.processor_s)
    return found


def report(found: Mapping[tuple[str, int, str], Cost]) -> str:
    """A table with a row for each clip and way; ratios to MediaPipe where it was there."""
    rows = []
    for (clip, frames, way), cost in found.items():
        other = found.get((clip, frames, "mediapipe"))
        ratio = "" if other is None else f"{cost.processor_s / other.processor_s:.2f}"
        each_ms = 1000.0 * cost.processor_s / frames
        rows.append(
            (
                f"{clip}, {frames} frames",
                NAMES[way],
                ratio,
                f"{each_ms:.1f}",
                f"{cost.wall_s:.1f}",
                f"{cost.peak_mb:.0f}",
            )
        )
    head = ("clip", "way", "processor time, ratio", "processor ms a frame", "wall s", "peak MB")
    return table(head, rows)


def read_with_mediapipe(clip: Path) -> None:
    """Landmarks of every frame, as MediaPipe's own example reads them."""
    import cv2
    import mediapipe as mp
    from mediapipe.tasks.python import BaseOptions, vision

    with tempfile.TemporaryDirectory() as folder, as_file(files("leanline") / "assets") as assets:
        bundle = Path(folder) / "pose_landmarker_heavy.task"
        with zipfile.ZipFile(bundle, "w") as writer:
            writer.write(assets / "pose_detector.tflite", "pose_detector.tflite")
            writer.write(assets / "pose_landmark_heavy.tflite", "pose_landmarks_detector.tflite")
        options = vision.PoseLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(bundle)),
            running_mode=vision.RunningMode.VIDEO,
        )
        film = cv2.VideoCapture(str(clip))
        rate_hz = film.get(cv2.CAP_PROP_FPS)
        seen = 0
        with vision.PoseLandmarker.create_from_options(options) as network:
            for number in range(sys.maxsize):
                there, picture = film.read()
                if not there:
                    break
                image = mp.Image(mp.ImageFormat.SRGB, cv2.cvtColor(picture, cv2.COLOR_BGR2RGB))
                found = network.detect_for_video(image, round(1000 * number / rate_hz))
                seen += bool(found.pose_landmarks)
    print(f"somebody in {seen} frames")


def _run(way: str, clip: Path) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        command = (
            [sys.executable, __file__, "--landmarks-of", str(clip)]
            if way == "mediapipe"
            else [
                *(sys.executable, "-c", "from leanline.cli.app import main; main()"),
                *("analyze", str(clip), "--quality", way, "-o", folder),
            ]
        )
        began_s = time.perf_counter()
        child = os.posix_spawn(
            command[0],
            command,
            os.environ,
            file_actions=[(os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0)],
        )
        _, status, used = os.wait4(child, 0)
        if status != 0:
            raise SystemExit(f"{NAMES[way]} failed on {clip}")
        wall_s = time.perf_counter() - began_s
        return Cost(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024.0)


def _clips(given: tuple[Path, ...]) -> Iterator[Path]:
    if given:
        yield from given
        return
    with as_file(files("leanline") / "assets" / "demo.mp4") as demo:
        yield demo


def _frames(clip: Path) -> int:
    from leanline.video.probe import probe

    return probe(clip).frames


if __name__ == "__main__":
    main()
