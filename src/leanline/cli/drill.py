"""``leanline drill``: counts and measures standing leans."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.clip_options import (
    AsJson,
    Crop,
    End,
    Height,
    Lang,
    Out,
    Overlay,
    Person,
    Quality,
    Report,
    Roll,
    Rotate,
    SlowMotion,
    Start,
)
from leanline.cli.run_inputs import AnalyzeOptions, plan_jobs, run_jobs


def drill(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="VIDEO|TRACK",
            help="Clips of the standing drill, filmed from the side (or from in front or behind).",
            show_default=False,
        ),
    ],
    out: Out = None,
    front: Annotated[
        Path | None,
        typer.Option(
            "--front",
            "--rear-clip",
            metavar="VIDEO|TRACK",
            help="The same drill filmed from in front or behind: adds stance width and weight.",
            show_default=False,
        ),
    ] = None,
    height: Height = None,
    roll: Roll = None,
    slow_motion: SlowMotion = None,
    quality: Quality = "best",
    pose_model: Annotated[
        str | None, typer.Option(metavar="full|heavy", help="As for leanline analyze.")
    ] = None,
    person: Person = None,
    start: Start = None,
    end: End = None,
    rotate: Rotate = None,
    crop: Crop = None,
    as_json: AsJson = False,
    overlay: Overlay = False,
    report: Report = True,
    lang: Lang = "en",
) -> None:
    """Measure the standing lean: stand tall, tip from the ankles as one plank, hold, repeat.

    By geometry, balance is lost at about 9 to 11 degrees: keep a wall or a partner within reach.
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
        "rotate_deg": rotate,
        "crop": crop,
        "rear_clip": None if front is None else str(front),
    }
    request = AnalyzeOptions(
        options=options,
        as_json=as_json,
        overlay=overlay,
        report=report,
        language=lang,
        standing_only=True,
    )
    raise typer.Exit(run_jobs(lambda: plan_jobs(inputs, out, overlay=overlay), request))
