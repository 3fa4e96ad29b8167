"""Step 2 from in front, on the page of a clip from the side: the last check, or how to film one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from leanline.model import Analysis, Verdict
from leanline.reason import Reason
from leanline.report.catalog import Texts
from leanline.report.minus import minus
from leanline.report.model import VerdictLine
from leanline.result_wording import finding_text
from leanline.wording.catalogue import render

#: The verdicts that only a clip from in front or behind allows.
FRONT_VERDICTS: Final = ("stance", "weight")
_STEP: Final = 2


@dataclass(frozen=True)
class FrontCheck:
    """What a runner's last clip of the standing drill from in front or behind said.

    Parameters
    ----------
    day
        When it was filmed.
    verdicts
        Of the stance and of the weight.
    session_id
        The session that it is in.
    """

    day: date
    verdicts: tuple[Verdict, ...]
    session_id: str = ""


def front_lines(
    analysis: Analysis, last: FrontCheck | None, words: Texts
) -> tuple[VerdictLine, ...]:
    """Return the lines on stance and weight for a clip from the side that does not show them.

    Parameters
    ----------
    analysis
        Of the clip.
    last
        The runner's last check from in front; None if there is none.
    words
        The texts of the language.

    Returns
    -------
    tuple of VerdictLine
        What the last check said, or how to film one; empty if the clip answers by itself.
    """
    answered = any(verdict.id in FRONT_VERDICTS for verdict in analysis.verdicts)
    if analysis.view != "side" or analysis.activity == "walking" or answered:
        return ()
    if last is None or not last.verdicts:
        how = render(Reason("front_check.how"), words.language.code)
        return (_line("unmeasured", how, words),)
    return tuple(_last_line(last, verdict, words) for verdict in last.verdicts)


def _last_line(last: FrontCheck, verdict: Verdict, words: Texts) -> VerdictLine:
    text = minus(finding_text(verdict.reasons, words.language))
    params = {"day": last.day.isoformat(), "text": text}
    said = render(Reason("front_check.last", params), words.language.code)
    return _line(verdict.outcome, said, words, last.session_id)


def _line(outcome: str, text: str, words: Texts, session_id: str = "") -> VerdictLine:
    return VerdictLine(
        step=_STEP,
        name=words.say("sections.stand.name"),
        outcome=outcome,
        outcome_word=words.say(f"outcomes.{outcome}"),
        text=text,
        session_id=session_id,
    )
