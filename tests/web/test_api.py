from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from leanline.jobs.queue import Queue
from leanline.store import Store
from tests.web.conftest import Caller, Send, caller
from tests.web.work import WORKER, finish_all

Analysed = Callable[..., str]
ABSENT = "0123456789abcdef"


def events(web: Caller, last: str = "") -> list[tuple[str, dict[str, Any]]]:
    """The events that there are now: id and job."""
    headers = {"last-event-id": last} if last else {}
    text = web.get("/api/v1/jobs/events?once=true", headers=headers).text
    found = []
    for block in text.split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        if fields.get("event") == "job":
            found.append((fields["id"], json.loads(fields["data"])))
    return found


def test_every_operation_has_a_stable_name_of_its_own(web: Caller) -> None:
    paths = web.get("/api/v1/openapi.json").json()["paths"]
    ids = [operation["operationId"] for path in paths.values() for operation in path.values()]
    assert len(ids) == len(set(ids))
    assert {"create_upload", "append_upload", "create_session", "get_series"} <= set(ids)
    assert all(path.startswith("/api/v1/") for path in paths)


def test_a_clip_that_is_handed_in_waits_in_the_queue_of_its_athlete(
    web: Caller, send: Send
) -> None:
    queued = send("run.mp4", athlete_name="Ada", settings={"height_m": 1.7, "pose_model": "full"})
    assert queued["job"]["state"] == "queued"
    assert queued["session"]["settings"] == {"height_m": 1.7, "pose_model": "full"}
    athlete = web.get("/api/v1/athletes").json()[0]
    assert (athlete["name"], athlete["height_m"]) == ("Ada", 1.7)
    assert queued["session"]["athlete_id"] == athlete["id"]


def test_the_athletes_height_stands_for_one_that_is_not_said(web: Caller, send: Send) -> None:
    athlete = web.post("/api/v1/athletes", json={"name": "Ada", "height_m": 1.67}).json()
    assert send(athlete_id=athlete["id"])["session"]["settings"]["height_m"] == 1.67
    told = send(athlete_name="ada", settings={"height_m": 1.7})
    assert told["session"]["settings"]["height_m"] == 1.7
    assert told["session"]["athlete_id"] == athlete["id"]


@pytest.mark.parametrize(
    ("order", "status"),
    [
        ({"athlete_id": ABSENT}, 404),
        ({"standing_id": ABSENT}, 404),
        ({"settings": {"height_m": 17}}, 422),
        ({"settings": {"roll_deg": 99}}, 422),
        ({"settings": {"start_s": 5, "end_s": 4}}, 422),
        ({"settings": {"standing": "/etc/passwd"}}, 422),
        ({"filmed_at": "0001-01-01T00:00:00"}, 422),
        ({"filmed_at": "9999-12-31T23:59:59-14:00"}, 422),
        ({"path": "/etc/passwd"}, 422),
    ],
)
def test_an_order_that_cannot_be_is_refused_and_the_upload_stays(
    web: Caller, store: Store, order: dict[str, Any], status: int
) -> None:
    key = web.post("/api/v1/uploads", json={"name": "a.mp4", "size": 3}).json()["id"]
    web.patch(f"/api/v1/uploads/{key}", content=b"abc", headers={"upload-offset": "0"})
    answer = web.post("/api/v1/sessions", json={"upload_id": key, **order})
    assert answer.status_code == status, answer.text
    assert web.get(f"/api/v1/uploads/{key}").json()["complete"]
    assert store.sessions.count() == 0


def test_what_is_not_there_is_said_in_a_sentence(web: Caller) -> None:
    for path in ("sessions", "jobs", "athletes"):
        answer = web.get(f"/api/v1/{path}/{ABSENT}")
        assert answer.status_code == 404
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["detail"].endswith(".")


def test_a_result_has_numbers_series_clip_and_report(web: Caller, analysed: Analysed) -> None:
    path = f"/api/v1/sessions/{analysed()}"
    assert web.get(f"{path}/result").json()["schema"] == "leanline.analysis/1"
    metrics = {m["id"]: m for m in web.get(f"{path}/metrics").json()}
    assert metrics["cadence_spm"]["value"] == pytest.approx(166.0, abs=1.0)
    series = web.get(f"{path}/series").json()
    frames = len(series["time_s"])
    assert frames == 250
    assert all(len(xy[0]) == len(xy[1]) == frames for xy in series["points"].values())
    assert {"lean_trunk_deg", "lean_body_left_deg"} <= set(series["curves"])
    assert web.get(f"{path}/report").headers["content-security-policy"].startswith("sandbox")
    assert "attachment" in web.get(f"{path}/report?save=true").headers["content-disposition"]


def test_points_of_the_series_are_where_the_runner_is_on_the_screen(
    web: Caller, analysed: Analysed
) -> None:
    series = web.get(f"/api/v1/sessions/{analysed()}/series").json()
    head, foot = (series["points"][name][1][100] for name in ("left_ear", "left_heel"))
    assert 0 < head < foot < series["height"]
    assert series["up"][1] < 0 < series["forward"][0]


