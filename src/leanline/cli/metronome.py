"""``leanline metronome``: writes metronome clicks to a sound file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.run_inputs import print_error

# Cadence retraining studies usually start with an increase of 5 to 10 %.
CADENCE_INCREASE = 1.05


def metronome(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="FILE.wav", help="Where to write the sound.")
    ],
    spm: Annotated[
        float | None, typer.Option(metavar="N", help="Clicks a minute: one for each step.")
    ] = None,
    result: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Take the cadence of this result, 5 % quicker, instead of --spm."
        ),
    ] = None,
    minutes: Annotated[float, typer.Option(metavar="MIN", help="How long.")] = 10.0,
) -> None:
    """Write a WAV file of metronome clicks to run to."""
    from leanline.errors import LeanlineError
    from leanline.live.metronome import write_clicks

    try:
        rate = _rate(spm, result)
        write_clicks(out, rate, minutes)
    except LeanlineError as error:
        raise typer.Exit(print_error(error)) from error
    typer.echo(f"{out}: {minutes:g} minutes of {rate:.1f} clicks a minute, one for each step.")


def _rate(spm: float | None, result: Path | None) -> float:
    from leanline.errors import UsageError

    if (spm is None) == (result is None):
        raise UsageError("metronome.one_source")
    if spm is not None:
        return spm
    from leanline.cli.read_result import read_result

    cadence = read_result(result or Path()).analysis.metrics.get("cadence_spm")
    if cadence is None or not isinstance(cadence.value, float):
        raise UsageError("metronome.no_cadence", path=str(result))
    return CADENCE_INCREASE * cadence.value
