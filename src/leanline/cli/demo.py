"""``leanline demo``: analyses the bundled clip."""

from __future__ import annotations

from importlib.resources import as_file, files
from pathlib import Path
from typing import Annotated, Final

import typer

from leanline.cli.run_inputs import AnalyzeOptions, plan_jobs, run_jobs

DEMO_HEIGHT_M: Final = 1.67


def demo(
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Also write analysis.json, report.html and overlay.mp4 here. "
            "Without it nothing is written.",
        ),
    ] = None,
) -> None:
    """Analyse the bundled clip (a rendered runner who bends at the waist)."""
    request = AnalyzeOptions(options={"height_m": DEMO_HEIGHT_M}, overlay=out is not None)
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        raise typer.Exit(run_jobs(lambda: plan_jobs([clip], out, overlay=False), request))
