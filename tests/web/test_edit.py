"""A clip that could not be analysed: what is known of it is put right, and it is tried again."""

from __future__ import annotations

from pathlib import Path

import pytest

from leanline.errors import UsageError
from leanline.jobs.queue import Queue
from leanline.store import Store
from tests.store import made
from tests.web.conftest import Caller

FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def failed(store: Store, tmp_path: Path) -> str:
    """A session whose job failed."""
    given = {"height_m": 1.7, "speed_mps": 2.5, "phone_roll_deg": 1.0, "pose_model": "full"}
    session, _ = made.submitted(store, tmp_path, settings=given)
    job = Queue(store).claim(made.WORKER)
    assert job is not None
    Queue(store).fail(job.id, made.WORKER, UsageError("form.day"))
    return session.id


def test_the_form_shows_what_is_known(web: Caller, failed: str) -> None:
    page = web.get(f"/sessions/{failed}", headers={"accept-language": "de"}).text
    assert 'name="height_m" value="1,7 m"' in page
    assert 'name="speed_mps" value="9,0"' in page
    assert "<option selected>full" in page


def test_a_failed_clip_is_tried_again_with_other_settings(
    web: Caller, store: Store, failed: str
) -> None:
    form = "height_m=180 cm&speed_mps=6:00&speed_unit=min/km&start_s=1,5&person=2&pose_model=heavy"
    answer = web.post(f"/sessions/{failed}/settings", content=form, headers=FORM)
    assert answer.headers["location"] == f"/sessions/{failed}"
    settings = dict(store.sessions.get(failed).settings)
    assert settings.pop("speed_mps") == pytest.approx(1000 / 360)
    assert settings == {
        "height_m": 1.8,
        "start_s": 1.5,
        "person": 2,
        "pose_model": "heavy",
        "phone_roll_deg": 1.0,
    }
    job = Queue(store).latest(failed)
    assert job is not None
    assert job.state == "queued"


def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_lost(
    web: Caller, store: Store, failed: str
) -> None:
    form = "height_m=tall&person=x&crop=1,2,3,4&end_s=3"
    answer = web.post(f"/sessions/{failed}/settings", content=form, headers=FORM)
    assert answer.status_code == 422
    assert answer.text.count('class="error" role="alert"') == 2
    for value in ("tall", "x", "1,2,3,4"):
        assert f'value="{value}"' in answer.text
    crossed = web.post(f"/sessions/{failed}/settings", content="start_s=4&end_s=3", headers=FORM)
    assert crossed.status_code == 422
    assert 'role="alert"' in crossed.text
    assert store.sessions.get(failed).settings["height_m"] == 1.7


def test_a_clip_from_behind_is_added_to_a_result(web: Caller, store: Store, tmp_path: Path) -> None:
    ada = store.athletes.add("Ada")
    side = made.analysed(store, tmp_path, athlete_id=ada.id, settings={"height_m": 1.7})
    assert "/front" in web.get(f"/sessions/{side.id}").text
    new = {"name": "rear.mp4", "size": 4}
    key = web.post("/api/v1/uploads", json=new).json()["id"]
    web.patch(f"/api/v1/uploads/{key}", content=b"rear", headers={"upload-offset": "0"})
    answer = web.post(f"/api/v1/sessions/{side.id}/front", json={"upload_id": key})
    assert answer.status_code == 202
    rear = store.sessions.get(answer.json()["session"]["front_id"])
    assert (rear.name, rear.athlete_id, rear.filmed_at) == ("rear.mp4", ada.id, side.filmed_at)
    assert rear.settings["height_m"] == 1.7
    first = Queue(store).claim(made.WORKER)
    assert first is not None
    assert first.session_id == rear.id  # the side clip waits for it
    assert Queue(store).claim("another:worker") is None
    missing = web.post(f"/api/v1/sessions/{side.id}/front", json={"upload_id": "ab"})
    assert missing.status_code == 404
