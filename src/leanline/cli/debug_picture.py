"""``--debug-picture``: what was found in a clip, whether it was measured or refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from leanline.cli.flags import flag_of
from leanline.errors import NobodyError, writing_to

if TYPE_CHECKING:
    from leanline.model import Analysis


@contextmanager
def drawing_refusals(source: Path, out: Path | None, language: str) -> Iterator[None]:
    """Draw a picture of who was found when the clip is refused in the block.

    Parameters
    ----------
    source
        The clip.
    out
        Where to write the picture; None for nowhere.
    language
        Of the sentence below the picture.

    Yields
    ------
    None
        For the duration of the block.

    Raises
    ------
    NobodyError
        As raised in the block.
    UsageError
        The picture cannot be written.
    """
    try:
        yield
    except NobodyError as error:
        if out is not None:
            _draw_refusal(source, error, out, language)
        raise


def draw_measured(source: Path, analysis: Analysis, out: Path, language: str) -> None:
    """Draw a picture of who was found in a clip that was measured.

    Parameters
    ----------
    source
        The clip.
    analysis
        Of the clip.
    out
        Where to write the picture.
    language
        Of the sentence below the picture.

    Raises
    ------
    UsageError
        The picture cannot be written.
    """
    from leanline.model import FoundPeople
    from leanline.pipeline import what_was_read
    from leanline.report.found_picture import write_found_picture
    from leanline.wording.catalogue import render

    capture = analysis.capture
    if capture is None:
        return
    found = FoundPeople(capture.video, capture.people, capture.pose)
    cadence = analysis.metrics.get("cadence_spm")
    value = None if cadence is None else cadence.value
    spm = value if isinstance(value, float) else float("nan")
    text = render(what_was_read(capture, analysis.view, spm), language)
    with writing_to(out):
        write_found_picture(source, found, out, "", text)


def _draw_refusal(source: Path, error: NobodyError, out: Path, language: str) -> None:
    from leanline.report.found_picture import write_refusal_picture

    with writing_to(out):
        drawn = write_refusal_picture(source, error, out, error.message(language, flag_of))
    if drawn:
        typer.echo(f"What was found: {out}", err=True)
