"""Options shared by all commands that analyse clips."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

Out = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="DIR",
        help="Write analysis.json and report.html here; with several inputs into DIR/NAME. "
        "Without it nothing is written.",
    ),
]
Height = Annotated[
    str | None,
    typer.Option(metavar="1.78m|5ft10", help="The runner's height in shoes, with its unit."),
]
Speed = Annotated[
    str | None,
    typer.Option(metavar="10km/h|6:00min/km", help="Speed of the treadmill's belt, with its unit."),
]
Roll = Annotated[
    float | None,
    typer.Option(metavar="DEG", help="Camera roll, if known; positive when turned clockwise."),
]
SlowMotion = Annotated[
    float | None,
    typer.Option(metavar="TIMES", help="How many times slower than real time the clip plays."),
]
Quality = Annotated[
    str,
    typer.Option(
        metavar="best|balanced|fast",
        help="best reads all of a long film, balanced 15 s of it; fast runs a smaller network.",
    ),
]
Device = Annotated[
    str,
    typer.Option(
        metavar="cpu|gpu|npu|auto",
        help="What computes the network; results are the same everywhere on the cpu only.",
    ),
]
Person = Annotated[int | None, typer.Option(metavar="N", help="Whom to follow; 1 is the leftmost.")]
Start = Annotated[
    float | None, typer.Option(metavar="S", help="Start here, in seconds of the clip.")
]
End = Annotated[float | None, typer.Option(metavar="S", help="End here, in seconds of the clip.")]
Rotate = Annotated[
    int | None,
    typer.Option(
        metavar="90|180|270",
        help="Turn the picture clockwise, degrees; by default judged by the people in it.",
    ),
]
Crop = Annotated[
    str | None,
    typer.Option(
        metavar="X,Y,W,H", help="Use only this part of the picture, in pixels from the top left."
    ),
]
AsJson = Annotated[
    bool,
    typer.Option(
        "--json", help="Print the analysis instead of the summary; several inputs as JSON lines."
    ),
]
Overlay = Annotated[
    bool, typer.Option("--overlay", help="Also draw what was seen: DIR/overlay.mp4.")
]
Report = Annotated[
    bool,
    typer.Option("--report/--no-report", help="Write DIR/report.html, the page to look at."),
]
Lang = Annotated[str, typer.Option("--lang", metavar="en|de", help="Language of the page.")]
