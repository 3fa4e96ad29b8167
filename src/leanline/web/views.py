"""What several pages show of sessions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leanline.registry.displays import HEADLINES
from leanline.store import Athlete, Session
from leanline.store.listing import ListedSession, Window
from leanline.web.formatting import metric_name
from leanline.web.services import Services


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


@dataclass(frozen=True)
class Cards:
    """A part of a list of sessions, and how long the whole list is."""

    cards: tuple[Card, ...]
    total: int


_METRICS: Final = tuple(dict.fromkeys(name for names in HEADLINES.values() for name in names))


def cards(
    services: Services,
    window: Window,
    *,
    athlete_id: str | None = None,
    analysed_only: bool = False,
) -> Cards:
    """Sessions for a list, newest first."""
    found = services.store.sessions.list_sessions(
        window, _METRICS, athlete_id=athlete_id, analysed_only=analysed_only
    )
    made = (Card(one.session, one.athlete, headlines(one)) for one in found.sessions)
    return Cards(tuple(made), found.total)


def headlines(one: ListedSession) -> tuple[Headline, ...]:
    """The two or three numbers that say most about a session."""
    activity = one.session.taken.activity if one.session.taken else ""
    return tuple(
        Headline(name, metric_name(name), one.values[name])
        for name in HEADLINES.get(activity, ())
        if name in one.values
    )
