"""``leanline batch``: turns a folder of clips into one tidy dataset."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from leanline.cli.run_inputs import INTERRUPTED, print_error
from leanline.errors import LeanlineError, UsageError, writing_to

if TYPE_CHECKING:
    from leanline.batch.engine import Engine
    from leanline.batch.run import OnOutcome, Tally
    from leanline.batch.task import BatchClip, Outcome, Status

#: Exit status when some clips have no result.
SOME_FAILED: Final = 1


def batch(
    source: Annotated[
        str,
        typer.Argument(
            metavar="FOLDER|MANIFEST.csv",
            help="A folder of clips and tracks, searched with its subfolders; or a CSV with a "
            "row for each clip: path, athlete, height_m, speed_mps, slow_motion, standing_clip... "
            "Both may be addresses such as s3://bucket/clips.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Write dataset/ (Parquet) and summary.html here; clips already done "
            "here are not done again.",
            show_default=False,
        ),
    ],
    engine: Annotated[
        str,
        typer.Option(metavar="local|ray", help=r"ray is a cluster and needs leanline\[ray]."),
    ] = "local",
    address: Annotated[
        str | None,
        typer.Option(metavar="HOST:PORT", help="Where the Ray cluster is; auto finds it."),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(metavar="N", min=1, help="How many clips at once; by default one per core."),
    ] = None,
    threads: Annotated[
        int, typer.Option(metavar="N", min=1, help="How many cores each clip may use.")
    ] = 1,
    retries: Annotated[
        int, typer.Option(metavar="N", min=0, help="Retries for a clip whose worker was lost.")
    ] = 2,
    timeout: Annotated[
        float, typer.Option(metavar="MIN", min=0.0, help="Minutes that one clip may take.")
    ] = 120.0,
    keep: Annotated[
        bool, typer.Option("--keep", help="Keep report, analysis.json and pose of each clip.")
    ] = False,
    also: Annotated[
        list[str] | None,
        typer.Option(metavar=".SUFFIX", help="Other files in the folder to take, such as .csv."),
    ] = None,
    height: Annotated[
        str | None,
        typer.Option(metavar="1.78m|5ft10", help="Height, where the manifest gives none."),
    ] = None,
    speed: Annotated[
        str | None,
        typer.Option(metavar="10km/h|6:00min/km", help="Belt speed, where it gives none."),
    ] = None,
    roll: Annotated[
        float | None, typer.Option(metavar="DEG", help="Camera roll, where it gives none.")
    ] = None,
    slow_motion: Annotated[
        float | None, typer.Option(metavar="TIMES", help="Slow motion, where it gives none.")
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(metavar="HZ", help="Frame rate of tracks that only number their frames."),
    ] = None,
    quality: Annotated[
        str, typer.Option(metavar="best|balanced|fast", help="As for leanline analyze.")
    ] = "balanced",
    device: Annotated[
        str, typer.Option(metavar="cpu|gpu|npu|auto", help="As for leanline analyze.")
    ] = "cpu",
    pose_model: Annotated[
        str | None, typer.Option(metavar="full|heavy|rtmpose", help="As for leanline analyze.")
    ] = None,
) -> None:
    """Analyse hundreds of clips into one dataset; resumes where it left off.

    Exit status: 0 every clip has a result (nobody to measure counts as one); 1 some failed, see
    summary.html; 2 wrong usage; 3 the folder or the manifest cannot be read; 130 interrupted.
    """
    options: dict[str, Any] = {
        "height_m": height,
        "speed_mps": speed,
        "roll_deg": roll,
        "slow_motion": slow_motion,
        "fps": fps,
        "pose_model": pose_model,
        "quality": quality,
        "device": device,
    }
    # Cluster schedulers end jobs with SIGTERM; finished clips are to be readable then too.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        clips = _clips(source, options, also or [])
        pool = _engine(engine, address, workers, threads, clips, 60.0 * timeout)
        tally = _run(clips, out, pool, retries=retries, keep=keep)
    except LeanlineError as error:
        raise typer.Exit(print_error(error)) from error
    except KeyboardInterrupt as error:
        typer.echo(f"leanline: stopped; run the same command to resume. So far: {out}", err=True)
        raise typer.Exit(INTERRUPTED) from error
    _print_tally(tally, out)
    raise typer.Exit(SOME_FAILED if tally.failed else 0)


def _clips(source: str, options: dict[str, Any], also: Sequence[str]) -> tuple[BatchClip, ...]:
    from leanline.batch.find_clips import find_clips
    from leanline.batch.manifest import read_manifest

    if source.lower().endswith((".csv", ".tsv")):
        return read_manifest(source, options)
    suffixes = frozenset(f".{suffix.lower().lstrip('.')}" for suffix in also)
    return find_clips(source, options, also=suffixes)


def _engine(
    name: str,
    address: str | None,
    workers: int | None,
    threads: int,
    clips: Sequence[BatchClip],
    clip_s: float,
) -> Engine:
    if name == "ray":
        from leanline.batch.ray_engine import RayEngine

        return RayEngine(address, workers, threads, clip_s=clip_s)
    if name != "local":
        raise UsageError("usage.choice", setting="engine", choices=("local", "ray"), value=name)
    if address is not None:
        raise UsageError("usage.address_without_ray")
    from leanline.batch.local_engine import LocalEngine
    from leanline.workers.process import usable_cores

    most = max(1, usable_cores() // threads)
    return LocalEngine(workers or min(most, len(clips)), threads, clip_s=clip_s)


def _run(
    clips: Sequence[BatchClip], out: Path, engine: Engine, *, retries: int, keep: bool
) -> Tally:
    from leanline.batch.run import run

    with _progress(len(clips)) as on_outcome, writing_to(out):
        return run(clips, out, engine, retries=retries, keep=keep, on_outcome=on_outcome)


def _print_tally(tally: Tally, out: Path) -> None:
    labels: dict[Status, str] = {
        "analysed": "analysed",
        "unchanged": "had not changed",
        "nobody": "with nobody to measure",
        "failed": "failed",
    }
    counts = [f"{tally.counts[s]} {word}" for s, word in labels.items() if tally.counts.get(s)]
    typer.echo(f"{tally.clips} clips: {', '.join(counts)}.")
    typer.echo(f"The page to look at: {out / 'summary.html'}")
    typer.echo(f"The tables: {out / 'dataset'}")


@contextmanager
def _progress(total: int) -> Iterator[OnOutcome]:
    """Show a bar with the remaining time on a terminal, or log a line per clip elsewhere."""
    from rich.console import Console

    console = Console(stderr=True, highlight=False, markup=False)
    if not console.is_terminal:
        done = 0

        def line(outcome: Outcome) -> None:
            nonlocal done
            done += 1
            typer.echo(f"{done}/{total} {_line(outcome)}", err=True)

        yield line
        return
    from rich import progress as rich

    columns = (
        rich.TextColumn("{task.completed}/{task.total} clips"),
        rich.BarColumn(),
        rich.TaskProgressColumn(),
        rich.TimeElapsedColumn(),
        rich.TextColumn("left:"),
        rich.TimeRemainingColumn(),
    )
    with rich.Progress(*columns, console=console, speed_estimate_period=3600.0) as bar:
        task = bar.add_task("clips", total=total)

        def advance(outcome: Outcome) -> None:
            bar.advance(task)
            if outcome.status == "failed":
                console.print(_line(outcome))

        yield advance


def _line(outcome: Outcome) -> str:
    reason = f": {outcome.reason}" if outcome.reason else ""
    return f"{outcome.task_id} {outcome.status}{reason}"
