from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError, UsageError
from leanline.formats.runner_npz import read_runner, write_runner
from leanline.model import VideoInfo
from leanline.report.chart import LOOKS, Chart, Curve, Dots, Strip, ticks
from leanline.report.charts import charts
from leanline.report.cover import Cover
from leanline.report.frames import body_height_px, box_for, pictures
from leanline.report.html import report_html, style_sheet, write_report
from leanline.report.key_frames import Shot, shots
from leanline.report.picture_geometry import build_scene
from leanline.report.svg import NARROW, svg
from leanline.video.draw import YELLOW
from tests.analyses import analysis, with_gaps
from tests.runners import HEIGHT, WIDTH, grey_clip, small_runner, whole_analysis


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return grey_clip(tmp_path_factory.mktemp("clip") / "run.mp4")


class Addresses(HTMLParser):
    """Every address that a page would load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [v or "" for k, v in attrs if k in ("src", "href", "srcset") and tag != "a"]


def test_the_page_holds_everything_it_needs(clip: Path, tmp_path: Path) -> None:
    page = write_report(whole_analysis(clip), tmp_path, clip).read_text(encoding="utf-8")
    parser = Addresses()
    parser.feed(page)
    assert len(parser.found) == 1 + len(shots(whole_analysis(clip)))
    assert all(address.startswith("data:") for address in parser.found)
    assert "url(" not in page
    assert "@import" not in page
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_the_page_is_quick_and_small(clip: Path, tmp_path: Path) -> None:
    whole = whole_analysis(clip)
    begun = time.perf_counter()
    page = write_report(whole, tmp_path, clip)
    assert time.perf_counter() - begun < 6.0
    assert page.stat().st_size < 6_000_000


def test_names_of_files_cannot_write_into_the_page() -> None:
    name = '"><script>alert(1)<b>.mp4'
    video = VideoInfo(name, 60.0, 480, 8.0, 1280, 720)
    page = report_html(replace(analysis(), video=video), {})
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_gaps_in_the_numbers_do_not_show_as_nan() -> None:
    page = report_html(with_gaps(), {}).partition("</style>")[2]
    assert not re.search(r"\bnan\b|\bNaN\b|\bNone\b|\binf\b", page)


def test_without_the_clip_the_page_says_so_and_keeps_its_numbers() -> None:
    page = report_html(analysis(), {})
    assert "the clip was not available" in page
    assert "10.4°" in page
    assert "<img" not in page


def test_light_and_dark_and_paper_have_their_colours() -> None:
    css = style_sheet()
    assert css.count("prefers-color-scheme:dark") == 3
    assert "@media print" in css
    assert LOOKS["left"].light in css
    assert LOOKS["left"].dark in css


def test_pictures_show_the_moment_asked_for(clip: Path) -> None:
    whole = whole_analysis(clip)
    for shot, picture in pictures(clip, whole, shots(whole)).items():
        frame = int(np.ceil(round(shot.time_s * 60, 6) - 0.03))
        grey = 40 + frame % 160
        assert abs(float(np.median(picture)) - grey) <= 3, shot


def test_the_lean_line_stands_in_the_picture_of_the_lean(clip: Path) -> None:
    whole = whole_analysis(clip)
    (lean,) = (s for s in shots(whole) if s.kind == "lean")
    picture = pictures(clip, whole, [lean])[lean]
    assert int((np.abs(picture.astype(int) - YELLOW).max(axis=2) < 30).sum()) > 100


@pytest.mark.parametrize("direction", ["left", "right"])
def test_the_cut_keeps_the_whole_runner_and_stays_in_the_clip(clip: Path, direction: str) -> None:
    whole = whole_analysis(clip, small_runner(direction=direction))
    scene = build_scene(whole)
    box = box_for(scene, Shot("landing", 1.0, "left"), body_height_px(scene), (WIDTH, HEIGHT))
    assert box is not None
    assert box.left >= 0
    assert box.top >= 0
    assert box.left + box.width <= WIDTH
    assert box.top + box.height <= HEIGHT


def test_a_moment_outside_the_track_has_no_picture(clip: Path) -> None:
    scene = build_scene(whole_analysis(clip))
    assert box_for(scene, Shot("lean", 99.0, "left"), 100.0, (WIDTH, HEIGHT)) is None


def test_charts_need_the_numbers_they_show() -> None:
    assert set(charts(analysis())) == {"lean_steps"}
    assert charts(replace(analysis(), steps=())) == {}


def test_the_gait_cycle_shows_both_feet_and_the_trunk(clip: Path) -> None:
    chart = charts(whole_analysis(clip))["lean_cycle"]
    assert [curve.role for curve in chart.curves] == ["right", "left", "trunk"]
    right = chart.curves[0]
    assert right.label == "body lean, right stance"
    assert np.isfinite(right.y[5])
    assert np.isnan(right.y[60])


def chart(**changes: object) -> Chart:
    x = np.array([0.0, 1.0, 2.0, 3.0])
    y = np.array([1.0, np.nan, 2.0, 3.0])
    made = Chart(
        "c",
        "Title <b>",
        "What it shows",
        "x (s)",
        "y (°)",
        (0.0, 3.0),
        (0.0, 4.0),
        (Strip(1.0, 2.0, "band", "band"),),
        (Curve(x, y, "left", "line", np.ones(4)),),
        (Dots(x, y, "right", "dots"),),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def test_a_chart_is_told_to_those_who_do_not_see_it() -> None:
    drawn = svg(chart())
    assert 'role="img"' in drawn
    assert 'aria-label="Title &lt;b&gt;. What it shows"' in drawn
    assert "NaN" not in drawn
    assert "nan" not in drawn


def test_left_and_right_differ_without_colour() -> None:
    drawn = svg(chart())
    assert drawn.count("<circle") == 0
    assert 'class="f-right"/>' in drawn
    assert LOOKS["left"].marker != LOOKS["right"].marker
    assert LOOKS["left"].dash != LOOKS["right"].dash


def test_a_chart_that_stands_alone_brings_its_colours() -> None:
    assert "<style>" in svg(chart(), alone=True)
    assert "<style>" not in svg(chart(), NARROW)


def test_numbers_on_axes_are_written_as_the_language_does() -> None:
    assert ">0,2<" in svg(chart(x=(0.0, 1.0)), decimal=",")


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.0, 10.0, (0.0, 2.0, 4.0, 6.0, 8.0, 10.0)),
        (-12.0, 27.0, (-10.0, 0.0, 10.0, 20.0)),
        (0.31, 0.36, (0.31, 0.32, 0.33, 0.34, 0.35, 0.36)),
        (1.0, 1.0, ()),
    ],
)
def test_ticks_are_round(low: float, high: float, expected: tuple[float, ...]) -> None:
    assert ticks(low, high) == expected


def test_a_runner_comes_back_from_its_file(clip: Path, tmp_path: Path) -> None:
    runner = whole_analysis(clip).runner
    assert runner is not None
    write_runner(runner, tmp_path)
    read = read_runner(tmp_path)
    assert read is not None
    np.testing.assert_allclose(read.pose.xy, runner.pose.xy, atol=1e-3)
    np.testing.assert_array_equal(read.pose.time_s, runner.pose.time_s)
    assert (read.near, read.direction, read.view) == (runner.near, runner.direction, runner.view)
    assert read.pose.keypoints == runner.pose.keypoints
    assert read.leg_length == runner.leg_length
    assert [p.name for p in tmp_path.iterdir()] == ["pose.npz"]


def test_no_pose_is_no_runner_and_a_broken_one_is_said(tmp_path: Path) -> None:
    assert read_runner(tmp_path) is None
    (tmp_path / "pose.npz").write_bytes(b"PK nonsense")
    with pytest.raises(InputError, match="damaged"):
        read_runner(tmp_path)


def test_a_page_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Cannot write"):
        write_report(analysis(), tmp_path / "file")


def each_claim(page: str) -> Iterator[str]:
    yield from re.findall(r"5 to 10°[^.]*", page)


def test_wherever_the_band_is_named_it_is_the_coaching_band() -> None:
    page = report_html(analysis(lean_body_deg=7.0, waist_bend_deg=2.0), {})
    assert "coaching band" in page
    assert "not a proven optimum" in page
    assert list(each_claim(page))


def test_a_sheet_is_the_first_page_with_what_a_person_adds() -> None:
    cover = Cover("Ada <b>", "Coach & Co", b"\x89PNG", "Two\nlines", annex=False)
    page = report_html(analysis(), {}, cover=cover).partition("</style>")[2]
    assert "Ada &lt;b&gt;: Running" in page
    assert "Coach &amp; Co" in page
    assert 'src="data:image/png;base64,iVBORw==' in page
    assert "Two\nlines" in page
    assert 'class="annex"' not in page
    assert 'class="annex"' in report_html(analysis(), {})
