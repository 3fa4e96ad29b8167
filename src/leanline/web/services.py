"""What pages and API both call: the store, the queue and the uploads, and what joins them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from leanline.errors import InputError, UsageError
from leanline.jobs.queue import Queue
from leanline.reason import Reason
from leanline.settings import Settings
from leanline.store import (
    Athlete,
    ConflictError,
    Job,
    MissingError,
    NewClip,
    Session,
    Store,
)
from leanline.web.cache import StoreCache
from leanline.web.clip_check import ClipChecker
from leanline.web.drawings import Drawings
from leanline.web.feed import Feed
from leanline.web.problems import ProblemError
from leanline.web.settings import WebSettings
from leanline.web.uploads import Uploads
from leanline.wording.catalogue import counted

Works = Callable[[], bool]
# What holds for every clip of a runner.
_OF_ANY_CLIP: Final = ("height_m", "pose_model")


def networks() -> tuple[str, ...]:
    """The pose networks that this machine can run, the best first."""
    has_rtmpose = all(find_spec(name) is not None for name in ("rtmlib", "onnxruntime"))
    return ("heavy", "full", "rtmpose") if has_rtmpose else ("heavy", "full")


@dataclass(frozen=True)
class Services:
    """What one server consists of; made once, in ``create_app``.

    Parameters
    ----------
    store, queue, uploads
        Where clips, jobs and uploads are kept.
    settings
        Access and limits.
    works
        Returns whether clips are being analysed.
    clip_checker
        Looks at clips before they are accepted.
    feed
        Tells pages what has changed.
    cache, drawings
        What was computed for earlier requests.
    """

    store: Store
    queue: Queue
    uploads: Uploads
    settings: WebSettings
    works: Works
    clip_checker: ClipChecker
    feed: Feed
    cache: StoreCache
    drawings: Drawings


@dataclass(frozen=True)
class Submission:
    """An uploaded clip to analyse; see ``api.models.SessionNew``.

    Parameters
    ----------
    upload_id
        Of the complete upload.
    athlete_id, athlete_name
        Whose it is: one who is there, or a new one.
    filmed_at
        When it was filmed; None if the file says.
    file_dated_at
        Date of the file on the user's device.
    notes
        What the user wrote.
    standing_id
        Session in which the same person stands upright.
    front_upload_id
        Upload of the same drill or run, filmed from in front or behind.
    settings
        Fields of ``leanline.Settings``.
    """

    upload_id: str
    athlete_id: str | None = None
    athlete_name: str | None = None
    filmed_at: datetime | None = None
    file_dated_at: datetime | None = None
    notes: str = ""
    standing_id: str | None = None
    front_upload_id: str | None = None
    settings: Mapping[str, Any] | None = None


def build_services(store: Store, settings: WebSettings, works: Works | None = None) -> Services:
    """Build what a server consists of.

    Parameters
    ----------
    store
        Open.
    settings
        Access and limits.
    works
        Returns whether clips are being analysed; by default they are.

    Returns
    -------
    Services
        For ``create_app``.
    """
    uploads = Uploads(
        store.files.uploads,
        store.quarantine,
        max_bytes=settings.max_upload_bytes,
        max_open=settings.max_uploads,
        idle_s=settings.idle_s,
    )
    for key in uploads.ids():
        if store.sessions.find_by_upload(key):  # a server was killed after the commit
            uploads.discard(key)
    queue = Queue(store)
    return Services(
        store,
        queue,
        uploads,
        settings,
        works or _always,
        ClipChecker(settings.max_looks),
        Feed(queue, settings.max_event_streams),
        StoreCache(store),
        Drawings(),
    )


def notices(services: Services) -> tuple[Reason, ...]:
    """What everybody who opens a page must know of the state of the store and its workers."""
    return tuple(_notices(services))


def _notices(services: Services) -> Iterator[Reason]:
    store = services.store
    if store.read_only:
        yield Reason("notice.read_only")
        return
    if not services.works():
        yield Reason("notice.no_worker")
    if waiting := store.count_pending_removals():
        yield counted("notice.pending_removals", waiting)


def submit(services: Services, submission: Submission) -> tuple[Session, Job]:
    """Keep an uploaded clip and queue its analysis: both happen or neither.

    A clip from in front is submitted before it, as a session of its own. The upload is deleted once
    both are on the disk. Submitting it again returns what it has become. The athlete's height is
    used if none is given.

    Parameters
    ----------
    services
        Of the server.
    submission
        Which upload, and whose.

    Returns
    -------
    tuple of Session and Job
        As stored.

    Raises
    ------
    ProblemError
        There is no such upload, or it is not complete.
    """
    submitted = _find_submitted(services, submission.upload_id)
    if submitted is not None:
        return submitted
    try:
        with services.uploads.submitting(submission.upload_id) as (path, name):
            submitted = _find_submitted(services, submission.upload_id)
            if submitted is not None:
                return submitted
            front_id = _submit_front(services, submission)
            clip = _new_clip(services, submission, path, name)
            done = services.queue.submit(replace(clip, front_id=front_id))
            services.uploads.discard(submission.upload_id)
            return done
    except (ConflictError, InputError, ProblemError):
        submitted = _find_submitted(services, submission.upload_id)  # another server was quicker
        if submitted is None:
            raise
        return submitted


def _submit_front(services: Services, submission: Submission) -> str | None:
    """Hand in the clip from in front first, as a session of its own; return its id."""
    if submission.front_upload_id is None:
        return None
    settings = {
        name: value for name, value in (submission.settings or {}).items() if name in _OF_ANY_CLIP
    }
    front = replace(
        submission,
        upload_id=submission.front_upload_id,
        front_upload_id=None,
        standing_id=None,
        settings=settings,
    )
    return submit(services, front)[0].id


def attach_front(services: Services, session_id: str, upload_id: str) -> tuple[Session, Job]:
    """Add a clip from in front or behind to one from the side, which is analysed again after it.

    Parameters
    ----------
    services
        Of the server.
    session_id
        The clip from the side.
    upload_id
        The complete upload of the other one.

    Returns
    -------
    tuple of Session and Job
        The clip from the side, and its new job.

    Raises
    ------
    ConflictError
        It is being analysed.
    MissingError
        There is no such clip.
    ProblemError
        There is no such upload, or it is not complete.
    """
    side = services.store.sessions.get(session_id)
    settings = {name: side.settings[name] for name in _OF_ANY_CLIP if name in side.settings}
    front = Submission(
        upload_id, athlete_id=side.athlete_id, file_dated_at=side.filmed_at, settings=settings
    )
    session = change_session(services, session_id, front_id=submit(services, front)[0].id)
    return session, services.queue.requeue(session_id)


def _find_submitted(services: Services, upload_id: str) -> tuple[Session, Job] | None:
    """What an upload has become."""
    session = services.store.sessions.find_by_upload(upload_id)
    job = None if session is None else services.queue.latest(session.id)
    return None if session is None or job is None else (session, job)


def _new_clip(services: Services, submission: Submission, path: Path, name: str) -> NewClip:
    athlete = _athlete(services.store, submission)
    settings = {
        key: value for key, value in (submission.settings or {}).items() if value is not None
    }
    if athlete and athlete.height_m and "height_m" not in settings:
        settings["height_m"] = athlete.height_m
    Settings(**settings)  # refuses what cannot be
    _check_network(settings.get("pose_model", "heavy"))
    return NewClip(
        path=path,
        name=name,
        athlete_id=athlete.id if athlete else None,
        filmed_at=_aware(submission.filmed_at or submission.file_dated_at),
        date_source="entered" if submission.filmed_at else "file",
        settings=settings,
        notes=submission.notes,
        standing_id=submission.standing_id,
        move=True,
        upload_id=submission.upload_id,
    )


def _always() -> bool:
    return True


def _check_network(name: str) -> None:
    """Refuse at once what the worker could only fail at."""
    if name not in networks():
        raise UsageError("network.not_installed", network=str(name))


def _athlete(store: Store, submission: Submission) -> Athlete | None:
    if submission.athlete_id:
        return store.athletes.get(submission.athlete_id)
    if not submission.athlete_name:
        return None
    try:
        return store.athletes.find(submission.athlete_name)
    except MissingError:
        height_m = (submission.settings or {}).get("height_m")
        return store.athletes.add(submission.athlete_name, height_m=height_m)


def change_session(services: Services, session_id: str, **changes: Any) -> Session:  # noqa: ANN401
    """Change the athlete, the date or the notes of a session.

    Parameters
    ----------
    services
        Of the server.
    session_id
        Of the session.
    changes
        Fields of the record.

    Returns
    -------
    Session
        As stored.

    Raises
    ------
    MissingError
        There is no such session or athlete.
    """
    session = services.store.sessions.get(session_id)
    if "filmed_at" in changes:
        changes["filmed_at"] = _aware(changes["filmed_at"]) or session.filmed_at
        if not _same_minute(changes["filmed_at"], session.filmed_at):
            changes["date_source"] = "entered"
    return services.store.sessions.update(replace(session, **changes))


def result_file(services: Services, session: Session, name: str) -> Path:
    """Find one of the files of a result.

    Parameters
    ----------
    services
        Of the server.
    session
        The session.
    name
        Of the file.

    Returns
    -------
    Path
        It exists.

    Raises
    ------
    MissingError
        It does not exist.
    """
    path = services.store.sessions.result_folder(session) / name
    if not path.is_file():
        raise MissingError("store.no_such_file", clip=session.name)
    return path


def _same_minute(a: datetime, b: datetime) -> bool:
    """Whether a form, which has no seconds, left a moment as it was."""
    return a.replace(second=0, microsecond=0) == b.replace(second=0, microsecond=0)


def _aware(moment: datetime | None) -> datetime | None:
    """A moment without a time zone is the server's own."""
    if moment is None:
        return None
    try:
        aware = moment.astimezone(UTC)
    except (OverflowError, ValueError, OSError) as error:
        raise UsageError("form.day") from error
    if not 1970 <= aware.year <= 9000:
        raise UsageError("form.day")
    return aware
