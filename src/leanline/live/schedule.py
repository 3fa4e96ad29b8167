"""How much feedback a session gives: all at first, then less, so that the change stays.

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
    """Share of the time with feedback in session 1, 2, ...: 1 up to the fourth, 0 from the eighth.

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
    """Whether feedback is given ``elapsed_s`` into a session."""
    return (elapsed_s % BLOCK_S) < BLOCK_S * feedback_share(session)
