"""What makes the pages an app: manifest, service worker, and the recording page."""

from __future__ import annotations

import json
import re

import pytest

from leanline.store import Store
from leanline.version import __version__
from leanline.web.pages import webapp
from tests.web.conftest import Caller, caller


def test_every_file_that_the_service_worker_keeps_is_served(web: Caller) -> None:
    text = web.get("/sw.js").text
    kept = json.loads(re.findall(r"^const FILES = (.*);$", text, re.MULTILINE)[0])
    assert {"/static/app.css", "/static/js/record.js", "/live/static/link.js"} <= set(kept)
    assert [path for path in kept if web.get(path).status_code != 200] == []
    assert web.get("/offline").status_code == 200


def test_a_file_that_changes_makes_another_service_worker(
    web: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = web.get("/sw.js").text
    assert f'const BUILD = "{__version__}-' in before
    monkeypatch.setattr(webapp, "app_style", lambda: "body{}")
    assert webapp._service_worker.__wrapped__() != before


def test_phones_fetch_the_apps_name_icons_and_worker_without_the_key_but_no_page(
    store: Store,
) -> None:
    locked = caller(store, token="k" * 20)
    manifest = locked.get("/manifest.webmanifest").json()
    paths = [icon["src"] for icon in manifest["icons"]]
    paths += ["/static/icons/touch-180.png", "/sw.js", "/static/js/outbox.js"]
    assert [path for path in paths if locked.get(path).status_code != 200] == []
    assert locked.get("/record").status_code == 303
    assert locked.get("/offline").status_code == 303


def test_the_manifest_is_in_the_phones_language(web: Caller) -> None:
    german = web.get("/manifest.webmanifest", headers={"accept-language": "de"}).json()
    assert german["lang"] == "de"
    assert german["description"] != web.get("/manifest.webmanifest").json()["description"]
    assert german["shortcuts"][0]["url"] == "/record"
