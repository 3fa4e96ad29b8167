"""What a runner's recent clips say together, in sentences."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from leanline.languages import Language
from leanline.model import Outcome
from leanline.reason import Param, Reason
from leanline.result_wording import finding_text
from leanline.trends.current import CurrentForm
from leanline.wording.catalogue import render


@dataclass(frozen=True)
class StepLine:
    """What is said of one step of the method.

    Parameters
    ----------
    step
        Number of the step, 1 to 4.
    outcome
        Whether it calls for a change.
    text
        The verdict; if it is open also what more clips would do.
    """

    step: int
    outcome: Outcome
    text: str


@dataclass(frozen=True)
class Together:
    """What recent clips say together, for people.

    Parameters
    ----------
    basis
        Which clips it is from.
    headline
        The one thing to say; empty if nothing was measured.
    lines
        One for each step that the headline does not state.
    """

    basis: str
    headline: str
    lines: tuple[StepLine, ...]


def say_together(form: CurrentForm, language: Language) -> Together:
    """Put what recent clips say together into sentences.

    Parameters
    ----------
    form
        The clips combined.
    language
        The language.

    Returns
    -------
    Together
        With the headline of the first finding.
    """
    first = form.findings[0] if form.findings else None
    return Together(
        _basis(form, language),
        "" if first is None else finding_text(first.reasons, language),
        tuple(_lines(form, "" if first is None else first.id, language)),
    )


def _basis(form: CurrentForm, language: Language) -> str:
    first, last = (f"{form.sessions[i].at.astimezone():%Y-%m-%d}" for i in (0, -1))
    count = len(form.sessions)
    key = "one" if count == 1 else "day" if first == last else "days"
    params: dict[str, Param] = {
        "count": count,
        "first": first,
        "last": last,
        "name": form.sessions[-1].name,
    }
    return render(Reason(f"together.{key}", params), language.code)


def _lines(form: CurrentForm, headline: str, language: Language) -> Iterator[StepLine]:
    ahead = {one.verdict: one.reason for one in form.forecasts}
    for verdict in form.verdicts:
        if verdict.statement == headline:
            continue
        told = (*verdict.reasons, *([ahead[verdict.id]] if verdict.id in ahead else []))
        yield StepLine(verdict.step, verdict.outcome, finding_text(told, language))
