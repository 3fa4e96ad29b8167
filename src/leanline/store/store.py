"""The store: athletes, their clips and results, in one place that survives crashes."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from leanline.store import schema
from leanline.store.athletes import Athletes
from leanline.store.database import Database
from leanline.store.errors import BusyError, StoreError
from leanline.store.files import Files
from leanline.store.identity import belong_together, refuse_lost_database
from leanline.store.location import Place, place
from leanline.store.locks import STORE_LOCK, Hold
from leanline.store.plans import Plans
from leanline.store.private import private_folder
from leanline.store.quarantine import Quarantine
from leanline.store.removal import count_wanted, delete_rows, remove_wanted
from leanline.store.replacing import finish_restore
from leanline.store.sessions import Sessions
from leanline.store.sweep import SweepReport, clear_work, sweep
from leanline.store.watch_runs import WatchRuns

_REMOVAL_WAIT_S: Final = 1.0


class Store:
    """An open store; use it from any thread.

    Parameters
    ----------
    where
        Where it is; see ``Store.open``.
    adopt
        Take the folder over although it is another store's, or its database is gone: the
        files in it count as named by nothing.

    Attributes
    ----------
    athletes, sessions, watch_runs, plans
        What is in it.
    quarantine
        Files that nothing names.
    files
        Its folder.
    database
        Its transactions, for the layers above.
    """

    def __init__(self, where: Place, *, adopt: bool = False) -> None:
        self.place = where
        self.files = Files(where.folder, read_only=not where.writable)
        finish_restore(where)
        self._hold = _hold(where, self.files)
        try:
            if not adopt:
                refuse_lost_database(where, self.files)
            self.database = Database(where)
        except BaseException:
            self._hold.release()
            raise
        try:
            private_folder(where.folder)
            belong_together(where, self.database, self.files, adopt=adopt)
        except BaseException:
            self.close()
            raise
        self.athletes = Athletes(self.database)
        self.sessions = Sessions(self.database, self.files)
        self.watch_runs = WatchRuns(self.database)
        self.plans = Plans(self.database)
        self.quarantine = Quarantine(self.files)

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
        ForeignError
            Its folder and its database do not belong together.
        StoreError
            It cannot be opened, or a newer leanline wrote it.
        """
        return cls(place(where, files))

    @property
    def read_only(self) -> bool:
        """Whether it can be looked at only."""
        return self.files.read_only

    def delete_athlete(self, athlete_id: str) -> int:
        """Delete an athlete and everything of theirs: sessions, results, clips, runs, plans.

        Returns
        -------
        int
            How many files are still there, as a backup is being written; they go afterwards.
        """
        delete_rows(self.database, schema.athlete, athlete_id, "athlete")
        return self.remove_wanted()

    def delete_session(self, session_id: str) -> int:
        """Delete a session, its result, and its clip unless another session has the same.

        Returns
        -------
        int
            How many files are still there, as a backup is being written; they go afterwards.
        """
        delete_rows(self.database, schema.session, session_id, "session")
        return self.remove_wanted()

    def remove_wanted(self, *, wait_s: float = _REMOVAL_WAIT_S) -> int:
        """Delete the files whose deletion was asked for; how many have to wait."""
        left = remove_wanted(self.database, self.files, wait_s=wait_s)
        self.database.forget()
        return left

    def revision(self) -> int:
        """A number that is another one whenever something that pages show has changed."""
        return self.database.revision()

    def revision_at_once(self) -> int | None:
        """``revision`` without waiting for anybody; None where that cannot be had."""
        return self.database.revision_at_once()

    def count_waiting(self) -> int:
        """How many files are still to be deleted."""
        return count_wanted(self.database)

    def sweep(self) -> SweepReport:
        """Put files aside that nothing names; to be called when a server starts."""
        self.remove_wanted()
        return sweep(self.database, self.files)

    def clear_work(self) -> int:
        """Delete what jobs that do not run any more were making; how many folders."""
        return clear_work(self.database, self.files)

    def close(self) -> None:
        """Close the database and let others replace the store."""
        self.database.close()
        self._hold.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _hold(where: Place, files: Files) -> Hold:
    """Keep others from replacing the store while it is open; nothing needs that when read-only."""
    try:
        hold = Hold(files.locks / STORE_LOCK)
    except OSError as error:
        if files.read_only:
            return Hold(None)
        raise StoreError(
            f"The store cannot be at {where.shown}: {error.strerror}.",
            hint="Choose another folder, with --data or LEANLINE_DATA.",
        ) from error
    if not hold.held:
        raise BusyError(
            f"A backup is being restored into the store at {where.shown}.",
            hint="Wait until that is done.",
        )
    return hold
