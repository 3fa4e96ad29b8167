"""A thin client of the API.

>>> with Client("http://127.0.0.1:8765") as leanline:  # doctest: +SKIP
...     queued = leanline.send("run.mp4", athlete_name="Ada", height_m=1.67)
...     leanline.wait(queued.job.id)
...     leanline.result(queued.session.id)["metrics"]["lean_body_deg"]
"""

from __future__ import annotations

import math
import os
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, TypeVar

import httpx
from pydantic import BaseModel

from leanline.errors import LeanlineError, why_refused
from leanline.reason import Param
from leanline.web.api.models import (
    AthleteOut,
    CorrectionOut,
    HistoryOut,
    JobOut,
    LookOut,
    MetricOut,
    Queued,
    SessionOut,
    UploadOut,
)
from leanline.wording.words import JOB_STATES

PIECE: Final = 4 * 1024 * 1024
_TRIES: Final = 5
# Not reached, too slow, another request, too many, too busy: the same may do in a moment.
_PASSING: Final = frozenset({0, 408, 409, 429, 503})
Out = TypeVar("Out", bound=BaseModel)
OnProgress = Callable[[str, float], None]


class ServerError(LeanlineError):
    """The server refused, or cannot be reached; ``status`` is 0 for the latter."""

    exit_code = 1

    def __init__(self, code: str, /, *, status: int, **params: Param) -> None:
        super().__init__(code, **params)
        self.status = status


