"""Every page in every language: chosen by the browser, or by the reader."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from html.parser import HTMLParser

import pytest

from leanline.wording.catalogue import LANGUAGE_CODES, catalogue
from tests.unit.test_wording import ENGLISH_WORDS
from tests.web.conftest import Caller

Analysed = Callable[..., str]
GERMAN = {"accept-language": "fr;q=0.9, de-AT;q=0.8, en;q=0.1"}


class Text(HTMLParser):
    """The text that somebody reads or hears: text nodes and labels."""

    SPOKEN = ("alt", "aria-label", "placeholder", "title")

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._silent = 0
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in ("code", "style", "kbd")
        self.found += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in ("code", "style", "kbd")

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._silent:
            self.found.append(data.strip())


def english_in(html: str) -> list[str]:
    own = re.compile(rf"\b({ENGLISH_WORDS})\b")
    return [text for text in Text(html).found if own.search(text.replace("English", ""))]


def language_of(html: str) -> str:
    found = re.search(r'<html lang="(\w+)"', html)
    assert found
    return found[1]


def test_the_browser_decides_unless_the_reader_does(web: Caller) -> None:
    assert language_of(web.get("/").text) == "en"
    assert language_of(web.get("/", headers=GERMAN).text) == "de"
    assert language_of(web.get("/", headers={"accept-language": "de;q=x, *;q=0"}).text) == "en"
    chosen = web.get("/settings?lang=de")
    assert language_of(chosen.text) == "de"
    assert "leanline_language=de" in chosen.headers["set-cookie"]
    assert language_of(web.get("/settings").text) == "de"
    assert language_of(web.get("/?lang=en", headers=GERMAN).text) == "en"


def test_a_language_there_is_none_of_changes_nothing(web: Caller) -> None:
    answer = web.get("/settings?lang=xx")
    assert language_of(answer.text) == "en"
    assert "set-cookie" not in answer.headers


def test_the_switch_keeps_the_address(web: Caller) -> None:
    html = web.get("/sessions?offset=50").text
    assert '<a href="?offset=50&amp;lang=de" lang="de" hreflang="de">Deutsch</a>' in html
    assert 'lang="en" hreflang="en" aria-current="true">English</a>' in html


def test_a_page_that_was_kept_is_kept_in_its_language(web: Caller) -> None:
    for header, title in (({}, "Athletes"), (GERMAN, "Personen"), ({}, "Athletes")):
        assert f"<h1>{title}</h1>" in web.get("/athletes", headers=header).text


@pytest.fixture
def pages(web: Caller, analysed: Analysed) -> list[str]:
    """The address of a page of each kind."""
    first = analysed("first.mp4", athlete_name="Ada", filmed_at="2026-03-01T10:00:00Z")
    second = analysed("second.mp4", athlete_name="Ada", filmed_at="2026-03-01T11:00:00Z")
    third = analysed("third.mp4", athlete_name="Ada", filmed_at="2026-03-09T11:00:00Z")
    standing = analysed("stand.mp4")
    athlete = web.get(f"/api/v1/sessions/{first}").json()["athlete_id"]
    roll = {"kind": "given_roll", "roll_deg": 1.5}
    web.post(f"/api/v1/sessions/{first}/corrections", json=roll)
    web.post(f"/athletes/{athlete}/plan?lang=de", data={"session": third})
    return [
        "/", "/sessions", "/athletes", "/settings", "/live", "/no-such-page",
        f"/athletes/{athlete}", f"/athletes/{athlete}/plan", f"/athletes/{athlete}/delete",
        f"/sessions/{first}", f"/sessions/{standing}", f"/compare?before={first}&after={second}",
    ]  # fmt: skip


def test_no_page_mixes_languages(web: Caller, pages: list[str]) -> None:
    for path in pages:
        html = web.get(path, headers=GERMAN).text
        assert language_of(html) == "de", path
        assert english_in(html) == [], path


def test_numbers_and_dates_follow_the_language(web: Caller, pages: list[str]) -> None:
    athlete, session = pages[6], pages[9]
    web.cookies.clear()
    for header, date, number in (({}, "9 Mar 2026", "1.50°"), (GERMAN, "9. März 2026", "1,50°")):
        assert date in web.get(athlete, headers=header).text
        assert number in web.get(session, headers=header).text


def test_a_problem_is_told_in_the_language_of_the_request(web: Caller) -> None:
    path = "/api/v1/sessions/" + 32 * "0"
    assert web.get(path).json()["detail"].startswith("There is no session")
    assert "gibt" in web.get(path, headers=GERMAN).json()["detail"]


@pytest.mark.parametrize("language", LANGUAGE_CODES)
def test_scripts_get_their_words_from_the_catalogue(web: Caller, language: str) -> None:
    html = web.get(f"/?lang={language}").text
    found = re.search(r'data-words="([^"]*)"', html)
    assert found
    words = json.loads(unescape(found[1]))
    assert words["upload_script.retry"] == catalogue(language)["upload_script.retry"]
    assert words["number.decimal"] == catalogue(language)["number.decimal"]
