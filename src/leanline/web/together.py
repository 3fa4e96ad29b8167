"""What an athlete's recent clips say together, for their page."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.findings import drills
from leanline.languages import Language
from leanline.model import Finding
from leanline.registry.displays import SECTIONS
from leanline.report.catalog import texts
from leanline.report.minus import minus
from leanline.store import Store
from leanline.trends.current import current_form
from leanline.trends.together import say_together


@dataclass(frozen=True)
class LineView:
    """One step of the method.

    Parameters
    ----------
    name
        Of the step.
    outcome, outcome_word
        What the clips say, as a key and as a word.
    text
        In a sentence.
    """

    name: str
    outcome: str
    outcome_word: str
    text: str


@dataclass(frozen=True)
class TogetherView:
    """What the recent clips say together.

    Parameters
    ----------
    basis
        Which clips, in a sentence.
    severity
        Of the first finding, as a key.
    title, headline
        The first finding.
    lines
        One for every other step.
    clips
        Ids and names of their sessions.
    """

    basis: str
    severity: str
    title: str
    headline: str
    lines: tuple[LineView, ...]
    clips: tuple[tuple[str, str], ...]


def together_view(store: Store, athlete_id: str, language: Language) -> TogetherView | None:
    """Word what the recent clips say together.

    Parameters
    ----------
    store
        Where they are.
    athlete_id
        Whose.
    language
        Of the sentences.

    Returns
    -------
    TogetherView or None
        None if there is nothing to say.
    """
    form = current_form(store.sessions.history(athlete_id, limit=_RECENT))
    if form is None or not form.findings:
        return None
    said, words = say_together(form, language), texts(language.code)
    lines = tuple(
        LineView(
            words.say(f"sections.{SECTIONS[line.step]}.name"),
            line.outcome,
            words.say(f"outcomes.{line.outcome}"),
            minus(line.text),
        )
        for line in said.lines
    )
    return TogetherView(
        said.basis,
        form.findings[0].severity,
        _title(form.findings[0], language),
        minus(said.headline),
        lines,
        tuple((one.session_id, one.name) for one in form.sessions),
    )


def _title(finding: Finding, language: Language) -> str:
    """Return what to do; empty if the headline is too close to tell."""
    drill = drills(language.code).get(finding.id)
    return "" if drill is None or finding.severity == "watch" else drill.title


# More clips than anybody films in the window in which they are combined.
_RECENT = 60
