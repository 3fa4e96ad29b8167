"""Charts and key frames as separate files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from leanline.errors import writing_to
from leanline.languages import language
from leanline.model import Analysis
from leanline.report.charts import charts
from leanline.report.frames import crop_key_frames, write_pngs
from leanline.report.html import write_text
from leanline.report.key_frames import Shot, shots
from leanline.report.marked_svg import marked_svg
from leanline.report.svg import WIDE, svg

ImageFormat = Literal["svg", "png"]


def write_figures(
    analysis: Analysis,
    directory: Path,
    form: ImageFormat = "svg",
    video: Path | None = None,
    code: str = "en",
) -> tuple[Path, ...]:
    """Write every chart, and with a video every key frame, as separate files.

    Parameters
    ----------
    analysis
        With ``runner`` for curves and key frames.
    directory
        Where to write; made if need be.
    form
        Format of the files.
    video
        The clip, for the key frames; None for the charts only.
    code
        The language.

    Returns
    -------
    tuple of Path
        The files written, charts first.

    Raises
    ------
    UsageError
        The directory cannot be written, or PNG is asked for without Matplotlib.
    """
    with writing_to(directory):
        directory.mkdir(parents=True, exist_ok=True)
    written = []
    for name, chart in charts(analysis, code).items():
        path = directory / f"{name}.{form}"
        if form == "svg":
            decimal = language(code).decimal
            write_text(path, svg(chart, WIDE, alone=True, decimal=decimal))
        else:
            from matplotlib import pyplot

            from leanline.report.mpl import plot

            figure = plot(chart).figure
            figure.savefig(path, dpi=200)  # type: ignore[union-attr]
            pyplot.close(figure)  # type: ignore[arg-type]
        written.append(path)
    if video is not None and analysis.runner is not None:
        write = _write_svgs if form == "svg" else write_pngs
        written += write(video, analysis, shots(analysis), directory)
    return tuple(written)


def _write_svgs(
    video: Path, analysis: Analysis, moments: Sequence[Shot], directory: Path
) -> tuple[Path, ...]:
    """Write every key frame as SVG, with the picture inside and marks as lines and text."""
    written = []
    for shot, (picture, marks) in crop_key_frames(video, analysis, moments).items():
        path = directory / f"{shot.name}.svg"
        write_text(path, marked_svg(picture, marks, f"{shot.name}, {shot.time_s:.2f} s"))
        written.append(path)
    return tuple(written)
