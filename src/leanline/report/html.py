"""``report.html``: one self-contained page from the view model, pictures and charts."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leanline.errors import InputError, writing_to
from leanline.files import written_atomically
from leanline.model import Analysis
from leanline.report.catalog import Texts, texts
from leanline.report.chart import Chart
from leanline.report.charts import charts
from leanline.report.cover import Cover
from leanline.report.frames import jpegs
from leanline.report.front_check import FrontCheck
from leanline.report.key_frames import Shot, shots
from leanline.report.model import ReportModel
from leanline.report.svg import NARROW, WIDE, role_rules, svg
from leanline.report.view_model import report_model
from leanline.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

FILE_NAME: Final = "report.html"


@dataclass(frozen=True)
class ChartMarkup:
    """A chart as markup.

    Parameters
    ----------
    title
        Its heading.
    wide, narrow
        Drawings for wide and for narrow screens.
    """

    title: str
    wide: str
    narrow: str


def write_report(
    analysis: Analysis, directory: Path, video: Path | None = None, code: str = "en"
) -> Path:
    """Write ``report.html`` into ``directory``, whole or not at all.

    Parameters
    ----------
    analysis
        With ``runner`` in it for pictures and curves; without it the page has neither.
    directory
        Where to write; made if need be.
    video
        The clip, for the pictures; None for a page without.
    code
        The language.

    Returns
    -------
    Path
        The file written.
    """
    html = report_html(analysis, render_images(analysis, video, shots(analysis)), code)
    return write_text(directory / FILE_NAME, html)


def report_html(
    analysis: Analysis,
    images: Mapping[Shot, bytes],
    code: str = "en",
    front_check: FrontCheck | None = None,
    cover: Cover | None = None,
) -> str:
    """Render the page of a report.

    Parameters
    ----------
    analysis
        Of the clip.
    images
        Key frames as JPEG files; missing ones are left out of the page.
    code
        The language.
    front_check
        The runner's last check from in front, for clips that do not show it; None without one.
    cover
        What a person adds to the first page; None for a report as analysed.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    model = report_model(analysis, code, front_check)
    return render(model, charts(analysis, code), images, cover)


def render(
    model: ReportModel,
    drawings: Mapping[str, Chart],
    images: Mapping[Shot, bytes],
    cover: Cover | None = None,
) -> str:
    """Render a report from its view model.

    Parameters
    ----------
    model
        The texts.
    drawings
        Charts by id.
    images
        Key frames as JPEG files.
    cover
        What a person adds to the first page.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    words = texts(model.language)
    return page(
        "report.html.j2",
        words,
        model=model,
        cover=cover or Cover(),
        served=cover is not None and bool(cover.above),
        logo=data_url(cover.logo, "image/png") if cover and cover.logo else "",
        charts={name: draw_chart(chart, words) for name, chart in drawings.items()},
        images={shot: data_url(data) for shot, data in images.items()},
    )


def page(template: str, words: Texts, **values: Any) -> str:  # noqa: ANN401
    """Render a template with the style sheet in it.

    Parameters
    ----------
    template
        File name in ``report/templates``.
    words
        Of the language.
    values
        What the template refers to; text is escaped where it is inserted.

    Returns
    -------
    str
        HTML.
    """
    from markupsafe import Markup

    def ui(key: str, **places: object) -> str:
        return words.say(f"ui.{key}", **places)

    # The style sheet is part of the package, so it needs no escaping.
    style = Markup(style_sheet())  # noqa: S704
    return (
        _environment()
        .get_template(template)
        .render(ui=ui, say=words.say, style=style, version=__version__, **values)
    )


def draw_chart(chart: Chart, words: Texts) -> ChartMarkup:
    """Draw a chart as markup.

    Parameters
    ----------
    chart
        With texts that need not be escaped yet.
    words
        Of the language, for the decimal mark.

    Returns
    -------
    ChartMarkup
        Safe to insert into a page.
    """
    from markupsafe import Markup

    decimal = words.language.decimal
    wide, narrow = (Markup(svg(chart, size, decimal=decimal)) for size in (WIDE, NARROW))  # noqa: S704
    return ChartMarkup(chart.title, wide, narrow)


def style_sheet() -> str:
    """Return the page's style sheet, with chart colours for light, dark and print."""
    own = files("leanline.report").joinpath("templates", "style.css").read_text(encoding="utf-8")
    light, dark = role_rules("light"), role_rules("dark")
    return f"{own}{light}@media screen and (prefers-color-scheme:dark){{{dark}}}"


def render_images(
    analysis: Analysis, video: Path | None, wanted: Iterable[Shot]
) -> dict[Shot, bytes]:
    """The key frames of a report, if there is a clip to take them from.

    Parameters
    ----------
    analysis
        Of the clip.
    video
        The clip.
    wanted
        Which frames.

    Returns
    -------
    dict of bytes
        JPEG files; empty if the clip or the pose is not available.
    """
    if video is None or analysis.runner is None or not analysis.video.width:
        return {}
    try:
        return jpegs(video, analysis, wanted)
    except InputError:
        return {}


def data_url(data: bytes, kind: str = "image/jpeg") -> str:
    """Encode a file as a data URL.

    Parameters
    ----------
    data
        Its content.
    kind
        Its media type.

    Returns
    -------
    str
        For an ``src`` or ``href``.
    """
    return f"data:{kind};base64,{base64.b64encode(data).decode('ascii')}"


def write_text(path: Path, text: str) -> Path:
    """Write a text file completely or not at all.

    Parameters
    ----------
    path
        The file.
    text
        Its content, written as UTF-8.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UsageError
        It cannot be written.
    """
    with writing_to(path), written_atomically(path) as part:
        part.write_text(text, encoding="utf-8")
    return path


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("leanline.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
