"""The files of a result, as written by ``leanline analyze`` and the workers."""

from __future__ import annotations

from pathlib import Path

from leanline.files import written_atomically, written_together
from leanline.formats.analysis_json import write_analysis
from leanline.formats.runner_npz import write_runner
from leanline.model import Analysis
from leanline.report.front_check import FrontCheck


def write_result(
    analysis: Analysis,
    directory: Path,
    source: Path | None = None,
    *,
    language: str = "en",
    report: bool = True,
    front_check: FrontCheck | None = None,
) -> None:
    """Write ``analysis.json`` and, with ``report``, the page and the pose that it is made from.

    All of them or none: on a full disk an earlier result stays as it was.

    Parameters
    ----------
    analysis
        What to write.
    directory
        Where to; created if missing.
    source
        The clip, for the pictures of the page.
    language
        Language of the page.
    report
        Whether to write the page as well.
    front_check
        The runner's last check from in front, which the page mentions.

    Raises
    ------
    OSError
        The directory cannot be written to.
    """
    with written_together(directory) as new:
        write_analysis(analysis, new)
        if report:
            from leanline.report.html import FILE_NAME, render_images, report_html
            from leanline.report.key_frames import shots

            if analysis.runner is not None:
                write_runner(analysis.runner, new)
            clip = source if analysis.video.width else None
            images = render_images(analysis, clip, shots(analysis))
            html = report_html(analysis, images, language, front_check)
            with written_atomically(new / FILE_NAME) as part:
                part.write_text(html, encoding="utf-8")
