"""``leanline drill``: the standing lean, counted, measured and shown."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.run_inputs import AnalyzeOptions, plan, run


def drill(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="VIDEO|TRACK",
            help="Clips of the standing drill, filmed from the side (or from in front or behind).",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out",
            "-o",
            metavar="DIR",
            help="Write analysis.json and report.html here; with several inputs into DIR/NAME. "
            "Without it nothing is written.",
        ),
    ] = None,
    height: Annotated[
        float | None, typer.Option(metavar="M", help="The runner's height in shoes, metres.")
    ] = None,
    roll: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="Camera roll, if known; positive when turned clockwise."),
    ] = None,
    slow_motion: Annotated[
        float | None,
        typer.Option(metavar="TIMES", help="How many times slower than life the clip plays."),
    ] = None,
    quality: Annotated[
        str, typer.Option(metavar="best|fast", help="As for leanline analyze.")
    ] = "best",
    pose_model: Annotated[
        str | None, typer.Option(metavar="full|heavy", help="As for leanline analyze.")
    ] = None,
    person: Annotated[
        int | None, typer.Option(metavar="N", help="Whom to follow; 1 is the leftmost.")
    ] = None,
    start: Annotated[
        float | None, typer.Option(metavar="S", help="Analyse from here, seconds of the clip.")
    ] = None,
    end: Annotated[
        float | None, typer.Option(metavar="S", help="Analyse up to here, seconds of the clip.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the analysis instead of the summary.")
    ] = False,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Also draw what was seen: DIR/overlay.mp4.")
    ] = False,
    report: Annotated[
        bool,
        typer.Option("--report/--no-report", help="Write DIR/report.html, the page to look at."),
    ] = True,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|de", help="Language of the page.")
    ] = "en",
) -> None:
    """Measure the standing lean: tall, tip from the ankles as one plank, hold; several times.

    By geometry balance is lost at about 9 to 11 degrees: keep a wall or a partner within reach.
    """
    options = {
        "height_m": height,
        "roll_deg": roll,
        "slow_motion": slow_motion,
        "pose_model": pose_model,
        "quality": quality,
        "person": person,
        "start_s": start,
        "end_s": end,
    }
    wishes = AnalyzeOptions(
        options=options,
        as_json=as_json,
        overlay=overlay,
        report=report,
        language=lang,
        standing_only=True,
    )
    raise typer.Exit(run(lambda: plan(inputs, out, overlay=overlay), wishes))