class Client:
    """A connection to one server; use it in a ``with`` block.

    Parameters
    ----------
    url
        Where the server is, such as ``http://127.0.0.1:8765``.
    token
        The key, for a server that was started with ``--lan``.
    transport
        Another way to reach it than the network, for tests.
    """

    def __init__(
        self,
        url: str = "http://127.0.0.1:8765",
        *,
        token: str | None = None,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        self._http = httpx.Client(
            base_url=f"{url.rstrip('/')}/api/v1",
            headers=headers,
            timeout=60.0,
            transport=transport,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self._http.close()

    def send(
        self,
        clip: str | os.PathLike[str],
        *,
        athlete_id: str | None = None,
        athlete_name: str | None = None,
        filmed_at: datetime | None = None,
        notes: str = "",
        progress: OnProgress | None = None,
        **settings: float | str | None,
    ) -> Queued:
        """Send a clip and queue its analysis; ``settings`` are those of ``leanline.Settings``.

        Raises
        ------
        ServerError
            The server refuses the clip or cannot be reached.
        """
        upload = self.upload(clip, progress)
        order = {
            "upload_id": upload.id,
            "athlete_id": athlete_id,
            "athlete_name": athlete_name,
            "filmed_at": filmed_at.isoformat() if filmed_at else None,
            "notes": notes,
            "settings": {key: value for key, value in settings.items() if value is not None},
        }
        return self._one(Queued, "POST", "/sessions", json=order)

    def upload(self, clip: str | os.PathLike[str], progress: OnProgress | None = None) -> UploadOut:
        """Send a clip in pieces; a piece that is lost is sent again."""
        path = Path(clip)
        size = path.stat().st_size
        new = {"name": path.name, "size": size}
        upload = self._one(UploadOut, "POST", "/uploads", json=new)
        with path.open("rb") as file:
            while not upload.complete:
                upload = self._piece(upload, file)
                if progress:
                    progress("Sending", upload.offset / size)
        return upload

    def look(self, upload_id: str) -> LookOut:
        """The first look at a clip that has arrived."""
        return self._one(LookOut, "POST", f"/uploads/{upload_id}/look")

    def wait(
        self,
        job_id: str,
        progress: OnProgress | None = None,
        *,
        every_s: float = 0.5,
        max_s: float = math.inf,
    ) -> JobOut:
        """The job when it is over; when it was interrupted and is tried again, that one.

        Raises
        ------
        ServerError
            It was not over after ``max_s``.
        """
        ends = time.monotonic() + max_s
        while True:
            job = self.job(job_id)
            if progress:
                progress(job.phase, job.share)
            if job.finished_at is not None:
                following = self._next_try(job)
                if following is None:
                    return job
                job_id = following.id
            if time.monotonic() > ends:
                raise ServerError(
                    "client.job_unfinished",
                    status=0,
                    state=JOB_STATES[job.state],
                    max_s=float(max_s),
                )
            time.sleep(every_s)

    def job(self, job_id: str) -> JobOut:
        """One job."""
        return self._one(JobOut, "GET", f"/jobs/{job_id}")

    def jobs(self) -> list[JobOut]:
        """Jobs, newest first."""
        return self._many(JobOut, "/jobs")

    def cancel(self, job_id: str) -> JobOut:
        """Stop a job."""
        return self._one(JobOut, "POST", f"/jobs/{job_id}/cancel")

    def retry(self, job_id: str) -> JobOut:
        """Queue a job again."""
        return self._one(JobOut, "POST", f"/jobs/{job_id}/retry")

    def athletes(self) -> list[AthleteOut]:
        """All athletes by name."""
        return self._many(AthleteOut, "/athletes")

    def add_athlete(self, name: str, *, height_m: float | None = None) -> AthleteOut:
        """A new athlete."""
        new = {"name": name, "height_m": height_m}
        return self._one(AthleteOut, "POST", "/athletes", json=new)

    def delete_athlete(self, athlete_id: str) -> None:
        """Delete an athlete and everything of theirs."""
        self._call("DELETE", f"/athletes/{athlete_id}")

    def history(self, athlete_id: str, *metrics: str) -> list[HistoryOut]:
        """An athlete's analysed sessions, oldest first."""
        wanted = {"metric": list(metrics)} if metrics else {}
        return self._many(HistoryOut, f"/athletes/{athlete_id}/history", wanted)

    def trends(self, athlete_id: str) -> list[dict[str, Any]]:
        """What changed over the sessions, and what did not."""
        found: list[dict[str, Any]] = self._call("GET", f"/athletes/{athlete_id}/trends").json()
        return found

    def sessions(self, athlete_id: str | None = None) -> list[SessionOut]:
        """Sessions, newest first."""
        return self._many(SessionOut, "/sessions", {"athlete_id": athlete_id} if athlete_id else {})

    def session(self, session_id: str) -> SessionOut:
        """One session."""
        return self._one(SessionOut, "GET", f"/sessions/{session_id}")

    def delete_session(self, session_id: str) -> None:
        """Delete a session, its result and its clip."""
        self._call("DELETE", f"/sessions/{session_id}")

    def metrics(self, session_id: str) -> dict[str, MetricOut]:
        """A session's metrics by id."""
        found = self._many(MetricOut, f"/sessions/{session_id}/metrics")
        return {metric.id: metric for metric in found}

    def result(self, session_id: str) -> dict[str, Any]:
        """A session's ``analysis.json``."""
        found: dict[str, Any] = self._call("GET", f"/sessions/{session_id}/result").json()
        return found

    def correct(self, session_id: str, kind: str, **values: float | str | None) -> CorrectionOut:
        """Put something right by hand; the clip is measured again."""
        path = f"/sessions/{session_id}/corrections"
        return self._one(CorrectionOut, "POST", path, json={"kind": kind, **values})

    def save_media(self, session_id: str, kind: str, target: Path) -> Path:
        """Write a session's clip (``preview`` or ``original``) to ``target``."""
        with (
            self._http.stream("GET", f"/sessions/{session_id}/media/{kind}") as answer,
            target.open("wb") as file,
        ):
            _check(answer)
            for piece in answer.iter_bytes(1 << 20):
                file.write(piece)
        return target

    def _next_try(self, job: JobOut) -> JobOut | None:
        """The job that does an interrupted one again by itself."""
        if job.state != "interrupted":
            return None
        jobs = self._many(JobOut, "/jobs", {"session_id": job.session_id})
        return next((one for one in jobs if one.retry_of == job.id), None)

    def _piece(self, upload: UploadOut, file: BinaryIO) -> UploadOut:
        for again in range(_TRIES):
            file.seek(upload.offset)
            headers = {"upload-offset": str(upload.offset)}
            content = file.read(PIECE)
            path = f"/uploads/{upload.id}"
            try:
                return self._one(UploadOut, "PATCH", path, content=content, headers=headers)
            except ServerError as error:
                if error.status not in _PASSING or again == _TRIES - 1:
                    raise
            time.sleep(0.2 * 2**again)
            upload = self._one(UploadOut, "GET", path)
            if upload.complete:
                return upload
        raise AssertionError  # the last try returns or raises

    def _one(self, kind: type[Out], method: str, path: str, **more: Any) -> Out:  # noqa: ANN401
        return kind.model_validate(self._call(method, path, **more).json())

    def _many(
        self, kind: type[Out], path: str, wanted: Mapping[str, Any] | None = None
    ) -> list[Out]:
        found = self._call("GET", path, params=dict(wanted or {})).json()
        return [kind.model_validate(item) for item in found]

    def _call(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        try:
            answer = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise ServerError(
                "client.unreachable", status=0, url=str(self._http.base_url), why=why_refused(error)
            ) from error
        _check(answer)
        return answer


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    answer.read()
    try:
        said = answer.json()
    except ValueError:
        said = {}
    if not said.get("detail"):
        raise ServerError(
            "client.refused_without_words", status=answer.status_code, code=answer.status_code
        )
    raise ServerError(
        "client.refused",
        status=answer.status_code,
        detail=str(said["detail"]),
        advice=str(said.get("hint", "")),
    )
