"""What a page advises: one headline, and one line for every other step of the method."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from leanline.findings import drills, forecast
from leanline.model import Analysis, Finding, Verdict
from leanline.reason import Reason
from leanline.registry.displays import SECTIONS
from leanline.report.catalog import Texts
from leanline.report.exercise_cards import exercise_cards
from leanline.report.minus import minus
from leanline.report.model import Advice, VerdictLine
from leanline.result_wording import finding_text


def advice(analysis: Analysis, words: Texts) -> tuple[Advice, ...]:
    """The findings as the page shows them: the headline, then the others by importance.

    Parameters
    ----------
    analysis
        With its findings.
    words
        Of the language.

    Returns
    -------
    tuple of Advice
        Empty if nothing was found.
    """
    found = tuple(
        _one_advice(finding, words, "one" if number == 0 else "also")
        for number, finding in enumerate(analysis.findings)
    )
    if found:
        return found
    walks = analysis.activity == "walking"
    return (
        Advice(
            id="nothing",
            severity="good",
            heading=words.say("ui.nothing"),
            title="",
            text=words.say("ui.nothing_walk" if walks else "ui.nothing_text"),
            evidence="",
        ),
    )


def verdict_lines(
    analysis: Analysis, words: Texts, advised: Sequence[Advice]
) -> tuple[VerdictLine, ...]:
    """The verdicts as the page shows them, with the drill where there is one.

    A finding that no verdict states, such as a second one of the same step, has its own line.

    Parameters
    ----------
    analysis
        With its verdicts and findings.
    words
        Of the language.
    advised
        What ``advice`` says of the analysis.

    Returns
    -------
    tuple of VerdictLine
        Without the one that is the headline.
    """
    found = advised[: len(analysis.findings)]
    by_id = {one.id: one for one in found}
    headline = found[0].id if found else ""
    ahead = {one.verdict: one.reason for one in forecast(analysis.metrics, analysis.activity)}
    lines = [
        _verdict_line(verdict, by_id.get(verdict.statement), words, ahead.get(verdict.id))
        for verdict in analysis.verdicts
        if verdict.statement != headline
    ]
    stated = {verdict.statement for verdict in analysis.verdicts}
    more = [
        _finding_line(finding, one, words)
        for finding, one in zip(analysis.findings[1:], found[1:], strict=True)
        if finding.id not in stated
    ]
    return tuple(sorted([*lines, *more], key=lambda line: line.step))


def _verdict_line(
    verdict: Verdict, found: Advice | None, words: Texts, ahead: Reason | None
) -> VerdictLine:
    """Return the verdict's sentence; of an open one also what more clips would do."""
    told = verdict.reasons if ahead is None else (*verdict.reasons, ahead)
    return VerdictLine(
        step=verdict.step,
        name=words.say(f"sections.{SECTIONS[verdict.step]}.name"),
        outcome=verdict.outcome,
        outcome_word=words.say(f"outcomes.{verdict.outcome}"),
        text=minus(finding_text(told, words.language)),
        advice=found,
    )


def _finding_line(finding: Finding, found: Advice, words: Texts) -> VerdictLine:
    outcome = {"work_on": "change", "watch": "open"}.get(finding.severity, "keep")
    return VerdictLine(
        step=finding.step,
        name=words.say(f"sections.{SECTIONS[finding.step]}.name"),
        outcome=outcome,
        outcome_word=words.say(f"outcomes.{outcome}"),
        text=minus(finding_text(finding.reasons[:1], words.language)),
        advice=found,
    )


def _one_advice(finding: Finding, words: Texts, place: str) -> Advice:
    drill = drills(words.language.code).get(finding.id)
    found = Advice(
        id=finding.id,
        severity=finding.severity,
        heading=words.say(f"advice.{place}.{finding.severity}"),
        title=drill.title if drill else "",
        text=minus(finding_text(finding.reasons, words.language)),
        evidence=words.say(
            "ui.evidence_long",
            grade=finding.evidence,
            words=words.say(f"grades.{finding.evidence}"),
        ),
        see=_see(finding, words),
        moments_s=finding.frames_s,
    )
    if drill is None:
        return found
    return replace(
        found,
        condition=words.say("ui.if_again") if finding.severity == "watch" else "",
        cue=drill.cue,
        why=drill.why,
        drill=drill.drill,
        keep=drill.keep,
        again=drill.again,
        exercises=exercise_cards(finding.id, words.language.code),
    )


def _see(finding: Finding, words: Texts) -> str:
    """Describe where in the clip the finding shows best; empty if no frame was selected."""
    times = [words.language.number(f"{time_s:.2f}") for time_s in finding.frames_s]
    return words.say("ui.see", times=", ".join(times)) if times else ""
