"""How long one whole analysis takes against bare decoding plus inference on the same frames.

    python benchmarks/analysis_time.py [--runs 3] [--models full,heavy] [CLIP ...]

Both use the same cores and take turns, so that a busy machine slows both. The bare way decodes
every frame, cuts its middle and runs the landmark network on it, with the same outputs (points,
presence, heat maps, mask): no work of its own. The ratio
of processor time (``cpu``) is what remains comparable while others use the machine.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import av
import cv2
import numpy as np
from machine import machine, table, verdict

import leanline
from leanline.pose.networks import Network, NetworkName, Tensor
from leanline.settings import PoseModel

LIMIT = 1.25
INPUT_PX = 256
NAMES: Mapping[PoseModel, NetworkName] = {
    "full": "pose_landmark_full",
    "heavy": "pose_landmark_heavy",
}
Phases = dict[str, float]


@dataclass(frozen=True)
class Compared:
    """The whole analysis beside the bare way; ``ratio`` of the best runs, then medians.

    ``phases`` are seconds of each phase of the best whole run.
    """

    clip: str
    model: PoseModel
    frames: int
    bare_s: float
    whole_s: float
    ratio: float
    median: float
    cpu: float
    phases: Phases


def main() -> None:
    """Measure and print one table."""
    options = _options()
    print(f"{machine()}\n")
    print(report(measure(options.clips, options.models.split(","), options.runs)))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--models", default=",".join(NAMES))
    return parser.parse_args()


def measure(clips: Sequence[Path], models: Sequence[PoseModel], runs: int) -> tuple[Compared, ...]:
    """Each clip (the bundled one if there are none) with each model."""
    with as_file(files("leanline") / "assets" / "demo.mp4") as demo:
        return tuple(_compare(clip, m, runs) for clip in clips or [demo] for m in models)


def report(found: Sequence[Compared]) -> str:
    """The table."""
    rows = [
        [
            f"{one.clip}, {one.model}",
            str(one.frames),
            f"{one.bare_s:.2f}",
            f"{one.whole_s:.2f}",
            f"{one.ratio:.2f}",
            f"{one.median:.2f}",
            f"{one.cpu:.2f}",
            verdict(one.ratio <= LIMIT),
            ", ".join(f"{name.lower()} {spent:.2f}" for name, spent in one.phases.items()),
        ]
        for one in found
    ]
    head = ("clip", "frames", "bare s", "whole s", "ratio", "median", "processor")
    return table((*head, f"ratio at most {LIMIT}", "where the time goes, s"), rows)


def _compare(clip: Path, model: PoseModel, runs: int) -> Compared:
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
    return Compared(
        clip.name,
        model,
        frames,
        min(bare),
        seconds,
        seconds / min(bare),
        statistics.median(ratios),
        statistics.median(busy_ratios),
        phases,
    )


def _bare(clip: Path, model: PoseModel) -> int:
    """Decode and infer every frame; returns how many there were."""
    network = Network(NAMES[model], ("Identity", "Identity_1", "Identity_3", "Identity_2"))
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


if __name__ == "__main__":
    main()
