"""The headline of a clip without a decided fault: what is fine, and what is too close to tell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from leanline.model import Finding, Verdict
from leanline.reason import Reason

ID: Final = "nothing_clear"
GRADE: Final = "D"
#: Its sentences in the catalogue.
SENTENCES: Final = ("verdict", "advice", "open", "unmeasured")


def nothing_clear(verdicts: Sequence[Verdict]) -> Finding | None:
    """Return the headline that nothing clearly asks for a change.

    It is as certain as the least certain of its statements, each of which is decided. Steps that
    are too close to tell, or were not measured, are named and not stated.

    Parameters
    ----------
    verdicts
        Of all steps that the clip shows.

    Returns
    -------
    Finding or None
        None if a step calls for a change or no step is decided.
    """
    fine = [verdict for verdict in verdicts if verdict.outcome == "keep"]
    if not fine or any(verdict.outcome == "change" for verdict in verdicts):
        return None
    stated = {"fine": tuple(f"fine_{verdict.statement}" for verdict in fine)}
    sentence = "advice" if len(fine) == len(verdicts) else "verdict"
    reasons = [Reason(f"finding.{ID}.{sentence}", stated)]
    for outcome in ("open", "unmeasured"):
        topics = tuple(f"topic_{verdict.id}" for verdict in verdicts if verdict.outcome == outcome)
        if topics:
            reasons.append(Reason(f"finding.{ID}.{outcome}", {outcome: topics}))
    return Finding(
        id=ID,
        step=fine[0].step,
        severity="good",
        reasons=tuple(reasons),
        evidence=GRADE,
        probability=min(verdict.probability or 0.0 for verdict in fine),
    )
