"""The first visit: a sample to look at, and the four steps with where one is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from leanline.store import Store
from leanline.web.journey import journey
from tests.web.conftest import Caller

Analysed = Callable[..., str]


def test_the_sample_is_made_once_and_says_that_nobody_runs_in_it(web: Caller, store: Store) -> None:
    assert "See a sample result" in web.get("/").text
    first = web.post("/sample").headers["location"]
    assert web.post("/sample").headers["location"] == first
    page = web.get(first).text
    assert "a rendered figure, not a real person" in page
    assert store.sessions.count() == 1
    assert store.athletes.all() == ()


@pytest.mark.parametrize(
    ("clips", "states"),
    [
        ((), ("here", "ahead", "ahead", "ahead")),
        (("lean4.mp4",), ("done", "here", "ahead", "ahead")),
        (("lean4.mp4", "stand.mp4", "lean8.mp4"), ("done", "done", "done", "here")),
    ],
)
def test_the_journey_shows_where_one_is(
    clips: tuple[str, ...], states: tuple[str, ...], analysed: Analysed, store: Store
) -> None:
    for day, name in enumerate(clips, start=1):
        analysed(name, filmed_at=f"2026-05-0{day}T10:00:00Z")
    assert tuple(step.state for step in journey(store.sessions.all())) == states
