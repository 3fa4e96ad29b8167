"""A standing drill filmed from the side and from in front: one result, and who mentions it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leanline.corrections import GivenRoll
from leanline.jobs.correct import correct
from leanline.jobs.queue import Queue
from leanline.store import Store
from leanline.web.api.models import Queued
from tests.web.conftest import Caller, Send
from tests.web.work import WORKER, finish_all

Analysed = Callable[..., str]
Sent = Callable[[str], str]


@pytest.fixture
def upload(web: Caller, clip_file: Path) -> Sent:
    """Uploads a clip of a name without handing it in; gives the upload's id."""

    def upload_(name: str) -> str:
        data = clip_file.read_bytes()
        new = {"name": name, "size": len(data)}
        key: str = web.post("/api/v1/uploads", json=new).json()["id"]
        web.patch(f"/api/v1/uploads/{key}", content=data, headers={"upload-offset": "0"})
        return key

    return upload_


@pytest.fixture
def both(send: Send, upload: Sent, store: Store) -> Callable[..., dict[str, Any]]:
    """Hands in a clip with one from in front, does their jobs; gives the session."""

    def both_(side: str = "stand.mp4", front: str = "front.mp4", **order: Any) -> dict[str, Any]:
        queued = send(side, front_upload_id=upload(front), **order)
        finish_all(store)
        return Queued.model_validate(queued).session.model_dump()

    return both_


def test_both_clips_make_one_result(
    web: Caller, both: Callable[..., dict[str, Any]], store: Store
) -> None:
    session = both(athlete_name="Ada", settings={"height_m": 1.7})
    metrics = store.sessions.metrics(session["id"])
    assert metrics["stand_lean_deg"].value is not None
    width = metrics["stance_width_pct"].value
    assert isinstance(width, float)
    assert width > 120.0
    front = store.sessions.get(session["front_id"])
    assert front.athlete_id == session["athlete_id"]
    assert front.settings == {"height_m": 1.7, "pose_model": "heavy"}
    html = web.get(f"/sessions/{session['id']}").text
    assert "Your feet are clearly wider than hip width" in html
    assert "Your weight is probably to the left" in html
    assert f'href="/sessions/{front.id}">front.mp4' in html


def test_a_clip_waits_until_the_one_from_in_front_is_analysed(
    send: Send, upload: Sent, store: Store
) -> None:
    session = send("stand.mp4", front_upload_id=upload("front.mp4"))["session"]
    queue = Queue(store)
    first = queue.claim(WORKER)
    assert first is not None
    assert first.session_id == session["front_id"]
    assert queue.claim(WORKER) is None
    queue.cancel(first.id)
    queue.interrupt(WORKER)
    second = queue.claim(WORKER)
    assert second is not None
    assert second.session_id == session["id"]


@pytest.mark.parametrize(
    ("side", "front", "code"),
    [
        ("stand.mp4", "nobody.mp4", "front_not_analysed"),
        ("stand.mp4", "stand2.mp4", "front_from_the_side"),
        ("lean6.mp4", "front.mp4", "front_other_activity"),
        ("front.mp4", "front2.mp4", "front_beside_front"),
    ],
)
def test_a_clip_that_adds_nothing_is_said_to_and_harms_nothing(
    both: Callable[..., dict[str, Any]], store: Store, side: str, front: str, code: str
) -> None:
    session = store.sessions.get(both(side, front)["id"])
    warnings = store.sessions.load_analysis(session).warnings
    assert code in [warning.code for warning in warnings]
    (said,) = (warning.text for warning in warnings if warning.code == code)
    assert ("This clip was not" in said) == (code == "front_beside_front")


def test_a_clip_is_not_its_own_companion(web: Caller, upload: Sent) -> None:
    key = upload("stand.mp4")
    answer = web.post("/api/v1/sessions", json={"upload_id": key, "front_upload_id": key})
    assert answer.status_code == 422


def test_handing_in_again_gives_the_same_two_clips(web: Caller, upload: Sent, store: Store) -> None:
    order = {"upload_id": upload("stand.mp4"), "front_upload_id": upload("front.mp4")}
    first, again = (web.post("/api/v1/sessions", json=order).json()["session"] for _ in range(2))
    assert first == again
    assert store.sessions.count() == 2


def test_a_correction_of_the_clip_from_in_front_reaches_the_result(
    both: Callable[..., dict[str, Any]], store: Store
) -> None:
    session = both()
    before = store.sessions.metrics(session["id"])["weight_shift_pct"].value
    correct(store, session["front_id"], GivenRoll(4.0))
    after = store.sessions.metrics(session["id"])["weight_shift_pct"].value
    of_front = store.sessions.metrics(session["front_id"])["weight_shift_pct"].value
    assert after == pytest.approx(of_front, abs=1e-3)
    assert after != before


def test_the_result_survives_the_clip_from_in_front(
    web: Caller, both: Callable[..., dict[str, Any]], store: Store
) -> None:
    session = both()
    store.delete_session(session["front_id"])
    assert "front.mp4" not in web.get(f"/sessions/{session['id']}").text
    correct(store, session["id"], GivenRoll(0.0))
    assert "stance_width_pct" not in store.sessions.metrics(session["id"])


def test_a_run_from_the_side_names_the_last_check_from_in_front(
    web: Caller, analysed: Analysed
) -> None:
    day = "2026-03-01T09:00:00Z"
    front = analysed("front.mp4", athlete_name="Ada", filmed_at=day)
    run = analysed("lean6.mp4", athlete_name="Ada", filmed_at="2026-03-08T09:00:00Z")
    for path in (f"/sessions/{run}", f"/api/v1/sessions/{run}/report"):
        html = web.get(path).text
        assert "From in front, on 1 Mar 2026: Your feet are clearly wider than hip width" in html
        assert "Film the standing drill once" not in html
    assert f'href="/sessions/{front}"' in web.get(f"/sessions/{run}").text


def test_a_run_without_a_check_says_how_to_film_one(web: Caller, analysed: Analysed) -> None:
    later = analysed("front.mp4", athlete_name="Ada", filmed_at="2026-03-09T09:00:00Z")
    run = analysed("lean6.mp4", athlete_name="Ada", filmed_at="2026-03-08T09:00:00Z")
    other = analysed("lean7.mp4", athlete_name="Bob")
    for session in (run, other):
        assert "Film the standing drill once" in web.get(f"/sessions/{session}").text
    assert "Film the standing drill once" not in web.get(f"/sessions/{later}").text


def test_a_clip_from_in_front_shows_its_numbers_in_lists(web: Caller, analysed: Analysed) -> None:
    analysed("front.mp4")
    assert "Stance width" in web.get("/sessions").text


def test_the_form_takes_a_clip_from_in_front(web: Caller) -> None:
    html = web.get("/").text
    assert "data-front" in html
    assert "add the same drill from in front" in html
