"""The store: athletes, clips and results, safe against crashes."""

from __future__ import annotations

import os
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from leanline.errors import why_refused
from leanline.store import schema
from leanline.store.athletes import Athletes
from leanline.store.database import Database
from leanline.store.deleted import DeletedItem, DeletedItems, DeletedKind
from leanline.store.errors import BusyError, StoreError
from leanline.store.files import Files
from leanline.store.identity import check_database_exists, check_identity
from leanline.store.letterhead import LetterheadTable
from leanline.store.location import StoreLocation, resolve_location
from leanline.store.locks import STORE_LOCK, SharedLock
from leanline.store.marks import Marks
from leanline.store.plans import Plans
from leanline.store.private import make_private_folder
from leanline.store.quarantine import Quarantine
from leanline.store.removal import count_pending_removals, delete_rows, remove_pending
from leanline.store.replacing import finish_restore
from leanline.store.sessions import Sessions
from leanline.store.share_links import ShareLinks
from leanline.store.sweep import SweepReport, clear_work, sweep
from leanline.store.watch_runs import WatchRuns

_REMOVAL_WAIT_S: Final = 1.0


class Store:
    """An open store; safe to use from any thread.

    Parameters
    ----------
    where
        Its location; see ``Store.open``.
    adopt
        Take over the folder even if it belongs to another store or has lost its database;
        its files then count as unreferenced.

    Attributes
    ----------
    athletes, sessions, watch_runs, plans, marks, share_links, letterhead
        Access to the tables.
    deleted
        What was deleted and can be put back.
    quarantine
        Files that no row references.
    files
        The folder.
    database
        Transactions, for the layers above.
    """

    def __init__(self, where: StoreLocation, *, adopt: bool = False) -> None:
        self.place = where
        self.files = Files(where.folder, read_only=not where.writable)
        finish_restore(where)
        self._hold = _hold(where, self.files)
        try:
            if not adopt:
                check_database_exists(where, self.files)
            self.database = Database(where)
        except BaseException:
            self._hold.release()
            raise
        try:
            make_private_folder(where.folder)
            check_identity(where, self.database, self.files, adopt=adopt)
        except BaseException:
            self.close()
            raise
        self.athletes = Athletes(self.database)
        self.sessions = Sessions(self.database, self.files)
        self.watch_runs = WatchRuns(self.database)
        self.plans = Plans(self.database)
        self.marks = Marks(self.database)
        self.deleted = DeletedItems(self.database)
        self.share_links = ShareLinks(self.database)
        self.letterhead = LetterheadTable(self.database)
        self.quarantine = Quarantine(self.files)

    @classmethod
    def open(
        cls, where: str | os.PathLike[str] | None = None, *, files: Path | None = None
    ) -> Store:
        """Open a store; it is created or migrated if necessary.

        Parameters
        ----------
        where
            A folder, the URL of a PostgreSQL database, or None for ``LEANLINE_DATA`` or else the
            user's data folder.
        files
            The folder of clips and results of a PostgreSQL store.

        Raises
        ------
        ForeignError
            Its folder and its database belong to different stores.
        StoreError
            It cannot be opened, or a newer version of leanline wrote it.
        """
        return cls(resolve_location(where, files))

    @property
    def read_only(self) -> bool:
        """Whether the store can only be read."""
        return self.files.read_only

    def delete_athlete(self, athlete_id: str) -> int:
        """Delete an athlete with all sessions, results, clips, runs and plans.

        Returns
        -------
        int
            Number of files that a backup in progress is still using; they are deleted later.
        """
        delete_rows(self.database, schema.athlete, athlete_id, "athlete.no_such_id")
        return self.remove_pending()

    def delete_session(self, session_id: str) -> int:
        """Delete a session, its result, and its clip unless another session uses the same clip.

        Returns
        -------
        int
            Number of files that a backup in progress is still using; they are deleted later.
        """
        delete_rows(self.database, schema.session, session_id, "store.no_session")
        return self.remove_pending()

    def discard(self, kind: DeletedKind, row_id: str) -> DeletedItem:
        """Delete an athlete or a session so that it can be put back for a week."""
        return self.deleted.discard(kind, row_id)

    def purge_deleted(self, item_id: str) -> int:
        """Delete for good what could be put back.

        Returns
        -------
        int
            Number of files that a backup in progress is still using; they are deleted later.
        """
        self.deleted.purge(item_id)
        return self.remove_pending()

    def remove_pending(self, *, wait_s: float = _REMOVAL_WAIT_S) -> int:
        """Delete the files scheduled for removal, with those of items whose week is over.

        Returns
        -------
        int
            How many have to wait.
        """
        if not self.read_only:
            self.deleted.purge()
        left = remove_pending(self.database, self.files, wait_s=wait_s)
        self.database.truncate_log()
        return left

    def revision(self) -> int:
        """Return a number that increases with every change that is visible on a page."""
        return self.database.revision()

    def try_revision(self) -> int | None:
        """Return ``revision`` without blocking, or None when the database is busy."""
        return self.database.try_revision()

    def count_pending_removals(self) -> int:
        """Return the number of files still to be deleted."""
        return count_pending_removals(self.database)

    def sweep(self) -> SweepReport:
        """Quarantine unreferenced files; called when a server starts."""
        self.remove_pending()
        return sweep(self.database, self.files)

    def clear_work(self) -> int:
        """Delete the working folders of jobs that are not running any more; return how many."""
        return clear_work(self.database, self.files)

    def close(self) -> None:
        """Close the database and release the lock on the store."""
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


def _hold(where: StoreLocation, files: Files) -> SharedLock:
    """Lock the store against replacement while it is open; not needed when it is read-only."""
    try:
        hold = SharedLock(files.locks / STORE_LOCK)
    except OSError as error:
        if files.read_only:
            return SharedLock(None)
        raise StoreError(
            "store.unusable_place", place=where.shown, why=why_refused(error)
        ) from error
    if not hold.held:
        raise BusyError("store.restoring", place=where.shown)
    return hold
