"""The picture of what was found in a clip that was refused, for its page."""

from __future__ import annotations

import logging
from typing import Final

from leanline.errors import NobodyError
from leanline.report.found_picture import write_refusal_picture
from leanline.store import Job, Store
from leanline.store.private import make_private_folder

_LOG: Final = logging.getLogger(__name__)


def keep_refusal_picture(store: Store, job: Job, error: Exception) -> None:
    """Draw and keep what was found if a clip was refused; without a picture the refusal stands.

    Parameters
    ----------
    store
        Where the clip is kept.
    job
        Whose session was refused.
    error
        Why the job failed; only a refusal has a picture.
    """
    if not isinstance(error, NobodyError):
        return
    try:
        session = store.sessions.get(job.session_id)
        if session.media_sha256 is None:
            return
        make_private_folder(store.files.refused)
        out = store.files.refusal_picture(session.media_sha256, session.id)
        write_refusal_picture(store.sessions.clip_path(session), error, out, "")
    except Exception as failed:  # whatever fails in drawing, the refusal must be recorded
        _LOG.warning("no picture of what was found by job %s: %s", job.id, failed)
