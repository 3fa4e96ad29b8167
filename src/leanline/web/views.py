"""What several pages show of sessions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from leanline.model import Metric
from leanline.store import Athlete, Session
from leanline.web.services import Services
from leanline.web.words import metric_name

HEADLINES: Final[Mapping[str, tuple[str, ...]]] = {
    "running": ("lean_body_deg", "waist_bend_deg", "cadence_spm"),
    "standing": ("stand_lean_deg", "stand_straightness_deg", "hold_s"),
    "walking": ("cadence_spm",),
}


@dataclass(frozen=True)
class Headline:
    """A metric's name and value for a list."""

    id: str
    name: str
    value: float | str


@dataclass(frozen=True)
class Card:
    """One session in a list."""

    session: Session
    athlete: Athlete | None
    headlines: tuple[Headline, ...]


def cards(
    services: Services,
    athlete_id: str | None = None,
    *,
    most: int,
    skip: int = 0,
    analysed_only: bool = False,
) -> tuple[Card, ...]:
    """The newest sessions for a list."""
    people = {athlete.id: athlete for athlete in services.store.athletes.all()}
    found = services.store.sessions.all(athlete_id, most=most, skip=skip)
    return tuple(
        Card(
            session,
            people.get(session.athlete_id or ""),
            headlines(session, services.store.sessions.metrics(session.id)),
        )
        for session in found
        if session.result or not analysed_only
    )


def headlines(session: Session, metrics: Mapping[str, Metric]) -> tuple[Headline, ...]:
    """The two or three numbers that say most about a session."""
    activity = session.taken.activity if session.taken else ""
    return tuple(
        Headline(name, metric_name(name), metrics[name].value or 0.0)
        for name in HEADLINES.get(activity, ())
        if name in metrics and metrics[name].value is not None
    )
