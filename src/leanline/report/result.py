"""The files of one result: what ``leanline analyze`` and the workers write."""

from __future__ import annotations

from pathlib import Path

from leanline.formats.analysis_json import write_analysis
from leanline.formats.runner_npz import write_runner
from leanline.model import Analysis


def write_result(
    analysis: Analysis,
    directory: Path,
    source: Path | None = None,
    *,
    language: str = "en",
    report: bool = True,
) -> None:
    """Write ``analysis.json`` and, with ``report``, the page and the pose that it is made from.

    Parameters
    ----------
    source
        The clip, for the pictures of the page.

    Raises
    ------
    OSError
        The directory cannot be written to.
    """
    write_analysis(analysis, directory)
    if report:
        from leanline.report.html import write_report

        if analysis.runner is not None:
            write_runner(analysis.runner, directory)
        write_report(analysis, directory, source if analysis.video.width else None, language)
