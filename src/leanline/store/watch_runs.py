"""The table of runs recorded by watches."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import asdict

import numpy as np
import sqlalchemy as sa

from leanline.model import Array
from leanline.store import schema
from leanline.store.database import Database
from leanline.store.errors import ConflictError, MissingError
from leanline.store.records import WatchRun
from leanline.store.rows import WATCH_COLUMNS, to_watch_run

_w = schema.watch_run


class WatchRuns:
    """The watch runs in a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, run: WatchRun, samples: Mapping[str, Array]) -> WatchRun:
        """Add a run with its samples: equally long one-dimensional arrays, ``time_s`` among them.

        Raises
        ------
        ConflictError
            The athlete has a run from the same file already.
        MissingError
            There is no such athlete.
        """
        values = {**asdict(run), "samples": _pack(samples)}
        with self._database.writing() as connection:
            athlete = sa.select(schema.athlete.c.id).where(schema.athlete.c.id == run.athlete_id)
            if connection.execute(athlete).first() is None:
                raise MissingError("athlete.no_such_id", id=str(run.athlete_id))
            duplicate = (_w.c.athlete_id == run.athlete_id) & (_w.c.sha256 == run.sha256)
            if connection.execute(sa.select(_w.c.id).where(duplicate)).first() is not None:
                raise ConflictError("store.watch_run_known", run=run.name)
            connection.execute(_w.insert().values(**values))
        return run

    def all(self, athlete_id: str) -> tuple[WatchRun, ...]:
        """Return an athlete's runs, oldest first."""
        query = (
            sa.select(*WATCH_COLUMNS)
            .where(_w.c.athlete_id == athlete_id)
            .order_by(_w.c.started_at, _w.c.id)
        )
        with self._database.reading() as connection:
            return tuple(to_watch_run(row) for row in connection.execute(query).mappings())

    def samples(self, run_id: str) -> Mapping[str, Array]:
        """Return a run's samples by metric, with ``time_s`` in seconds from the start."""
        query = sa.select(_w.c.samples).where(_w.c.id == run_id)
        with self._database.reading() as connection:
            archive = connection.execute(query).scalar()
        if archive is None:
            raise MissingError("store.no_watch_run", id=run_id)
        with np.load(io.BytesIO(archive), allow_pickle=False) as data:
            return {name: np.asarray(data[name], dtype=np.float64) for name in data.files}

    def delete(self, run_id: str) -> None:
        """Delete a run; ``MissingError`` if there is none."""
        with self._database.writing() as connection:
            if not connection.execute(sa.delete(_w).where(_w.c.id == run_id)).rowcount:
                raise MissingError("store.no_watch_run", id=run_id)


def _pack(samples: Mapping[str, Array]) -> bytes:
    buffer = io.BytesIO()
    np.savez_compressed(
        buffer,
        allow_pickle=False,
        **{name: values.astype(np.float32) for name, values in samples.items()},
    )
    return buffer.getvalue()
