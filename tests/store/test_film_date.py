"""A session is dated by its film, unless a person entered the date."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from leanline.jobs.film_date import use_film_date
from leanline.store import Store
from leanline.store.records import DateSource
from tests.store.made import DAY, submitted
from tests.unit.test_recorded_at import clip

FILMED = datetime(2025, 7, 1, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("source", ["file", "upload", ""])
def test_the_films_own_date_counts_before_that_of_the_file(
    source: DateSource, store: Store, tmp_path: Path
) -> None:
    film = clip(tmp_path / "a.mov", creation_time="2025-07-01T06:30:00Z")
    session, _ = submitted(store, tmp_path, filmed_at=DAY, date_source=source)
    use_film_date(store, session, film)
    dated = store.sessions.get(session.id)
    assert (dated.filmed_at, dated.date_source) == (FILMED, "film")


def test_a_date_that_was_entered_stays(store: Store, tmp_path: Path) -> None:
    film = clip(tmp_path / "a.mov", creation_time="2025-07-01T06:30:00Z")
    session, _ = submitted(store, tmp_path, filmed_at=DAY, date_source="entered")
    use_film_date(store, session, film)
    assert store.sessions.get(session.id) == session


def test_a_film_without_a_date_leaves_that_of_the_file(store: Store, tmp_path: Path) -> None:
    session, _ = submitted(store, tmp_path, filmed_at=DAY, date_source="file")
    use_film_date(store, session, clip(tmp_path / "a.mov"))
    assert store.sessions.get(session.id) == session
