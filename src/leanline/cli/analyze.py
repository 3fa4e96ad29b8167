"""``leanline analyze``: clips or tracks in, ``analysis.json`` and a summary out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.run_inputs import AnalyzeOptions, SaveTarget, plan, run
from leanline.cli.store_options import Data


def analyze(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="VIDEO|TRACK",
            help="Clips, or pose tracks: TRC, C3D, CSV, Parquet, JSON, HDF5, netCDF, or a folder "
            "of OpenPose JSON.",
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
    speed: Annotated[
        float | None, typer.Option(metavar="M/S", help="Speed of the treadmill's belt.")
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
        str,
        typer.Option(
            metavar="best|fast",
            help="fast is the network full in half precision, on fewer frames of a fast camera.",
        ),
    ] = "best",
    pose_model: Annotated[
        str | None,
        typer.Option(
            metavar="full|heavy|rtmpose",
            help="The network itself; rtmpose needs leanline[rtmpose].",
        ),
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
    standing: Annotated[
        Path | None,
        typer.Option(metavar="CLIP", help="The same runner standing tall: their own zero."),
    ] = None,
    rear: Annotated[
        Path | None,
        typer.Option(metavar="CLIP", help="The same run from behind or in front: its numbers too."),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(metavar="HZ", help="Frames a second of a track that only counts frames."),
    ] = None,
    names: Annotated[
        str | None,
        typer.Option(metavar="FILE|SET", help="Which point of a track is which; found out if not."),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="ONNX", help="The network's file for rtmpose.")
    ] = None,
    athlete: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Keep clip and result in the store, as this athlete's."),
    ] = None,
    data: Data = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json",
            help="Print the analysis instead of the summary; several inputs as JSON lines.",
        ),
    ] = False,
    overlay: Annotated[
        bool, typer.Option("--overlay", help="Also draw what was seen: DIR/overlay.mp4.")
    ] = False,
    slow_contacts: Annotated[
        bool, typer.Option("--slow-contacts", help="The overlay plays slower at each contact.")
    ] = False,
    report: Annotated[
        bool,
        typer.Option("--report/--no-report", help="Write DIR/report.html, the page to look at."),
    ] = True,
    lang: Annotated[
        str, typer.Option("--lang", metavar="en|de", help="Language of the page.")
    ] = "en",
) -> None:
    """Measure how a runner leans, lands and steps in a side-on clip."""
    options = {
        "height_m": height,
        "speed_mps": speed,
        "roll_deg": roll,
        "slow_motion": slow_motion,
        "pose_model": pose_model,
        "quality": quality,
        "person": person,
        "start_s": start,
        "end_s": end,
        "standing": None if standing is None else str(standing),
        "rear": None if rear is None else str(rear),
        "fps": fps,
        "names": names,
        "weights": weights,
    }
    wishes = AnalyzeOptions(
        options=options,
        as_json=as_json,
        overlay=overlay or slow_contacts,
        report=report,
        language=lang,
        slow_contacts=slow_contacts,
        keep=None if athlete is None else SaveTarget(athlete, data),
    )
    raise typer.Exit(run(lambda: plan(inputs, out, overlay=wishes.overlay), wishes))
