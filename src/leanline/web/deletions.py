"""What was deleted just now, which the next page offers to put back."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from fastapi import Query

from leanline.store.deleted import DeletedItem
from leanline.web.services import Services

Deleted: TypeAlias = Annotated[str, Query(max_length=32)]
"""Id of a deleted item in a page's address; empty without one."""


def just_deleted(services: Services, item_id: str) -> DeletedItem | None:
    """Find the item that a page offers to put back.

    Parameters
    ----------
    services
        Of the server.
    item_id
        From the page's address.

    Returns
    -------
    DeletedItem or None
        None if nothing was deleted, or it is back already.
    """
    if not item_id:
        return None
    return next((item for item in services.store.deleted.all() if item.id == item_id), None)
