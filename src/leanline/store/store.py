"""The store: athletes, their clips and results, in one place that survives crashes."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Self

import sqlalchemy as sa

from leanline.store import schema
from leanline.store.athletes import Athletes
from leanline.store.database import Database
from leanline.store.errors import MissingError
from leanline.store.files import Files
from leanline.store.place import Place, place
from leanline.store.plans import Plans
from leanline.store.sessions import Sessions
from leanline.store.sweep import Swept, sweep
from leanline.store.watch import WatchRuns


class Store:
    """An open store; use it from any thread.

    Parameters
    ----------
    where
        Where it is; see ``Store.open``.

    Attributes
    ----------
    athletes, sessions, watch_runs, plans
        What is in it.
    files
        Its folder.
    database
        Its transactions, for the layers above.
    """

    def __init__(self, where: Place) -> None:
        self.place = where
        self.files = Files(where.folder)
        self.database = Database(where)
        self.athletes = Athletes(self.database)
        self.sessions = Sessions(self.database, self.files)
        self.watch_runs = WatchRuns(self.database)
        self.plans = Plans(self.database)

    @classmethod
    def open(
        cls, where: str | os.PathLike[str] | None = None, *, files: Path | None = None
    ) -> Store:
        """Open a store, made or brought up to date if need be.

        Parameters
        ----------
        where
            A folder, the URL of a PostgreSQL database, or None: ``LEANLINE_DATA`` or else
            the user's data folder.
        files
            The folder of clips and results of a PostgreSQL store.

        Raises
        ------
        StoreError
            It cannot be opened, or a newer leanline wrote it.
        """
        return cls(place(where, files))

    def delete_athlete(self, athlete_id: str) -> Swept:
        """Delete an athlete and everything of theirs: sessions, results, clips, runs, plans."""
        self._delete(schema.athlete, athlete_id, "athlete")
        return self._forgotten()

    def delete_session(self, session_id: str) -> Swept:
        """Delete a session, its result, and its clip unless another session has the same."""
        self._delete(schema.session, session_id, "session")
        return self._forgotten()

    def sweep(self) -> Swept:
        """Remove files that belong to nothing; to be called when a server starts."""
        return sweep(self.database, self.files)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _forgotten(self) -> Swept:
        swept = self.sweep()
        self.database.forget()
        return swept

    def _delete(self, table: sa.Table, row_id: str, what: str) -> None:
        with self.database.writing() as connection:
            if not connection.execute(sa.delete(table).where(table.c.id == row_id)).rowcount:
                raise MissingError(f"There is no {what} {row_id!r}.")
