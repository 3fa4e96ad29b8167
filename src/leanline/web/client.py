"""A thin client for the API.

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
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, TypeVar

import httpx
from pydantic import BaseModel

from leanline.errors import LeanlineError, why_refused
from leanline.reason import Param
from leanline.web.api.models import (
    AthleteOut,
    ClipCheckOut,
    CorrectionOut,
    HistoryOut,
    JobOut,
    MetricOut,
    Queued,
    SessionOut,
    UploadOut,
)
from leanline.wording.words import JOB_STATES

PIECE: Final = 4 * 1024 * 1024
_TRIES: Final = 5
# Unreachable, timeout, concurrent request, rate limit, overload: worth retrying.
_TRANSIENT: Final = frozenset({0, 408, 409, 429, 503})
Out = TypeVar("Out", bound=BaseModel)
ProgressCallback = Callable[[str, float], None]


class ServerError(LeanlineError):
    """The server refused a request (HTTP ``status``) or cannot be reached (0)."""

    exit_code = 1

    def __init__(self, code: str, /, *, status: int, **params: Param) -> None:
        super().__init__(code, **params)
        self.status = status


class Client:
    """A connection to one server; use it in a ``with`` block.

    Parameters
    ----------
    url
        Address of the server, such as ``http://127.0.0.1:8765``.
    token
        The key of a server started with ``--lan``.
    transport
        Replaces the network in tests.
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
        front: str | os.PathLike[str] | None = None,
        progress: ProgressCallback | None = None,
        **settings: float | str | None,
    ) -> Queued:
        """Upload a clip and queue its analysis; ``settings`` are fields of ``leanline.Settings``.

        ``front`` is the same drill or run, filmed from in front or behind.

        Raises
        ------
        ServerError
            The server refuses the clip or cannot be reached.
        """
        front_upload = None if front is None else self.upload(front, progress)
        upload = self.upload(clip, progress)
        order = {
            "upload_id": upload.id,
            "athlete_id": athlete_id,
            "athlete_name": athlete_name,
            "filmed_at": filmed_at.isoformat() if filmed_at else None,
            "file_dated_at": datetime.fromtimestamp(Path(clip).stat().st_mtime, UTC).isoformat(),
            "notes": notes,
            "front_upload_id": None if front_upload is None else front_upload.id,
            "settings": {key: value for key, value in settings.items() if value is not None},
        }
        return self._request_one(Queued, "POST", "/sessions", json=order)

    def upload(
        self, clip: str | os.PathLike[str], progress: ProgressCallback | None = None
    ) -> UploadOut:
        """Upload a clip in pieces, repeating those that are lost."""
        path = Path(clip)
        size = path.stat().st_size
        new = {"name": path.name, "size": size}
        upload = self._request_one(UploadOut, "POST", "/uploads", json=new)
        with path.open("rb") as file:
            while not upload.complete:
                upload = self._send_piece(upload, file)
                if progress:
                    progress("sending", upload.offset / size)
        return upload

    def look(self, upload_id: str) -> ClipCheckOut:
        """Check an uploaded clip."""
        return self._request_one(ClipCheckOut, "POST", f"/uploads/{upload_id}/look")

    def wait(
        self,
        job_id: str,
        progress: ProgressCallback | None = None,
        *,
        every_s: float = 0.5,
        max_s: float = math.inf,
    ) -> JobOut:
        """Wait until a job, or the automatic retry of an interrupted one, has ended.

        Raises
        ------
        ServerError
            It has not ended after ``max_s`` seconds.
        """
        deadline = time.monotonic() + max_s
        while True:
            job = self.job(job_id)
            if progress:
                progress(job.phase, job.share)
            if job.finished_at is not None:
                retry = self._find_retry(job)
                if retry is None:
                    return job
                job_id = retry.id
            if time.monotonic() > deadline:
                raise ServerError(
                    "client.job_unfinished",
                    status=0,
                    state=JOB_STATES[job.state],
                    max_s=float(max_s),
                )
            time.sleep(every_s)

    def job(self, job_id: str) -> JobOut:
        """Get a job."""
        return self._request_one(JobOut, "GET", f"/jobs/{job_id}")

    def jobs(self) -> list[JobOut]:
        """List jobs, newest first."""
        return self._request_list(JobOut, "/jobs")

    def cancel(self, job_id: str) -> JobOut:
        """Cancel a job."""
        return self._request_one(JobOut, "POST", f"/jobs/{job_id}/cancel")

    def retry(self, job_id: str) -> JobOut:
        """Retry a job."""
        return self._request_one(JobOut, "POST", f"/jobs/{job_id}/retry")

    def athletes(self) -> list[AthleteOut]:
        """List all athletes by name."""
        return self._request_list(AthleteOut, "/athletes")

    def add_athlete(self, name: str, *, height_m: float | str | None = None) -> AthleteOut:
        """Add an athlete; the height in metres, or as text with its unit."""
        new = {"name": name, "height_m": height_m}
        return self._request_one(AthleteOut, "POST", "/athletes", json=new)

    def delete_athlete(self, athlete_id: str) -> None:
        """Delete an athlete and everything that belongs to them."""
        self._request("DELETE", f"/athletes/{athlete_id}")

    def history(self, athlete_id: str, *metrics: str) -> list[HistoryOut]:
        """List an athlete's analysed sessions, oldest first."""
        params = {"metric": list(metrics)} if metrics else {}
        return self._request_list(HistoryOut, f"/athletes/{athlete_id}/history", params)

    def trends(self, athlete_id: str) -> list[dict[str, Any]]:
        """List an athlete's trends."""
        found: list[dict[str, Any]] = self._request("GET", f"/athletes/{athlete_id}/trends").json()
        return found

    def sessions(self, athlete_id: str | None = None) -> list[SessionOut]:
        """List sessions, newest first."""
        return self._request_list(
            SessionOut, "/sessions", {"athlete_id": athlete_id} if athlete_id else {}
        )

    def session(self, session_id: str) -> SessionOut:
        """Get a session."""
        return self._request_one(SessionOut, "GET", f"/sessions/{session_id}")

    def delete_session(self, session_id: str) -> None:
        """Delete a session, its result and its clip."""
        self._request("DELETE", f"/sessions/{session_id}")

    def metrics(self, session_id: str) -> dict[str, MetricOut]:
        """Get a session's metrics by id."""
        found = self._request_list(MetricOut, f"/sessions/{session_id}/metrics")
        return {metric.id: metric for metric in found}

    def result(self, session_id: str) -> dict[str, Any]:
        """Get a session's ``analysis.json``."""
        found: dict[str, Any] = self._request("GET", f"/sessions/{session_id}/result").json()
        return found

    def correct(self, session_id: str, kind: str, **values: float | str | None) -> CorrectionOut:
        """Add a manual correction; the clip is remeasured."""
        path = f"/sessions/{session_id}/corrections"
        return self._request_one(CorrectionOut, "POST", path, json={"kind": kind, **values})

    def save_media(self, session_id: str, kind: str, target: Path) -> Path:
        """Save a session's clip (``preview`` or ``original``) to ``target``."""
        with (
            self._http.stream("GET", f"/sessions/{session_id}/media/{kind}") as response,
            target.open("wb") as file,
        ):
            _check(response)
            for piece in response.iter_bytes(1 << 20):
                file.write(piece)
        return target

    def _find_retry(self, job: JobOut) -> JobOut | None:
        """Return the automatic retry of an interrupted job, or None."""
        if job.state != "interrupted":
            return None
        jobs = self._request_list(JobOut, "/jobs", {"session_id": job.session_id})
        return next((one for one in jobs if one.retry_of == job.id), None)

    def _send_piece(self, upload: UploadOut, file: BinaryIO) -> UploadOut:
        for attempt in range(_TRIES):
            file.seek(upload.offset)
            headers = {"upload-offset": str(upload.offset)}
            content = file.read(PIECE)
            path = f"/uploads/{upload.id}"
            try:
                return self._request_one(UploadOut, "PATCH", path, content=content, headers=headers)
            except ServerError as error:
                if error.status not in _TRANSIENT or attempt == _TRIES - 1:
                    raise
            time.sleep(0.2 * 2**attempt)
            upload = self._request_one(UploadOut, "GET", path)
            if upload.complete:
                return upload
        raise AssertionError  # the last try returns or raises

    def _request_one(self, kind: type[Out], method: str, path: str, **more: Any) -> Out:  # noqa: ANN401
        return kind.model_validate(self._request(method, path, **more).json())

    def _request_list(
        self, kind: type[Out], path: str, params: Mapping[str, Any] | None = None
    ) -> list[Out]:
        found = self._request("GET", path, params=dict(params or {})).json()
        return [kind.model_validate(item) for item in found]

    def _request(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        try:
            response = self._http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise ServerError(
                "client.unreachable", status=0, url=str(self._http.base_url), why=why_refused(error)
            ) from error
        _check(response)
        return response


def _check(response: httpx.Response) -> None:
    if response.is_success:
        return
    response.read()
    try:
        problem = response.json()
    except ValueError:
        problem = {}
    status = response.status_code
    if not problem.get("detail"):
        raise ServerError("client.refused_without_words", status=status, http_status=status)
    raise ServerError(
        "client.refused",
        status=status,
        detail=str(problem["detail"]),
        advice=str(problem.get("hint", "")),
    )
