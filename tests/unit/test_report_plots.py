from __future__ import annotations

import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest

from leanline.errors import LeanlineError, UsageError
from leanline.metrics.curves import lean_cycle, standing_lean
from leanline.model import Camera, Estimate
from leanline.plot import plot_cycle, plot_standing, plot_steps, plot_strike
from leanline.report.chart import LOOKS
from leanline.report.figures import write_figures
from leanline.report.marked_svg import marked_svg
from leanline.report.notebook import table_html
from leanline.report.pdf import find_browser, write_pdf
from leanline.video.draw import YELLOW, Area, Dot, Label, Marks, Stroke
from tests.analyses import analysis
from tests.runners import grey_clip, small_runner, whole_analysis

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_the_charts_are_drawn_on_axes() -> None:
    whole = whole_analysis(Path("run.mp4"))
    axes = plot_cycle(whole)
    assert axes.get_xlim() == (0.0, 100.0)
    assert axes.get_ylabel() == "lean (°)"
    assert {line.get_color() for line in axes.get_lines()} == {
        LOOKS[role].light for role in ("left", "right", "trunk")
    }
    for plot in (plot_steps, plot_strike):
        assert plot(whole).get_title()


def test_an_analysis_still_plots_itself() -> None:
    whole = whole_analysis(Path("run.mp4"))
    with pytest.warns(DeprecationWarning, match=r"leanline.plot.plot_steps\(analysis\)"):
        assert whole.plot_steps().get_title()


def test_it_plots_on_axes_that_are_given() -> None:
    from matplotlib import pyplot

    _, axes = pyplot.subplots()
    assert plot_steps(whole_analysis(Path("run.mp4")), axes) is axes
    pyplot.close("all")


def test_a_chart_without_its_numbers_says_which_there_are() -> None:
    with pytest.raises(UsageError, match="stand_time") as caught:
        plot_standing(analysis())
    assert "lean_steps" in caught.value.hint


def test_a_notebook_shows_a_table() -> None:
    html = table_html(analysis())
    assert "Body lean" in html
    assert "9.4 to 11.4" in html
    assert "<script" not in html


def test_a_running_ipython_learns_to_show_an_analysis() -> None:
    pytest.importorskip("IPython")
    code = (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "shell = InteractiveShell.instance()\n"
        "import leanline\n"
        "from tests.analyses import analysis\n"
        "data, _ = shell.display_formatter.format(analysis())\n"
        "print('Body lean' in data['text/html'])"
    )
    shown = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=Path(__file__).parents[2],
    )
    assert shown.stdout.split()[-1] == "True"


def test_importing_leanline_loads_no_plotting() -> None:
    code = "import leanline, sys; leanline.Analysis; print('matplotlib' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "False"


def test_without_matplotlib_the_way_to_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    monkeypatch.delattr(matplotlib, "pyplot", raising=False)
    with pytest.raises(UsageError) as caught:
        plot_steps(whole_analysis(Path("run.mp4")))
    assert "leanline[plot]" in caught.value.hint


@pytest.mark.parametrize("form", ["svg", "png"])
def test_figures_and_key_frames_are_files(form: str, tmp_path: Path) -> None:
    clip = grey_clip(tmp_path / "run.mp4")
    written = write_figures(whole_analysis(clip), tmp_path / "figures", form, clip)  # type: ignore[arg-type]
    names = [path.name for path in written]
    assert names[:3] == [f"{n}.{form}" for n in ("lean_steps", "lean_cycle", "strike_steps")]
    assert len(names) == 3 + 9
    assert {path.suffix for path in written} == {f".{form}"}
    assert all(path.stat().st_size > 500 for path in written)


def test_a_key_frame_as_svg_keeps_its_marks_as_lines_and_text() -> None:
    marks = Marks(
        strokes=(Stroke((10, 90), (20, 10), YELLOW), Stroke((10, math.nan), (0, 0), YELLOW)),
        dots=(Dot((10, 90), YELLOW),),
        labels=(Label("7 < 8°", (20, 10)),),
        areas=(Area(((0, 0), (5, 0), (5, 5)), YELLOW),),
    )
    root = ElementTree.fromstring(marked_svg(np.zeros((100, 80, 3), np.uint8), marks, "a & b"))  # noqa: S314 made here
    tags = [child.tag.rpartition("}")[2] for child in root]
    assert tags == ["title", "image", "polygon", "line", "line", "circle", "text"]
    assert root[-1].text == "7 < 8°"


def test_body_lean_goes_through_its_mid_stance_value() -> None:
    made = small_runner(fps=240)
    whole = whole_analysis(Path("run.mp4"), made)
    assert whole.runner is not None
    right, left, trunk = lean_cycle(whole.runner, whole.contacts, whole.camera, "right")
    assert (right.part, left.part, trunk.part) == ("right", "left", "trunk")
    for curve in (right, left):
        # At 100 % the start foot lands again.
        stance = curve.mean_deg[:-1][np.isfinite(curve.mean_deg[:-1])]
        assert stance[len(stance) // 2] == pytest.approx(made.lean_body_deg, abs=0.7)
        assert stance[0] < 0 < stance[-1]
    assert np.isfinite(trunk.mean_deg).all()


def test_roll_is_taken_out_of_the_curves() -> None:
    level, tilted = (
        whole_analysis(Path("run.mp4"), small_runner(roll_deg=roll)) for roll in (0.0, 4.0)
    )
    camera = Camera(Estimate(4.0, (3.0, 5.0), ()), False, None)
    assert level.runner is not None
    assert tilted.runner is not None
    a = lean_cycle(level.runner, level.contacts, level.camera)[2]
    b = lean_cycle(tilted.runner, tilted.contacts, camera)[2]
    np.testing.assert_allclose(a.mean_deg, b.mean_deg, atol=0.3)


def test_no_whole_stride_gives_no_curve() -> None:
    whole = whole_analysis(Path("run.mp4"))
    assert whole.runner is not None
    assert lean_cycle(whole.runner, whole.contacts[:2], whole.camera) == ()
    assert lean_cycle(whole.runner, (), whole.camera) == ()


def test_the_standing_lean_has_a_value_for_every_frame() -> None:
    whole = whole_analysis(Path("run.mp4"))
    assert whole.runner is not None
    curve = standing_lean(whole.runner, whole.camera)
    assert curve.time_s.shape == curve.value_deg.shape == whole.runner.pose.time_s.shape


def test_no_browser_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LEANLINE_CHROMIUM", raising=False)
    monkeypatch.setattr("shutil.which", lambda _: None)
    with pytest.raises(UsageError, match="needs Chromium or Chrome") as caught:
        find_browser()
    assert "print it to PDF" in caught.value.hint


def test_the_browser_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LEANLINE_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(UsageError, match="LEANLINE_CHROMIUM=/nowhere/chromium"):
        find_browser()
    monkeypatch.setenv("LEANLINE_CHROMIUM", sys.executable)
    assert find_browser() == Path(sys.executable)


@pytest.mark.parametrize("browser", ["/bin/false", "/bin/true", "/nowhere/chromium"])
def test_a_browser_that_does_not_print_leaves_nothing(browser: str, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    page.write_text("<p>x")
    with pytest.raises(LeanlineError, match="did not print"):
        write_pdf(page, tmp_path / "report.pdf", Path(browser))
    assert [p.name for p in tmp_path.iterdir()] == ["report.html"]


def test_an_unfriendly_place_for_figures_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="Cannot write"):
        write_figures(replace(analysis()), tmp_path / "file" / "figures")
