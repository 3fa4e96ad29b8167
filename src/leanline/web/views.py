"""Session cards shown on several pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from leanline.registry.displays import FRONTAL_HEADLINES, HEADLINES
from leanline.store import Athlete, Session
from leanline.store.listing import ListedSession, Window
from leanline.web.services import Services


@dataclass(frozen=True)
class Headline:
    """One number on a card.

    Parameters
    ----------
    id, value
        Of the metric.
    """

    id: str
    value: float | str


@dataclass(frozen=True)
class Card:
    """One session in a list.

    Parameters
    ----------
    session
        The session.
    athlete
        Whose it is; None if nobody's.
    headlines
        The numbers that say most about it.
    """

    session: Session
    athlete: Athlete | None
    headlines: tuple[Headline, ...]


@dataclass(frozen=True)
class Cards:
    """A part of a list of sessions.

    Parameters
    ----------
    cards
        Newest first.
    total
        Length of the whole list.
    """

    cards: tuple[Card, ...]
    total: int


_METRICS: Final = tuple(
    dict.fromkeys(
        name
        for shown in (HEADLINES, FRONTAL_HEADLINES)
        for names in shown.values()
        for name in names
    )
)


def cards(
    services: Services,
    window: Window,
    *,
    athlete_id: str | None = None,
    analysed_only: bool = False,
) -> Cards:
    """Read cards of sessions.

    Parameters
    ----------
    services
        Of the server.
    window
        Which part of the list.
    athlete_id
        Whose; everybody's if None.
    analysed_only
        Whether to leave out sessions without a result.

    Returns
    -------
    Cards
        Newest first.
    """
    listing = services.store.sessions.list_sessions(
        window, _METRICS, athlete_id=athlete_id, analysed_only=analysed_only
    )
    items = (Card(entry.session, entry.athlete, headlines(entry)) for entry in listing.sessions)
    return Cards(tuple(items), listing.total)


def headlines(entry: ListedSession) -> tuple[Headline, ...]:
    """Return the two or three most important numbers of a session."""
    taken = entry.session.taken
    shown = HEADLINES if taken is None or taken.view == "side" else FRONTAL_HEADLINES
    activity = "" if taken is None else taken.activity
    return tuple(
        Headline(name, entry.values[name])
        for name in shown.get(activity, ())
        if name in entry.values
    )