@pytest.mark.parametrize("kind", ["preview", "original"])
def test_parts_of_the_clip_can_be_asked_for(web: Caller, analysed: Analysed, kind: str) -> None:
    path = f"/api/v1/sessions/{analysed()}/media/{kind}"
    whole = web.get(path)
    assert whole.headers["accept-ranges"] == "bytes"
    part = web.get(path, headers={"range": "bytes=100-199"})
    assert part.status_code == 206
    assert part.content == whole.content[100:200]
    assert web.get(path, headers={"range": "bytes=999999999-"}).status_code == 416
    assert web.get(path, headers={"range": "bytes=nonsense"}).status_code in (200, 400, 416)


def test_the_original_is_named_by_its_id_not_by_its_name(web: Caller, analysed: Analysed) -> None:
    session = analysed('a";\r\nx: y/../lean6.mp4')
    header = web.get(f"/api/v1/sessions/{session}/media/original").headers["content-disposition"]
    assert f"leanline-{session}.mp4" in header


def test_before_there_is_a_result_nothing_of_it_is_there(web: Caller, send: Send) -> None:
    path = f"/api/v1/sessions/{send()['session']['id']}"
    for part in ("result", "series", "media/preview", "report"):
        assert web.get(f"{path}/{part}").status_code == 404
    assert web.get(f"{path}/metrics").json() == []


def test_a_waiting_job_is_cancelled_at_once_and_may_be_tried_again(
    web: Caller, send: Send, store: Store
) -> None:
    job = send()["job"]["id"]
    assert web.post(f"/api/v1/jobs/{job}/cancel").json()["state"] == "cancelled"
    assert web.post(f"/api/v1/jobs/{job}/cancel").json()["state"] == "cancelled"
    again = web.post(f"/api/v1/jobs/{job}/retry")
    assert again.status_code == 202
    assert again.json()["retry_of"] == job
    assert web.post(f"/api/v1/jobs/{job}/retry").status_code == 409
    finish_all(store)
    assert web.get(f"/api/v1/jobs/{again.json()['id']}").json()["state"] == "done"


def test_a_clip_of_nobody_fails_with_its_reason_and_stops_nothing(
    web: Caller, send: Send, store: Store
) -> None:
    bad, good = send("nobody.mp4")["job"]["id"], send("lean6.mp4")["job"]["id"]
    finish_all(store)
    failed = web.get(f"/api/v1/jobs/{bad}").json()
    assert failed["state"] == "failed"
    assert failed["error"].startswith("nobody.mp4 shows nobody")
    assert failed["hint"]
    assert web.get(f"/api/v1/jobs/{good}").json()["state"] == "done"


def test_events_tell_a_new_reader_what_goes_on_now(web: Caller, send: Send) -> None:
    assert events(web) == []
    job = send()["job"]["id"]
    assert [told["id"] for _, told in events(web)] == [job]


def test_events_tell_a_reader_that_comes_back_what_it_missed(
    web: Caller, send: Send, store: Store
) -> None:
    job = send()["job"]["id"]
    (last, told) = events(web)[0]
    assert told["state"] == "queued"
    queue = Queue(store)
    queue.claim(WORKER)
    queue.beat(job, WORKER, "reading_pose", 0.4)
    missed = events(web, last)
    assert [(t["state"], t["share"]) for _, t in missed] == [("running", 0.4)]
    assert int(missed[0][0]) > int(last)


@pytest.mark.parametrize("last", ["nonsense", "-1", "9" * 40, "²"])
def test_an_id_that_no_event_had_is_as_good_as_none(web: Caller, send: Send, last: str) -> None:
    job = send()["job"]["id"]
    text = web.get("/api/v1/jobs/events?once=true", headers={"last-event-id": last.encode()}).text
    assert job in text


def test_a_correction_measures_again_and_can_be_taken_back(web: Caller, analysed: Analysed) -> None:
    path = f"/api/v1/sessions/{analysed()}"

    def lean() -> float:
        found = {m["id"]: m["value"] for m in web.get(f"{path}/metrics").json()}
        return float(found["lean_body_deg"])

    before = lean()
    made = web.post(f"{path}/corrections", json={"kind": "given_roll", "roll_deg": 3.0})
    assert made.status_code == 201
    assert abs(lean() - before) == pytest.approx(3.0, abs=0.4)
    assert len(web.get(f"{path}/corrections").json()) == 1
    assert web.get(f"{path}/media/preview").status_code == 200
    assert web.delete(f"{path}/corrections/{made.json()['id']}").status_code == 204
    assert lean() == pytest.approx(before)
    assert web.get(f"{path}/corrections").json() == []


@pytest.mark.parametrize(
    "correction",
    [
        {"kind": "given_roll"},
        {"kind": "given_roll", "roll_deg": "much"},
        {"kind": "given_height", "height_m": 17},
        {"kind": "removed_contact", "side": "left", "contact_s": 99},
        {"kind": "moved_event", "side": "middle", "event": "contact", "at_s": 1, "to_s": 2},
        {"kind": "given_roll", "roll_deg": 1, "path": "/etc/passwd"},
        {"kind": "no such"},
    ],
)
def test_a_correction_that_cannot_be_changes_nothing(
    web: Caller, analysed: Analysed, correction: dict[str, Any]
) -> None:
    path = f"/api/v1/sessions/{analysed()}/corrections"
    answer = web.post(path, json=correction)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert web.get(path).json() == []


