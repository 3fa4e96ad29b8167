"""``leanline analyze``: measures clips or tracks and writes ``analysis.json`` and a report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.clip_options import (
    AsJson,
    Crop,
    Device,
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
    Speed,
    Start,
)
from leanline.cli.each import NOBODY, each_of
from leanline.cli.run_inputs import AnalyzeOptions, plan_jobs, print_error, run_jobs
from leanline.cli.save import SaveTarget
from leanline.cli.store_options import Data
from leanline.errors import UsageError


def analyze(
    inputs: Annotated[
        list[Path],
        typer.Argument(
            metavar="VIDEO|TRACK",
            help="Clips, folders of numbered pictures (with --fps), or pose tracks: TRC, C3D, CSV, "
            "Parquet, JSON, HDF5, netCDF, or a folder of OpenPose JSON.",
            show_default=False,
        ),
    ],
    out: Out = None,
    height: Height = None,
    speed: Speed = None,
    roll: Roll = None,
    phone_roll: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="Camera roll by the phone's sensors: one source of many."),
    ] = None,
    phone_roll_sd: Annotated[
        float | None,
        typer.Option(metavar="DEG", help="Standard deviation of the phone's readings."),
    ] = None,
    slow_motion: SlowMotion = None,
    quality: Quality = "balanced",
    device: Device = "cpu",
    pose_model: Annotated[
        str | None,
        typer.Option(
            metavar="full|heavy|rtmpose",
            help=r"The network itself; rtmpose needs leanline\[rtmpose].",
        ),
    ] = None,
    person: Person = None,
    start: Start = None,
    end: End = None,
    rotate: Rotate = None,
    crop: Crop = None,
    shot: Annotated[
        int | None,
        typer.Option(metavar="N", help="Which shot of an edited film; by default the best."),
    ] = None,
    people: Annotated[
        str | None,
        typer.Option(metavar="all", help="Measure everybody who can be measured, one by one."),
    ] = None,
    shots: Annotated[
        str | None, typer.Option(metavar="all", help="Measure every shot of an edited film.")
    ] = None,
    activity: Annotated[
        str | None,
        typer.Option(
            metavar="running|walking|standing",
            help="What the person is doing, if leanline cannot tell.",
        ),
    ] = None,
    standing_clip: Annotated[
        Path | None,
        typer.Option(metavar="CLIP", help="The same runner standing tall, as their own zero."),
    ] = None,
    rear_clip: Annotated[
        Path | None,
        typer.Option(
            metavar="CLIP", help="The same run from behind or in front: adds its numbers."
        ),
    ] = None,
    fps: Annotated[
        float | None,
        typer.Option(
            metavar="HZ", help="Frame rate of pictures or of a track that only numbers its frames."
        ),
    ] = None,
    keypoint_names: Annotated[
        str | None,
        typer.Option(
            metavar="FILE|SET", help="Which point of a track is which; by default detected."
        ),
    ] = None,
    picture: Annotated[
        str | None,
        typer.Option(metavar="WxH", help="Size of the picture of a track with coordinates 0 to 1."),
    ] = None,
    weights: Annotated[
        str | None, typer.Option(metavar="ONNX", help="The network file for rtmpose.")
    ] = None,
    athlete: Annotated[
        list[str] | None,
        typer.Option(
            metavar="NAME",
            help="Keep clip and result in the store, for this athlete; with --people all once for "
            "each person in the order of their numbers, - for somebody not to be kept.",
        ),
    ] = None,
    filmed: Annotated[
        str | None,
        typer.Option(
            "--date",
            metavar="YYYY-MM-DD[THH:MM]",
            help="When it was filmed, with --athlete; by default read from the film or its file.",
        ),
    ] = None,
    data: Data = None,
    as_json: AsJson = False,
    overlay: Overlay = False,
    slow_contacts: Annotated[
        bool, typer.Option("--slow-contacts", help="Slow the overlay down at each contact.")
    ] = False,
    debug_picture: Annotated[
        Path | None,
        typer.Option(
            metavar="PNG",
            help="Draw what was found, and which rule refused the clip if one did.",
        ),
    ] = None,
    report: Report = True,
    lang: Lang = "en",
) -> None:
    """Measure how a runner leans, lands and steps in a side-on clip."""
    options = {
        "height_m": height,
        "speed_mps": speed,
        "roll_deg": roll,
        "phone_roll_deg": phone_roll,
        "phone_roll_sd_deg": phone_roll_sd,
        "slow_motion": slow_motion,
        "pose_model": pose_model,
        "quality": quality,
        "person": person,
        "start_s": start,
        "end_s": end,
        "rotate_deg": rotate,
        "crop": crop,
        "shot": shot,
        "activity": activity,
        "standing_clip": None if standing_clip is None else str(standing_clip),
        "rear_clip": None if rear_clip is None else str(rear_clip),
        "fps": fps,
        "keypoint_names": keypoint_names,
        "picture": picture,
        "weights": weights,
        "device": device,
    }
    try:
        each = each_of(people, shots, options)
        keep = _keep(athlete or (), data, filmed, several=each == "people")
        _check_one_picture(debug_picture, several=len(inputs) > 1 or each is not None)
    except UsageError as error:
        raise typer.Exit(print_error(error, lang)) from error
    if each is not None and quality == "balanced":
        options["quality"] = "best"  # who is in a part of the film says nothing of the rest
    request = AnalyzeOptions(
        options=options,
        as_json=as_json,
        overlay=overlay or slow_contacts,
        report=report,
        language=lang,
        slow_contacts=slow_contacts,
        keep=keep,
        each=each,
        debug_picture=debug_picture,
    )
    raise typer.Exit(run_jobs(lambda: plan_jobs(inputs, out, overlay=request.overlay), request))


def _check_one_picture(debug_picture: Path | None, *, several: bool) -> None:
    if debug_picture is not None and several:
        raise UsageError("usage.one_picture", setting="debug_picture")


def _keep(
    athletes: Sequence[str], data: str | None, filmed: str | None, *, several: bool
) -> tuple[SaveTarget | None, ...]:
    """Where to save clip and result, and the date that was given for them; one for each person
    where there are several.
    """
    if not athletes and filmed is not None:
        raise UsageError("usage.date_without_athlete")
    if len(athletes) > 1 and not several:
        raise UsageError("usage.one_athlete", setting="athlete")
    moment = None if filmed is None else _moment(filmed)
    return tuple(
        None if several and athlete == NOBODY else SaveTarget(athlete, data, moment)
        for athlete in athletes
    )


def _moment(text: str) -> datetime:
    """A day, or a day and time; this computer's time zone unless it has one."""
    try:
        return datetime.fromisoformat(text).astimezone()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError("usage.not_a_moment", value=text) from error
