from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from leanline.corrections import GivenRoll
from leanline.jobs.correct import correct
from leanline.store import Store
from tests.unit.test_watch_fit import RUN, file_of, running, session
from tests.web.conftest import Caller

START = datetime(2026, 5, 3, 9, tzinfo=UTC)
Analysed = Callable[..., str]


def athlete_of(web: Caller) -> str:
    found: str = web.get("/api/v1/athletes").json()[0]["id"]
    return found


def run(analysed: Analysed, name: str, day: float, **order: object) -> str:
    moment = (START + timedelta(days=day)).isoformat()
    return analysed(name, athlete_name="Ada", filmed_at=moment, **order)


def trend(web: Caller, metric: str) -> dict[str, object]:
    path = f"/api/v1/athletes/{athlete_of(web)}/trends"
    found: list[dict[str, object]] = web.get(path, params={"metric": metric}).json()
    assert len(found) == 1
    return found[0]


def test_one_clip_is_no_trend(web: Caller, analysed: Analysed) -> None:
    run(analysed, "lean6.mp4", 0)
    found = trend(web, "lean_body_deg")
    assert found["verdict"] == "alone"
    assert "only clip so far" in str(found["sentence"])


def test_a_change_is_called_one_only_above_the_smallest_that_can_be_told(
    web: Caller, analysed: Analysed
) -> None:
    for day, name in enumerate(("lean3.mp4", "lean4.mp4", "lean8.mp4")):
        run(analysed, name, 7 * day)
    cadence, lean = trend(web, "cadence_spm"), trend(web, "lean_body_deg")
    assert cadence["verdict"] == "changed"
    assert "163.5 steps/min on 3 May 2026, 168.0 steps/min now (+4.5" in str(cadence["sentence"])
    assert lean["verdict"] == "same"
    assert "no clear change" in str(lean["sentence"])


def test_a_clip_at_another_speed_is_marked_and_not_mixed(web: Caller, analysed: Analysed) -> None:
    run(analysed, "lean3.mp4", 0, settings={"speed_mps": 3.9})
    run(analysed, "lean3.mp4", 7, settings={"speed_mps": 3.0})
    run(analysed, "lean3.mp4", 14, settings={"speed_mps": 3.0})
    found = trend(web, "cadence_spm")
    points = found["points"]
    assert isinstance(points, list)
    assert [bool(point["why_not"]) for point in points] == [True, False, False]
    assert "the speeds differ (3.90 m/s and 3.00 m/s)" in points[0]["why_not"]
    assert "10 May" in str(found["sentence"])


def test_the_athletes_page_says_the_trends_without_scripts(web: Caller, analysed: Analysed) -> None:
    first, last = run(analysed, "lean3.mp4", 0), run(analysed, "lean8.mp4", 0.05)
    html = web.get(f"/athletes/{athlete_of(web)}").text
    assert "163.0 steps/min on 3 May 2026" in html
    assert "Within a day" in html
    assert "Cadence +5.0 steps/min" in html
    assert f"/compare?before={first}&amp;after={last}" in html


def test_only_the_newest_sessions_are_shown_unless_all_are_asked_for(
    web: Caller, analysed: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.web.pages.athletes.WINDOW", 2)
    for day, name in enumerate(("lean3.mp4", "lean4.mp4", "lean8.mp4")):
        run(analysed, name, 7 * day)
    place = f"/athletes/{athlete_of(web)}"
    page, every = web.get(place).text, web.get(f"{place}?all=true").text
    assert "The newest 2 of 3 clips are shown" in page
    assert "164.0 steps/min on 10 May 2026" in page
    assert "163.5 steps/min on 3 May 2026" in every


def test_a_correction_shows_in_the_history(web: Caller, analysed: Analysed, store: Store) -> None:
    session = run(analysed, "lean6.mp4", 0)
    path = f"/api/v1/athletes/{athlete_of(web)}/history?metric=lean_body_deg"

    def lean() -> float:
        metrics = {m["id"]: m for m in web.get(path).json()[0]["metrics"]}
        return float(metrics["lean_body_deg"]["value"])

    before = lean()
    correct(store, session, GivenRoll(2.0))
    assert abs(abs(lean() - before) - 2.0) < 0.3


@pytest.mark.shared
def test_a_watchs_run_is_read_kept_once_and_forgotten(
    web: Caller, store: Store, shared_data: Path
) -> None:
    athlete = store.athletes.add("Ada")
    path = f"/api/v1/athletes/{athlete.id}/watch-runs"
    file = sorted((shared_data / "fit").glob("*.fit"))[0]
    added = web.post(f"{path}?name=../{file.name}", content=file.read_bytes())
    assert added.status_code == 201
    assert added.json()["name"] == file.name
    assert 130 < added.json()["means"]["cadence_spm"] < 220
    assert web.post(path, content=file.read_bytes()).status_code == 409
    assert "From the watch" in web.get(f"/athletes/{athlete.id}").text
    run_id = web.get(path).json()[0]["id"]
    assert web.delete(f"{path}/{run_id}").status_code == 204
    assert web.get(path).json() == []


def test_what_is_odd_about_a_watchs_file_is_said(web: Caller, store: Store) -> None:
    path = f"/api/v1/athletes/{store.athletes.add('Ada').id}/watch-runs"
    odd = file_of(running(0, 60), session(RUN, 0, 60)) + bytes(16)
    notes = web.post(path, content=odd).json()["notes"]
    assert [note[:16] for note in notes] == ["The watch's file"]


@pytest.mark.parametrize(
    "data", [b"", b"no watch wrote this", b"\x0e\x10" * 500, b'<?xml version="1.0"?><gpx/>']
)
def test_what_is_no_run_is_refused_in_a_sentence(web: Caller, store: Store, data: bytes) -> None:
    athlete = store.athletes.add("Ada")
    answer = web.post(f"/api/v1/athletes/{athlete.id}/watch-runs?name=x.fit", content=data)
    assert answer.status_code == 422
    assert answer.json()["detail"].startswith("x.fit is ")


def test_practices_are_ticked_off_on_the_page_and_by_programs(
    web: Caller, analysed: Callable[..., str]
) -> None:
    run(analysed, "bent6.mp4", 0)
    (athlete,) = web.get("/api/v1/athletes").json()
    place = f"/api/v1/athletes/{athlete['id']}/plan"
    made = web.post(place, json={}).json()
    assert (made["done"], made["next_practice"]) == ([], 1)
    told = web.put(f"{place}/practices/1", json={"felt": "hard", "notes": "windy"}).json()
    assert [(one["number"], one["felt"]) for one in told["done"]] == [(1, "hard")]
    page = f"/athletes/{athlete['id']}/plan"
    assert "done, felt hard: windy" in web.get(page).text
    web.post(f"{page}/practices/2", data={"felt": "right", "pain": "yes"})
    stopped = web.get(place).json()
    assert stopped["next_practice"] is None
    assert "physiotherapist" in stopped["notes"][0]
    assert stopped["notes"][0] in web.get(page).text
    web.post(f"{page}/practices/2", data={})
    assert web.delete(f"{place}/practices/1").json()["done"] == []
    assert web.put(f"{place}/practices/99", json={"felt": "easy"}).status_code == 422
