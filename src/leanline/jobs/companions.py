"""The companions of a stored clip: the runner standing tall, and the drill from in front."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from leanline.errors import UsageError
from leanline.findings import judge_steps
from leanline.model import Analysis, AnalysisWarning, warning
from leanline.pipeline import rear_conflict, with_rear
from leanline.report.front_check import FRONT_VERDICTS, FrontCheck
from leanline.store import Session, Store
from leanline.wording.words import ACTIVITIES

# A front check is a clip in which this was measured.
_MEASURED: Final = "stance_width_pct"


@dataclass(frozen=True)
class FrontClip:
    """The clip of the same drill from in front or behind.

    Parameters
    ----------
    name
        Its name, as the user knows it.
    analysis
        Its result; None if it has none, because it could not be analysed.
    """

    name: str
    analysis: Analysis | None


def load_standing_analysis(store: Store, session: Session) -> Analysis | None:
    """Read the analysis of the session's standing clip.

    Parameters
    ----------
    store
        Where clips and results are kept.
    session
        With the id of the standing session.

    Returns
    -------
    Analysis or None
        None if it has no standing clip.

    Raises
    ------
    UsageError
        The standing clip is not analysed yet, or does not show somebody standing.
    """
    if session.standing_id is None:
        return None
    standing = store.sessions.get(session.standing_id)
    if standing.taken is None or standing.taken.activity != "standing":
        raise UsageError("standing.not_known", clip=standing.name)
    return store.sessions.load_analysis(standing)


def load_front_clip(store: Store, session: Session) -> FrontClip | None:
    """Read what the session's clip from in front or behind shows.

    Parameters
    ----------
    store
        Where clips and results are kept.
    session
        With the id of the other session.

    Returns
    -------
    FrontClip or None
        None if it has no such clip.
    """
    if session.front_id is None or not store.sessions.exists(session.front_id):
        return None
    front = store.sessions.get(session.front_id)
    analysis = None if front.result is None else store.sessions.load_analysis(front)
    return FrontClip(front.name, analysis)


def with_front(side: Analysis, front: FrontClip) -> Analysis:
    """Add the metrics of the clip from in front; if that is impossible, a warning says why.

    Parameters
    ----------
    side
        The analysis of the clip itself.
    front
        The other clip.

    Returns
    -------
    Analysis
        With the metrics and verdicts of both clips, or with one more warning.
    """
    problem = _front_problem(side, front)
    if problem is not None or front.analysis is None:
        return side if problem is None else replace(side, warnings=(*side.warnings, problem))
    return with_rear(side, front.analysis)


def _front_problem(side: Analysis, front: FrontClip) -> AnalysisWarning | None:
    if front.analysis is None:
        return warning("front_not_analysed", clip=front.name)
    conflict = rear_conflict(side, front.analysis)
    if conflict == "rear.from_the_side":
        return warning("front_from_the_side", clip=front.name)
    if conflict == "rear.side_clip_missing":
        return warning("front_beside_front", clip=front.name)
    if conflict == "rear.other_activity":
        activity = ACTIVITIES[front.analysis.activity]
        return warning("front_other_activity", clip=front.name, activity=activity)
    return None


def last_front_check(store: Store, session: Session) -> FrontCheck | None:
    """Look up what the athlete's last clip from in front or behind said.

    Parameters
    ----------
    store
        Where clips and results are kept.
    session
        Clips that were filmed after it do not count.

    Returns
    -------
    FrontCheck or None
        None without such a clip, or without an athlete.
    """
    if session.athlete_id is None:
        return None
    found = store.sessions.newest_measuring(session.athlete_id, _MEASURED, session.filmed_at)
    if found is None:
        return None
    verdicts = judge_steps(store.sessions.metrics(found.id), "standing")
    of_front = tuple(verdict for verdict in verdicts if verdict.id in FRONT_VERDICTS)
    return FrontCheck(found.filmed_at.date(), of_front, found.id)
