"""The coach's desk: sheets with a letterhead, links for runners, deletion that can be undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from PIL import Image

from leanline.model import Analysis
from leanline.report.overlay import Part
from leanline.store import Store
from leanline.video.preview import FILE_NAME as PREVIEW_NAME
from tests.store import made
from tests.web.conftest import Caller, caller

Analysed = Callable[..., str]
KEY = "the key"
FORM = {"content-type": "application/x-www-form-urlencoded"}


@pytest.fixture
def analysed(store: Store, tmp_path: Path) -> Analysed:
    """Adds a clip with a result and a film, of a runner by name; returns its id."""

    def add(name: str | None = None, notes: str = "") -> str:
        athletes = {one.name: one for one in store.athletes.all()}
        athlete = None if name is None else athletes.get(name) or store.athletes.add(name)
        session = made.analysed(store, tmp_path, athlete_id=athlete and athlete.id, notes=notes)
        (store.sessions.result_folder(session) / PREVIEW_NAME).write_bytes(b"film")
        return session.id

    return add


@pytest.fixture
def ada(analysed: Analysed, store: Store) -> tuple[str, str]:
    """A runner with one clip; returns both ids."""
    session = analysed("Ada")
    athlete = store.sessions.get(session).athlete_id
    assert athlete is not None
    return athlete, session


def link_of(web: Caller, path: str) -> str:
    """Make a link and return its path."""
    page = web.post(f"{path}/links")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    found = re.search(r'value="https?://[^/"]+(/shared/[^"]+)"', page.text)
    assert found is not None
    return found[1]


def picture(kind: str, width: int = 900, height: int = 100) -> bytes:
    out = BytesIO()
    Image.new("RGB", (width, height), "red").save(out, kind)
    return out.getvalue()


def test_a_runners_link_shows_their_results_only(
    web: Caller, ada: tuple[str, str], analysed: Analysed, store: Store
) -> None:
    athlete, session = ada
    other = analysed("Bob", notes="Bob is slow")
    runner = caller(store, token=KEY)  # somebody on the network who does not know the key
    link = link_of(web, f"/athletes/{athlete}")

    listed = runner.get(link)
    assert listed.status_code == 200
    assert f"{link}/{session}" in listed.text
    assert "Bob" not in listed.text
    assert other not in listed.text
    result = runner.get(f"{link}/{session}")
    assert result.status_code == 200
    assert "Ada" in result.text
    assert runner.get(f"{link}/{session}/film.mp4").headers["content-type"] == "video/mp4"
    for answer in (listed, result):
        assert answer.headers["referrer-policy"] == "no-referrer"
        assert answer.headers["cache-control"] == "no-store"
        assert "script-src 'self' 'unsafe" not in answer.headers["content-security-policy"]
        assert "/sessions" not in answer.text.replace("/static", "")

    for path in (f"{link}/{other}", f"{link}/{other}/film.mp4", f"{link}/nothing"):
        assert runner.get(path).status_code == 404
    for path in ("/", f"/sessions/{session}", f"/sessions/{session}/sheet", "/shared"):
        assert runner.get(path).headers["location"] == "/enter"
    assert runner.get(f"/api/v1/sessions/{session}").status_code == 401
    assert runner.post(link).status_code in (401, 303)


def test_a_withdrawn_link_is_gone(web: Caller, ada: tuple[str, str], store: Store) -> None:
    athlete, session = ada
    link = link_of(web, f"/athletes/{athlete}")
    (kept,) = store.share_links.all(athlete_id=athlete)
    form = f"back=/athletes/{athlete}"
    answer = web.post(f"/links/{kept.id}/withdraw", content=form, headers=FORM)
    assert answer.headers["location"] == f"/athletes/{athlete}#links"
    for path in (link, f"{link}/{session}", f"{link}/{session}/film.mp4"):
        answer = web.get(path)
        assert answer.status_code == 404
        assert session not in answer.text
    assert (
        web.post(f"/links/{kept.id}/withdraw", content="back=//elsewhere", headers=FORM).headers[
            "location"
        ]
        == "/"
    )


def test_the_secret_of_a_link_is_not_in_the_store(
    web: Caller, ada: tuple[str, str], store: Store
) -> None:
    link = link_of(web, f"/athletes/{ada[0]}")
    token = link.removeprefix("/shared/")
    assert len(token) >= 43  # 256 bits
    for file in store.place.folder.glob("leanline.db*"):
        assert token.encode() not in file.read_bytes()
    assert web.get("/shared/" + token[:-1]).status_code == 404
    assert web.get("/shared/" + "x" * 10_000).status_code == 404


def test_a_clips_link_ends_when_the_clip_changes_hands(
    web: Caller, ada: tuple[str, str], analysed: Analysed, store: Store
) -> None:
    _, session = ada
    second = analysed("Ada")
    link = link_of(web, f"/sessions/{session}")
    assert web.get(link).headers["location"] == f"{link}/{session}"
    assert web.get(f"{link}/{session}").status_code == 200
    assert web.get(f"{link}/{second}").status_code == 404
    bob = store.athletes.add("Bob")
    web.post(f"/sessions/{session}/change", content=f"athlete={bob.id}", headers=FORM)
    assert web.get(f"{link}/{session}").status_code == 404


def test_notes_are_on_the_sheet_but_not_behind_a_link(web: Caller, analysed: Analysed) -> None:
    session = analysed(notes="A quiet word")
    link = link_of(web, f"/sessions/{session}")
    sheet = web.get(f"/sessions/{session}/sheet")
    assert "A quiet word" in sheet.text
    assert "'unsafe-inline'" not in sheet.headers["content-security-policy"].split("script-src")[1]
    assert "A quiet word" not in web.get(f"{link}/{session}").text


def test_the_letterhead_is_set_once_and_stands_on_every_sheet(
    web: Caller, ada: tuple[str, str]
) -> None:
    answer = web.post("/settings/letterhead", content="name=Practice %26 Co", headers=FORM)
    assert answer.status_code == 303
    assert web.post("/settings/logo", content=picture("JPEG")).status_code == 204
    logo = web.get("/settings/logo.png")
    assert Image.open(BytesIO(logo.content)).size == (600, 67)
    page = web.get(f"/sessions/{ada[1]}/sheet").text
    assert "Practice &amp; Co" in page
    assert "data:image/png;base64," in page
    web.post("/settings/letterhead", content="name=Me&remove_logo=on", headers=FORM)
    assert web.get("/settings/logo.png").status_code == 404


@pytest.mark.parametrize(
    "data", [b"", b"<svg/>", picture("GIF"), picture("PNG")[:60], picture("PNG", 2001, 10)]
)
def test_what_is_no_logo_is_refused(web: Caller, store: Store, data: bytes) -> None:
    headers = {"hx-request": "true"}
    assert web.post("/settings/logo", content=data, headers=headers).status_code == 422
    assert store.letterhead.get().logo is None


def test_a_deleted_clip_is_offered_back(web: Caller, ada: tuple[str, str], store: Store) -> None:
    _, session = ada
    answer = web.post(f"/sessions/{session}/delete")
    page = web.get(answer.headers["location"]).text
    assert web.get(f"/sessions/{session}").status_code == 404
    (item,) = store.deleted.all()
    assert f'action="/deleted/{item.id}/put-back"' in page
    assert web.post(f"/deleted/{item.id}/put-back").headers["location"] == f"/sessions/{session}"
    assert web.get(f"/sessions/{session}").status_code == 200
    assert f"/deleted/{item.id}" not in web.get(answer.headers["location"]).text
    assert web.post(f"/deleted/{item.id}/put-back").status_code == 404


def test_a_deleted_runner_comes_back_without_their_links(
    web: Caller, ada: tuple[str, str], store: Store
) -> None:
    athlete, session = ada
    link = link_of(web, f"/athletes/{athlete}")
    web.post(f"/athletes/{athlete}/delete", content="name=Ada", headers=FORM)
    assert web.get(link).status_code == 404
    (item,) = store.deleted.all()
    assert "Ada" in web.get("/settings").text
    web.post(f"/deleted/{item.id}/put-back")
    assert web.get(f"/sessions/{session}").status_code == 200
    assert web.get(link).status_code == 404
    web.post(f"/athletes/{athlete}/delete", content="name=Ada", headers=FORM)
    (item,) = store.deleted.all()
    web.post(f"/deleted/{item.id}/delete")
    assert "Ada" not in web.get("/settings").text
    assert list(store.files.clip_files()) == []


def test_the_whole_film_is_drawn_to_keep(
    web: Caller, ada: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    drawn: list[Part | None] = []

    def write(
        clip: Path, analysis: Analysis, out: Path, *, language: str, part: Part | None
    ) -> None:
        del clip, analysis, language
        drawn.append(part)
        out.write_bytes(b"film")

    monkeypatch.setattr("leanline.web.short_film.write_overlay", write)
    answer = web.get(f"/sessions/{ada[1]}/overlay.mp4")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "video/mp4")
    seen = SimpleNamespace(pose=SimpleNamespace(time_s=np.array([12.5, 27.4])))
    monkeypatch.setattr("leanline.web.short_film.build_scene", lambda _: seen)
    for longest_s in (2.0, 0.5):
        monkeypatch.setattr("leanline.web.short_film.MAX_WHOLE_S", longest_s)
        web.get(f"/sessions/{ada[1]}/overlay.mp4")
    assert drawn == [None, Part(12.5, 14.5, 1.0), Part(12.5, 13.0, 1.0)]


def test_a_film_to_share_is_short(web: Caller, ada: tuple[str, str]) -> None:
    for part in ("start_s=0&end_s=7", "start_s=2&end_s=1", "start_s=0&end_s=1&times=9"):
        answer = web.get(f"/sessions/{ada[1]}/film.mp4?{part}", headers={"hx-request": "true"})
        assert (answer.status_code, answer.json()["code"]) == (422, "film.part")
