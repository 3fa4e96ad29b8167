"""``leanline metronome``: clicks to run to, as a sound file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from leanline.cli.run_inputs import refuse

# The step that studies of cadence begin with.
FASTER = 1.05


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
    """Write clicks at an even rate to a WAV file, to run to."""
    from leanline.errors import LeanlineError
    from leanline.live.metronome import write_clicks

    try:
        rate = _rate(spm, result)
        write_clicks(out, rate, minutes)
    except LeanlineError as error:
        raise typer.Exit(refuse(error)) from error
    typer.echo(f"{out}: {minutes:g} minutes of {rate:.1f} clicks a minute, one for each step.")


def _rate(spm: float | None, result: Path | None) -> float:
    from leanline.errors import UsageError

    if (spm is None) == (result is None):
        raise UsageError("metronome.one_source")
    if spm is not None:
        return spm
    from leanline.cli.read_result import read_result

    found = read_result(result or Path()).analysis.metrics.get("cadence_spm")
    if found is None or not isinstance(found.value, float):
        raise UsageError("metronome.no_cadence", path=str(result))
    return FASTER * found.value
