"""Fading feedback: full at first, then less, so that the change is retained.

Studies of gait retraining give feedback all the time in sessions 1 to 4 of 8 and fade it to
none (docs/reference/evidence.md). How fast it fades between is not settled; here it goes down by a
quarter of the time each session, the first part of every minute.
"""

from __future__ import annotations

from typing import Final

SESSIONS: Final = 8
FULL_SESSIONS: Final = 4
BLOCK_S: Final = 60.0


def feedback_share(session: int) -> float:
    """Share of the time in which feedback is given.

    Parameters
    ----------
    session
        Number of the session, from 1.

    Returns
    -------
    float
        1 up to session 4, then falling to 0 in session 8.

    Raises
    ------
    ValueError
        ``session`` is below 1.
    """
    if session < 1:
        raise ValueError(f"sessions are counted from 1, not {session}")
    left = (SESSIONS - session) / (SESSIONS - FULL_SESSIONS)
    return min(1.0, max(0.0, left))


def feedback_on(session: int, elapsed_s: float) -> bool:
    """Whether feedback is given at a moment of a session.

    Parameters
    ----------
    session
        Number of the session, from 1.
    elapsed_s
        Seconds since its start.

    Returns
    -------
    bool
        Always True up to session 4.

    Raises
    ------
    ValueError
        ``session`` is below 1.
    """
    return (elapsed_s % BLOCK_S) < BLOCK_S * feedback_share(session)
