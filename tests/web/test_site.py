"""The pages as a browser without scripts gets them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from leanline.store import Store
from tests.web.conftest import Caller, Send
from tests.web.work import finish_all
from tools.draw_filming import PICTURES

Analysed = Callable[..., str]


def test_an_empty_install_says_what_to_do(web: Caller) -> None:
    html = web.get("/").text
    assert "Film a runner from the side" in html
    assert "How to film" in html
    assert "Results" not in html
    assert "Clips of the same runner are kept together" in web.get("/athletes").text


def test_the_advice_on_filming_has_pictures_that_are_there(web: Caller) -> None:
    shown = r'src="(/static/filming/[^"]+)" alt="(?:Right|Wrong): '
    pictures = re.findall(shown, web.get("/").text)
    assert len(set(pictures)) == len(PICTURES)
    assert all(web.get(path).status_code == 200 for path in pictures)


def test_what_is_known_of_a_clip_can_be_said(web: Caller, send: Send, store: Store) -> None:
    html = web.get("/").text
    settings = {"person": 2, "start_s": 1.0, "end_s": 4.0, "roll_deg": 1.5, "pose_model": "full"}
    assert all(f'name="{name}"' in html for name in settings)
    session = send(settings=settings)["session"]["id"]
    assert store.sessions.get(session).settings == settings


def test_a_network_that_is_not_installed_is_refused_before_the_queue(
    web: Caller, send: Send, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.web.services.find_spec", lambda _: None)
    assert "<option>rtmpose" not in web.get("/").text
    with pytest.raises(AssertionError, match="rtmpose is not installed"):
        send(settings={"pose_model": "rtmpose"})
    monkeypatch.setattr("leanline.web.services.find_spec", lambda _: object())
    assert "<option>rtmpose" in web.get("/").text
    assert send(settings={"pose_model": "rtmpose"})["job"]["state"] == "queued"


def test_the_queue_shows_what_waits_and_what_went_wrong(
    web: Caller, send: Send, store: Store
) -> None:
    waiting = send("run.mp4", athlete_name="Ada")
    assert "queued" in web.get("/parts/queue").text
    web.post(f"/jobs/{waiting['job']['id']}/cancel")
    assert "cancelled" in web.get("/").text
    bad = send("nobody.mp4")
    finish_all(store)
    html = web.get("/").text
    assert "nobody.mp4 shows nobody running" in html
    assert "Film one runner from the side, whole body in view." in html
    page = web.get(f"/sessions/{bad['session']['id']}").text
    picture = f"/sessions/{bad['session']['id']}/found.jpg"
    assert picture in page
    assert web.get(picture).content.startswith(b"\xff\xd8")
    retried = web.post(f"/jobs/{bad['job']['id']}/retry")
    assert (retried.status_code, retried.headers["location"]) == (303, "/")


def test_a_retry_by_htmx_gets_the_queue_back(web: Caller, send: Send) -> None:
    job = send()["job"]["id"]
    answer = web.post(f"/jobs/{job}/cancel", headers={"hx-request": "true"})
    assert answer.status_code == 200
    assert "<html" not in answer.text
    assert "cancelled" in answer.text


def test_a_result_shows_three_numbers_one_thing_and_the_clip(
    web: Caller, analysed: Analysed
) -> None:
    session = analysed(athlete_name="Ada")
    html = web.get(f"/sessions/{session}").text
    assert html.count('class="number"') == 3
    assert html.count('class="kicker" id="one"') == 1
    assert f'src="/api/v1/sessions/{session}/media/preview"' in html
    assert "Correct this result" in html
    assert "These numbers describe movement" in html


def test_a_clip_of_standing_has_no_steps_to_put_right(web: Caller, analysed: Analysed) -> None:
    session = analysed("stand.mp4")
    html = web.get(f"/sessions/{session}").text
    assert "Standing lean" in html
    assert 'data-c="move"' not in html
    assert "Initial contact and toe-off" not in html
    series = web.get(f"/api/v1/sessions/{session}/series").json()
    assert series["standing"]
    assert set(series["curves"]) == {"stand_lean_deg", "lean_trunk_deg"}


def test_a_clip_without_a_result_shows_how_far_it_is(web: Caller, send: Send) -> None:
    session = send()["session"]["id"]
    html = web.get(f"/sessions/{session}").text
    assert "The result appears here when it is ready" in html
    web.post(f"/jobs/{web.get('/api/v1/jobs').json()[0]['id']}/cancel")
    assert "Try again" in web.get(f"/sessions/{session}").text


def test_corrections_are_listed_in_words(web: Caller, analysed: Analysed) -> None:
    session = analysed()
    path = f"/api/v1/sessions/{session}/corrections"
    web.post(path, json={"kind": "given_roll", "roll_deg": 1.5})
    first = web.get(f"/api/v1/sessions/{session}/result").json()["events"]["left"]["contact_s"][1]
    moved = {"kind": "moved_event", "side": "left", "event": "contact"}
    web.post(path, json={**moved, "at_s": first, "to_s": first + 0.02})
    html = web.get(f"/sessions/{session}").text
    assert "Corrected by hand: 2 corrections" in html
    assert "Camera roll set to 1.50°" in html
    assert f"Left foot, initial contact moved from {first:.3f} s to {first + 0.02:.3f} s" in html


def test_two_clips_are_compared_in_the_order_in_which_they_were_chosen(
    web: Caller, analysed: Analysed
) -> None:
    early = analysed("lean3.mp4", athlete_name="Ada", filmed_at="2026-05-01T10:00:00Z")
    late = analysed("lean8.mp4", athlete_name="Ada", filmed_at="2026-05-08T10:00:00Z")
    html = web.get(f"/compare?before={late}&after={early}").text
    assert html.index("lean8.mp4") < html.index("lean3.mp4")
    assert "fell by 5.0 steps/min" in html
    assert "filmed after the other one" in html
    assert "no clear change" in html
    assert web.get("/compare").headers["location"] == "/athletes"


def test_an_athlete_is_added_changed_and_deleted_by_name(
    web: Caller, analysed: Analysed, store: Store
) -> None:
    place = web.post("/athletes", data={"name": "Ada", "height_m": "1,67"}).headers["location"]
    assert store.athletes.all()[0].height_m == pytest.approx(1.67)
    analysed(athlete_name="Ada")
    web.post(f"{place}/change", data={"name": "Ada B.", "height_m": "", "notes": "left knee"})
    changed = store.athletes.all()[0]
    assert (changed.name, changed.height_m, changed.notes) == ("Ada B.", None, "left knee")
    refused = web.post(f"{place}/delete", data={"name": "Bob"})
    assert "The name does not match" in refused.text
    assert len(store.athletes.all()) == 1
    gone = web.post(f"{place}/delete", data={"name": "ada b."})
    assert gone.headers["location"].startswith("/athletes?deleted=")
    assert (store.athletes.all(), store.sessions.count()) == ((), 0)


def test_a_clip_is_deleted_from_its_page(web: Caller, analysed: Analysed, store: Store) -> None:
    session = analysed()
    assert web.post(f"/sessions/{session}/delete").status_code == 303
    assert store.sessions.count() == 0


def test_a_plan_is_made_from_its_page(web: Caller, analysed: Analysed, store: Store) -> None:
    analysed("bent6.mp4", athlete_name="Ada")
    place = f"/athletes/{store.athletes.all()[0].id}/plan"
    assert "Make a plan" in web.get(place).text
    web.post(place, data={"starts_on": "2026-05-04", "weeks": "4"})
    html = web.get(place).text
    assert "One thing at a time" in html
    assert "Mon 4 May" in html
    assert "1 of 8" in html


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("/athletes", {}),
        ("/athletes", {"name": "x" * 201}),
        ("/athletes", {"name": "Ada", "height_m": "tall"}),
        ("/athletes", {"name": "Ada", "height_m": "nan"}),
        ("/athletes/abc/change", {"name": "Ada"}),
        ("/athletes/abc/plan", {}),
        ("/sessions/abc/change", {}),
        ("/sessions/abc/delete", {}),
        ("/jobs/abc/cancel", {}),
        ("/jobs/abc/retry", {}),
    ],
)
def test_a_form_that_cannot_be_is_answered_with_a_page_that_says_so(
    web: Caller, path: str, form: dict[str, str]
) -> None:
    answer = web.post(path, data=form)
    assert answer.status_code in (404, 422)
    assert answer.headers["content-type"].startswith("text/html")
    assert "<h1>" in answer.text


@pytest.mark.parametrize(
    "body", [b"name=%ff%fe", b"\xff\xfe", b"&&&===;", b"name=" + b"a" * 200_000]
)
def test_a_form_of_nonsense_is_refused(web: Caller, body: bytes) -> None:
    assert web.post("/athletes", content=body).status_code in (413, 422)


def test_a_form_with_a_day_that_is_none_is_refused(web: Caller, analysed: Analysed) -> None:
    session = analysed(athlete_name="Ada")
    assert web.post(f"/sessions/{session}/change", data={"filmed_at": "soon"}).status_code == 422
    athlete = web.get("/api/v1/athletes").json()[0]["id"]
    for form in ({"starts_on": "soon"}, {"weeks": "x"}, {"weeks": "9"}):
        assert web.post(f"/athletes/{athlete}/plan", data=form).status_code == 422


def test_all_clips_are_listed_page_by_page(
    web: Caller, analysed: Analysed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("leanline.web.pages.home._PAGE", 1)
    analysed("lean3.mp4")
    analysed("lean8.mp4")
    first, second = web.get("/sessions").text, web.get("/sessions?offset=1").text
    assert ("lean8.mp4" in first, "lean3.mp4" in first) == (True, False)
    assert ("lean8.mp4" in second, "lean3.mp4" in second) == (False, True)
    assert "Older" in first
    assert "Newer" in second


def test_what_is_vendored_is_named_in_the_notice_with_its_licence() -> None:
    from importlib.resources import files
    from pathlib import Path

    notice = (Path(__file__).parents[2] / "NOTICE").read_text(encoding="utf-8")
    vendored = files("leanline.web") / "static" / "vendor"
    names = [item.name for item in vendored.iterdir()]
    assert {"htmx.LICENSE", "uPlot.LICENSE"} <= set(names)
    assert all(name in notice for name in names)


def test_the_date_of_a_clip_has_a_source_and_can_be_edited(
    web: Caller, analysed: Analysed, store: Store
) -> None:
    session = analysed("lean6.mp4", file_dated_at="2026-05-01T10:00:00Z")
    assert store.sessions.get(session).date_source == "file"
    html = web.get(f"/sessions/{session}").text
    assert "date of the file" in html
    (kept,) = re.findall(r'name="filmed_at" value="([^"]+)"', html)
    web.post(f"/sessions/{session}/change", data={"filmed_at": kept, "notes": "windy"})
    assert store.sessions.get(session).date_source == "file"
    web.post(f"/sessions/{session}/change", data={"filmed_at": "2026-04-30T08:15"})
    assert store.sessions.get(session).date_source == "entered"
    assert "date entered" in web.get(f"/sessions/{session}").text
