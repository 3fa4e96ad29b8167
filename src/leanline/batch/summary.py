"""``summary.html``: one page with a row per clip."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from leanline.batch.fetch import to_text
from leanline.batch.journal import Journal
from leanline.batch.task import BatchClip, Cell, Columns, Outcome
from leanline.files import written_atomically
from leanline.reason import Reason
from leanline.registry.displays import BATCH_SUMMARY
from leanline.report.catalog import texts
from leanline.report.html import style_sheet
from leanline.units import say, say_interval
from leanline.version import __version__

if TYPE_CHECKING:
    from jinja2 import Environment

FILE_NAME: Final = "summary.html"


@dataclass(frozen=True)
class Value:
    """The content of one cell.

    Parameters
    ----------
    text
        The value as written; empty if there is none.
    interval
        Its confidence interval as written.
    quality
        Of the metric.
    why
        Why there is no value.
    """

    text: str = ""
    interval: str = ""
    quality: str = ""
    why: str = ""


@dataclass(frozen=True)
class Row:
    """One clip on the page.

    Parameters
    ----------
    folder, name
        The two parts of the clip's id.
    athlete
        Whose it is; empty if nobody's.
    own
        Custom columns of the manifest.
    status
        How its task ended, or ``waiting``.
    shows
        Activity and surface.
    reason, hint
        Why there are no numbers, and what to do about it; empty where there are.
    page
        Address of its report; empty if there is none.
    warnings
        Of its analysis.
    values
        By metric.
    """

    folder: str
    name: str
    athlete: str
    own: Mapping[str, str]
    status: str
    shows: str
    reason: str
    hint: str
    page: str
    warnings: tuple[str, ...]
    values: Mapping[str, Value]

    def notes(self, shown: Sequence[tuple[str, str]]) -> tuple[str, ...]:
        """Return the warnings, and why some of the metrics shown were not measured."""
        missing = ((name, self.values.get(metric, Value()).why) for metric, name in shown)
        return (*self.warnings, *(f"{name}: {why}." for name, why in missing if why))


def write_summary(clips: Sequence[BatchClip], journal: Journal) -> Path:
    """Write the page into the batch's folder.

    Parameters
    ----------
    clips
        All clips of the batch.
    journal
        Their outcomes.

    Returns
    -------
    Path
        The page.
    """
    rows = [build_row(clip, journal.read(clip.id), journal) for clip in clips]
    page = render_page(rows)
    with written_atomically(journal.out / FILE_NAME) as part:
        part.write_text(page, encoding="utf-8")
    return journal.out / FILE_NAME


def render_page(rows: Sequence[Row]) -> str:
    """Render the page as HTML."""
    from markupsafe import Markup

    shown = [
        name for name in BATCH_SUMMARY if any(row.values.get(name, Value()).text for row in rows)
    ]
    words = texts("en")
    # The style sheet is part of the package, so it needs no escaping.
    style = Markup(style_sheet())  # noqa: S704
    return (
        _environment()
        .get_template("summary.html.j2")
        .render(
            rows=rows,
            own=list(dict.fromkeys(name for row in rows for name in row.own)),
            shown=[(name, words.say(f"metrics.{name}.name")) for name in shown],
            counts={
                status: sum(row.status == status for row in rows)
                for status in ("analysed", "nobody", "failed", "waiting")
            },
            empty=Value(),
            style=style,
            version=__version__,
        )
    )


def build_row(clip: BatchClip, outcome: Outcome | None, journal: Journal) -> Row:
    """Build the row of one clip.

    Parameters
    ----------
    clip
        The clip.
    outcome
        None while there is none.
    journal
        Which finds the report.

    Returns
    -------
    Row
        Its status is ``waiting`` while there is no outcome.
    """
    if outcome is None:
        outcome = Outcome(clip.id, "failed", problem=Reason("batch.not_yet"))
        status = "waiting"
    else:
        status = outcome.status
    folder, slash, name = to_text(clip.id).rpartition("/")
    page = journal.result_folder(clip.id) / "report.html"
    warnings: Columns = outcome.tables.get("warnings", {})
    return Row(
        folder=folder + slash,
        name=name,
        athlete=clip.athlete or "",
        own=clip.extra,
        status=status,
        shows=_subject(outcome.facts),
        reason=outcome.reason,
        hint=outcome.hint,
        page=quote(page.relative_to(journal.out).as_posix()) if page.exists() else "",
        warnings=tuple(warnings.get("text", ())),
        values=dict(_values(outcome.tables.get("metrics", {}))),
    )


def _subject(facts: Mapping[str, Cell]) -> str:
    words = (facts.get("activity"), facts.get("surface"))
    return ", ".join(word for word in words if word and word != "unknown")


def _values(columns: Columns) -> Iterable[tuple[str, Value]]:
    names = list(columns)
    for cells in zip(*columns.values(), strict=True):
        row = dict(zip(names, cells, strict=True))
        if row["metric"] in BATCH_SUMMARY:
            yield row["metric"], _value(row)


def _value(row: Mapping[str, Cell]) -> Value:
    if row["label"] is not None:
        return Value(say(row["metric"], row["label"]), quality=row["quality"])
    if row["value"] is None:
        return Value(why=row["why"] or "it could not be measured")
    interval = ""
    if row["ci95_low"] is not None and row["ci95_high"] is not None:
        interval = say_interval(row["metric"], row["value"], (row["ci95_low"], row["ci95_high"]))
    text = say(row["metric"], row["value"])
    return Value(text.replace("-", "−"), interval.replace("-", "−"), row["quality"])


@cache
def _environment() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("leanline.batch", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