def test_a_session_can_be_given_to_somebody_else_and_be_noted(
    web: Caller, analysed: Analysed
) -> None:
    path = f"/api/v1/sessions/{analysed(athlete_name='Ada')}"
    other = web.post("/api/v1/athletes", json={"name": "Bob"}).json()["id"]
    changed = web.patch(path, json={"athlete_id": other, "notes": "new shoes"}).json()
    assert (changed["athlete_id"], changed["notes"]) == (other, "new shoes")
    assert web.patch(path, json={"athlete_id": None}).json()["athlete_id"] is None
    assert web.patch(path, json={"athlete_id": ABSENT}).status_code == 404


def test_deleting_an_athlete_deletes_everything_of_theirs(
    web: Caller, analysed: Analysed, store: Store
) -> None:
    session = analysed(athlete_name="Ada")
    athlete = web.get("/api/v1/athletes").json()[0]["id"]
    assert web.delete(f"/api/v1/athletes/{athlete}").status_code == 204
    assert web.get(f"/api/v1/sessions/{session}").status_code == 404
    assert list(store.files.media.glob("*/*")) == []
    assert list(store.files.results.iterdir()) == []


def test_names_of_athletes_are_unique(web: Caller) -> None:
    assert web.post("/api/v1/athletes", json={"name": "Ada"}).status_code == 201
    assert web.post("/api/v1/athletes", json={"name": "Ada"}).status_code == 409


def test_a_plan_is_made_kept_and_taken_into_a_calendar(web: Caller, analysed: Analysed) -> None:
    analysed("bent6.mp4", athlete_name="Ada")
    path = f"/api/v1/athletes/{web.get('/api/v1/athletes').json()[0]['id']}"
    assert web.get(f"{path}/plan").status_code == 404
    new = {"starts_on": "2026-05-04", "weeks": 2}
    made = web.post(f"{path}/plan", json=new)
    assert made.status_code == 201
    assert web.get(f"{path}/plan").json() == made.json()
    assert made.json()["practices"][0]["on"] == "2026-05-04"
    ics = web.get(f"{path}/plan.ics?at=18:30")
    assert ics.headers["content-type"].startswith("text/calendar")
    assert "DTSTART:20260504T183000" in ics.text
    assert web.post(f"{path}/plan", json={"starts_on": "9999-12-30"}).status_code == 422


def test_a_plan_needs_a_result(web: Caller) -> None:
    athlete = web.post("/api/v1/athletes", json={"name": "Ada"}).json()["id"]
    answer = web.post(f"/api/v1/athletes/{athlete}/plan", json={})
    assert answer.status_code == 422
    assert "Film" in answer.json()["hint"]


def test_an_export_has_clips_results_and_what_is_known(web: Caller, analysed: Analysed) -> None:
    session = analysed("../lean6.mp4", athlete_name="Ada", notes="first")
    athlete = web.get("/api/v1/athletes").json()[0]["id"]
    web.post(f"/api/v1/sessions/{session}/corrections", json={"kind": "given_roll", "roll_deg": 1})
    data = web.get(f"/api/v1/athletes/{athlete}/export").content
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = set(archive.namelist())
        about = json.loads(archive.read("athlete.json"))
    folder = f"sessions/{session}"
    assert {f"{folder}/clip.mp4", f"{folder}/analysis.json", f"{folder}/pose.npz"} <= names
    assert all(not name.startswith("/") and ".." not in name for name in names)
    assert about["sessions"][0]["notes"] == "first"
    assert about["sessions"][0]["corrections"][0]["kind"] == "given_roll"


def test_a_mistake_of_ours_tells_nothing_of_the_inside(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = caller(store)
    monkeypatch.setattr(store.athletes, "all", lambda: 1 / 0)
    quiet = type(web)(web.app, raise_server_exceptions=False)
    answer = quiet.get("/api/v1/athletes")
    assert answer.status_code == 500
    assert answer.json()["detail"] == "Something went wrong in leanline itself."
    assert "division" not in answer.text


def test_a_height_and_a_speed_may_come_with_their_unit(web: Caller, send: Send) -> None:
    told = send(settings={"height_m": "5 ft 10", "speed_mps": "10 km/h"})["session"]["settings"]
    assert told["height_m"] == pytest.approx(1.778)
    assert told["speed_mps"] == pytest.approx(10 / 3.6)
    read = web.get("/api/v1/quantities/speed_mps", params={"text": "10 km/h"}).json()
    assert read["text"] == "10.0 km/h = 6:00 min/km = 6.2 mph = 2.78 m/s"
    height = web.get("/api/v1/quantities/height_m", params={"text": "178"}).json()
    assert height == {"value": 1.78, "text": "1.78 m = 5 ft 10 in"}
    bare = web.get("/api/v1/quantities/speed_mps", params={"text": "10"})
    assert bare.status_code == 422
    assert bare.json()["code"] == "usage.speed_unit"
