"""A batch killed at random moments ends with every clip once, equal to an undisturbed run.

    python validation/killed_batch.py [--clips 200] [--kills 10] [--kind tracks|films]

Tracks are written from formulas and read in about half a second of processor time each; films are
two seconds cut from the clips of ../shared/data/rendered, and go through the pose networks.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parents[1]
RENDERED = ROOT.parent / "shared" / "data" / "rendered"
FILM_S, FILM_HZ, FILM_WIDE = 2.3, 30, 640


@dataclass(frozen=True)
class Killed:
    """How often a batch was really killed, and how many runs that took."""

    kills: int
    runs: int


def run_killed(command: Sequence[str], kills: int, lasts_s: float, seed: int) -> Killed:
    """Run a command until it ends by itself, killing it at random moments ``kills`` times.

    Every other time only the coordinator is killed and its workers are left to find out;
    else all of them at once.

    Parameters
    ----------
    command
        What to run, again and again.
    lasts_s
        Seconds within which the moments are drawn.

    Raises
    ------
    RuntimeError
        It failed by itself.
    """
    draw = random.Random(seed)  # noqa: S311
    done = runs = 0
    while True:
        runs += 1
        begin = time.perf_counter()
        process = subprocess.Popen(command, start_new_session=True, stderr=subprocess.DEVNULL)
        if done < kills:
            with suppress(subprocess.TimeoutExpired):
                process.wait(draw.uniform(0.0, lasts_s))
        if done == kills or process.poll() is not None:
            if process.wait() != 0:
                raise RuntimeError(f"{command[0]} ended with status {process.returncode}")
            if done == kills:
                return Killed(done, runs)
            # It was done before its moment came; of what is left the moments are sooner.
            lasts_s = min(lasts_s, time.perf_counter() - begin)
            continue
        if done % 2:
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        done += 1


def dataset_bytes(out: Path) -> dict[str, bytes]:
    """Every file of a batch's dataset by its place in it."""
    root = out / "dataset"
    files = (file for file in sorted(root.rglob("*")) if file.is_file())
    return {file.relative_to(root).as_posix(): file.read_bytes() for file in files}


def clip_names(out: Path) -> list[str]:
    """The clips in the table of clips."""
    import pyarrow.parquet as pq

    names: list[str] = pq.read_table(out / "dataset" / "clips.parquet")["clip"].to_pylist()
    return names


def main() -> None:
    """Make the clips, run them undisturbed and killed, and compare."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        clips, quiet, killed = (Path(folder) / name for name in ("clips", "quiet", "killed"))
        (make_films if options.kind == "films" else make_tracks)(clips, options.clips)
        begin = time.perf_counter()
        subprocess.run(_command(clips, quiet), check=True, stderr=subprocess.DEVNULL)
        lasts_s = time.perf_counter() - begin
        # Moments so soon that there is work left for most runs.
        said = run_killed(
            _command(clips, killed), options.kills, 1.5 * lasts_s / options.kills, options.seed
        )
        names = clip_names(killed)
        same = dataset_bytes(quiet) == dataset_bytes(killed)
    whole = len(names) == len(set(names)) == options.clips
    print(
        f"{options.clips} {options.kind}, undisturbed in {lasts_s:.0f} s; killed {said.kills} "
        f"times in {said.runs} runs: {len(names)} results, {len(set(names))} different, "
        f"dataset {'equal' if same else 'NOT EQUAL'} to the last bit"
    )
    sys.exit(0 if whole and same else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clips", type=int, default=200)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--kind", choices=("tracks", "films"), default="films")
    parser.add_argument("--seed", type=int, default=7)
    return parser.parse_args()


def _command(clips: Path, out: Path) -> list[str]:
    call = "from leanline.cli.app import main; main()"
    return [sys.executable, "-c", call, "batch", str(clips), "-o", str(out), "--pose-model", "full"]


def make_tracks(folder: Path, count: int) -> None:
    """Tracks of runners made of formulas, each with a cadence and a lean of its own."""
    sys.path.insert(0, str(ROOT))
    from leanline.formats.trc import write_trc
    from tests.synthetic import synthetic_runner

    folder.mkdir()
    for number in range(count):
        made = synthetic_runner(
            fps=30, seconds=2.6, cadence_spm=150 + number % 40, lean_trunk_deg=2 + number % 11
        )
        write_trc(made.pose, folder / f"run{number:03}.trc")


def make_films(folder: Path, count: int) -> None:
    """Short films cut from the rendered clips, as many from each."""
    sources = sorted(RENDERED.glob("*.mp4"))
    if not sources:
        sys.exit(f"There are no clips in {RENDERED}; take --kind tracks.")
    folder.mkdir()
    for number in range(count):
        source = sources[number % len(sources)]
        start_s = 0.37 * (number // len(sources))
        _cut(source, start_s, folder / f"{number:03}_{source.stem}.mp4")


def _cut(source: Path, start_s: float, target: Path) -> None:
    """Write about two seconds at 30 frames a second and 640 pixels wide."""
    import av

    pictures = list(_pictures(source, start_s))
    with av.open(str(target), "w") as container:
        stream = container.add_stream("libx264", FILM_HZ, options={"preset": "veryfast"})
        stream.height, stream.width = pictures[0].shape[:2]
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(pictures):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def _pictures(source: Path, start_s: float) -> Iterator[NDArray[np.uint8]]:
    import cv2

    from leanline.video.reader import read_frames

    next_s = start_s
    for frame in read_frames(source, start_s=start_s, end_s=start_s + FILM_S):
        if frame.time_s < next_s - 1e-6:
            continue
        next_s += 1 / FILM_HZ
        picture = frame.rgb()
        size = (FILM_WIDE, 2 * round(picture.shape[0] * FILM_WIDE / picture.shape[1] / 2))
        yield np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


if __name__ == "__main__":
    main()
