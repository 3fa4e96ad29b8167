"""Repetitions of the standing drill as texts, for the page and the terminal."""

from __future__ import annotations

import math

from leanline.model import Analysis, Repetition
from leanline.report.catalog import Texts
from leanline.report.model import RepetitionRow


def repetition_rows(analysis: Analysis, words: Texts) -> tuple[RepetitionRow, ...]:
    """The repetitions of the standing drill as a table.

    Parameters
    ----------
    analysis
        With the drill.
    words
        Of the language.

    Returns
    -------
    tuple of RepetitionRow
        One for each lean; empty for a clip without the drill.
    """
    found = analysis.drill.repetitions if analysis.drill else ()
    return tuple(_row(number, rep, words) for number, rep in enumerate(found, start=1))


def _row(number: int, rep: Repetition, words: Texts) -> RepetitionRow:
    def degrees(value: float | None) -> str:
        if value is None or not math.isfinite(value):
            return "–"
        return words.language.say("stand_lean_deg", value).replace("-", "−")

    line = words.language.say("stand_break", rep.breaks_at or "straight")
    if rep.breaks_at is not None:
        line += f" {degrees(rep.straightness_deg)}"
    start, end = (words.language.number(f"{t:.1f}") for t in (rep.start_s, rep.end_s))
    return RepetitionRow(
        number=str(number),
        time=f"{start}–{end} s",
        lean=degrees(rep.lean_deg),
        minus_standing=degrees(rep.lean_zeroed_deg),
        hold=words.language.say("hold_s", rep.hold_s),
        steady=degrees(rep.steadiness_deg),
        line=line,
        cut="" if rep.whole else words.say("ui.rep_cut"),
    )
