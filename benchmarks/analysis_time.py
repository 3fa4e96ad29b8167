"""How long one whole analysis takes against bare decoding plus inference on the same frames.

    python benchmarks/analysis_time.py [--runs 3] [--models full,heavy] [CLIP ...]

Both use the same cores and take turns, so that a busy machine slows both. The bare way decodes
every frame, cuts its middle and runs the landmark network on it: no work of its own. The ratio
of processor time (``cpu``) is what remains comparable while others use the machine.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Iterator, Mapping
from importlib.resources import as_file, files
from pathlib import Path

import av
import cv2
import numpy as np

import leanline
from leanline.pose.networks import Network, NetworkName, Tensor
from leanline.settings import PoseModel

LIMIT = 1.5
INPUT_PX = 256
NAMES: Mapping[PoseModel, NetworkName] = {
    "full": "pose_landmark_full",
    "heavy": "pose_landmark_heavy",
}
Phases = dict[str, float]


def main() -> None:
    """Measure and print one table."""
    options = _options()
    print(_machine())
    print(f"{'clip':<16}{'model':<8}{'frames':>7}{'bare s':>9}{'whole s':>9}", end="")
    print(f"{'ratio':>8}{'median':>8}{'cpu':>7}   where the whole analysis spends its time")
    with as_file(files("leanline") / "assets" / "demo.mp4") as demo:
        for clip in options.clips or [demo]:
            for model in options.models.split(","):
                _row(clip, model, options.runs)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--models", default=",".join(NAMES))
    return parser.parse_args()


def _row(clip: Path, model: PoseModel, runs: int) -> None:
    bare: list[float] = []
    whole: list[tuple[float, Phases]] = []
    busy_ratios: list[float] = []
    frames = 0
    for _ in range(runs):
        start, busy = time.perf_counter(), time.process_time()
        frames = _bare(clip, model)
        bare.append(time.perf_counter() - start)
        between = time.process_time()
        whole.append(_whole(clip, model))
        busy_ratios.append((time.process_time() - between) / (between - busy))
    seconds, phases = min(whole, key=lambda run: run[0])
    ratios = [run[0] / base for run, base in zip(whole, bare, strict=True)]
    parts = ", ".join(f"{name.lower()} {spent:.2f}" for name, spent in phases.items())
    print(
        f"{clip.name:<16}{model:<8}{frames:>7}{min(bare):>9.2f}{seconds:>9.2f}"
        f"{seconds / min(bare):>8.2f}{statistics.median(ratios):>8.2f}"
        f"{statistics.median(busy_ratios):>7.2f}   {parts}"
        f"{'' if seconds / min(bare) <= LIMIT else f'   ABOVE {LIMIT}'}",
        flush=True,
    )


def _bare(clip: Path, model: PoseModel) -> int:
    """Decode and infer every frame; returns how many there were."""
    network = Network(NAMES[model], ("Identity", "Identity_1", "Identity_3"))
    return sum(1 for _ in network.map(_middles(clip)))


def _middles(clip: Path) -> Iterator[tuple[Tensor, None]]:
    with av.open(str(clip)) as container:
        container.streams.video[0].thread_type = "AUTO"
        for frame in container.decode(video=0):
            picture = frame.to_ndarray(format="rgb24")
            side = min(picture.shape[:2])
            top, left = ((length - side) // 2 for length in picture.shape[:2])
            piece = picture[top : top + side, left : left + side]
            small = cv2.resize(piece, (INPUT_PX, INPUT_PX), interpolation=cv2.INTER_AREA)
            yield np.asarray(small, np.float32) / np.float32(255), None


def _whole(clip: Path, model: PoseModel) -> tuple[float, Phases]:
    """Seconds of one analysis, and of each of its phases."""
    starts: Phases = {}
    latest = [0.0]

    def progress(phase: str, share: float) -> None:
        del share
        latest[0] = time.perf_counter()
        starts.setdefault(phase, latest[0])

    begin = time.perf_counter()
    leanline.analyze(clip, pose_model=model, progress=progress)
    end = time.perf_counter()
    edges = [begin, *list(starts.values())[1:], latest[0], end]
    names = [*starts, "measuring"]
    return end - begin, {n: b - a for n, a, b in zip(names, edges, edges[1:], strict=False)}


def _machine() -> str:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    return f"{_processor()}, {cores} cores{load}; Python {platform.python_version()}"


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


if __name__ == "__main__":
    main()
