from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from leanline.model import Analysis
from leanline.report.compare import write_comparison
from leanline.report.html import write_report
from leanline.report.pdf import write_pdf
from tests.analyses import analysis, drill
from tests.browser.conftest import Opener, Seen
from tests.runners import grey_clip, whole_analysis


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grey_clip(tmp_path_factory.mktemp("clip") / "run.mp4")


@pytest.fixture(scope="module")
def pages(clip: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One of each kind of page."""
    home, whole = tmp_path_factory.mktemp("pages"), whole_analysis(clip)
    other: Analysis = whole_analysis(clip, lean_body_deg=5.1, cadence_spm=171.0)
    return {
        "running": write_report(whole, home / "running", clip),
        "german": write_report(whole, home / "german", clip, "de"),
        "standing": write_report(analysis("standing", stand_straightness_deg=6.4), home / "stand"),
        "drill": write_report(
            replace(analysis("standing", hold_s=6.2), drill=drill()), home / "drill"
        ),
        "bare": write_report(analysis(), home / "bare"),
        "compare": write_comparison((whole, other), (clip, clip), home / "compare"),
    }


PAGES = ("running", "german", "standing", "drill", "bare", "compare")


@pytest.mark.parametrize(("size", "scheme"), [("phone", "light"), ("desktop", "dark")])
@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_quietly_alone_and_no_wider_than_the_screen(
    name: str, size: str, scheme: str, pages: dict[str, Path], opened: Opener
) -> None:
    seen = opened(pages[name], size, scheme)
    seen.page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    assert seen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert seen.messages == []
    assert [url for url in seen.requests if not url.startswith("data:")] == [pages[name].as_uri()]


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [*((name, "phone", "dark") for name in PAGES), ("running", "desktop", "light")],
)
def test_everybody_can_read_and_reach_everything(
    name: str, size: str, scheme: str, pages: dict[str, Path], opened: Opener, axe: str
) -> None:
    page = opened(pages[name], size, scheme).page
    page.eval_on_selector_all("details", "all => all.forEach(d => d.open = true)")
    page.evaluate(axe)
    found: list[dict[str, Any]] = page.evaluate("axe.run().then(r => r.violations)")
    serious = [f for f in found if f["impact"] in ("serious", "critical")]
    assert [(f["id"], f["nodes"][0]["html"]) for f in serious] == []


def test_every_picture_loads(pages: dict[str, Path], opened: Opener) -> None:
    page = opened(pages["running"]).page
    pictures = page.query_selector_all("img")
    for picture in pictures:
        picture.scroll_into_view_if_needed()
    page.wait_for_function("[...document.images].every(i => i.complete && i.naturalWidth > 100)")
    assert len(pictures) == 9


def test_the_top_says_three_numbers_and_one_thing(pages: dict[str, Path], opened: Opener) -> None:
    page = opened(pages["running"], "desktop").page
    assert page.locator(".number").count() == 3
    assert page.locator(".hero .advice").count() == 1
    box = page.locator(".hero .advice .cue").first.bounding_box()
    assert box["y"] + box["height"] < 900


def test_meaning_and_sources_are_behind_a_click_or_a_key(
    pages: dict[str, Path], opened: Opener
) -> None:
    page = opened(pages["running"]).page
    row = page.locator("details.row", has_text="Body lean").first
    assert not row.locator(".more").is_visible()
    row.locator("summary").focus()
    page.keyboard.press("Enter")
    assert row.locator(".more").is_visible()
    assert "Carson" in row.locator(".more").inner_text()


def test_charts_are_drawn_for_the_width_of_the_screen(
    pages: dict[str, Path], opened: Opener
) -> None:
    for size, shown, hidden in (("phone", ".narrow", ".wide"), ("desktop", ".wide", ".narrow")):
        page = opened(pages["running"], size).page
        assert page.locator(f"{shown} svg").first.is_visible()
        assert not page.locator(f"{hidden} svg").first.is_visible()


def test_dark_is_dark(pages: dict[str, Path], opened: Opener) -> None:
    def brightness(seen: Seen) -> int:
        colour = seen.page.evaluate("getComputedStyle(document.body).backgroundColor")
        return sum(int(part) for part in colour.strip("rgb()").split(","))

    assert brightness(opened(pages["running"], scheme="dark")) < 150
    assert brightness(opened(pages["running"], scheme="light")) > 600


def test_paper_shows_what_is_folded_away_and_folds_it_again(
    pages: dict[str, Path], opened: Opener
) -> None:
    page = opened(pages["running"]).page
    shut = "document.querySelectorAll('details:not([open])').length"
    before = page.evaluate(shut)
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(shut) == 0
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(shut) == before > 0


def test_the_page_is_printed_to_pdf(pages: dict[str, Path], chromium: Path, tmp_path: Path) -> None:
    out = write_pdf(pages["running"], tmp_path / "report.pdf", chromium)
    data = out.read_bytes()
    assert data.startswith(b"%PDF-")
    assert data.rstrip().endswith(b"%%EOF")
    # A4 is 595 x 842 points.
    assert b"/MediaBox [0 0 59" in data or b"/MediaBox[0 0 59" in data
    assert [p.name for p in tmp_path.iterdir()] == ["report.pdf"]


def test_the_german_page_says_that_it_is_german(pages: dict[str, Path], opened: Opener) -> None:
    page = opened(pages["german"]).page
    assert page.evaluate("document.documentElement.lang") == "de"
    assert "Körperneigung" in page.inner_text("main")


def test_the_picture_of_the_page_is_not_empty(pages: dict[str, Path], opened: Opener) -> None:
    from PIL import Image

    shot = opened(pages["running"]).page.screenshot()
    colours = Image.open(io.BytesIO(shot)).convert("RGB").getcolors(1 << 24)
    assert colours is not None
    assert len(colours) > 200
