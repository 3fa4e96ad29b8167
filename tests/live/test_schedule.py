from __future__ import annotations

import pytest

from leanline.live.schedule import feedback_on, feedback_share


def test_it_is_full_for_four_sessions_then_fades_to_none() -> None:
    shares = [feedback_share(session) for session in range(1, 11)]
    assert shares == [1.0, 1.0, 1.0, 1.0, 0.75, 0.5, 0.25, 0.0, 0.0, 0.0]


def test_the_first_part_of_every_minute_has_it() -> None:
    on = [feedback_on(6, second) for second in range(120)]
    assert on == ([True] * 30 + [False] * 30) * 2


def test_sessions_are_counted_from_one() -> None:
    with pytest.raises(ValueError, match="from 1"):
        feedback_share(0)
