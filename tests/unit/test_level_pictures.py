"""Key frames are turned level: the plumb line is vertical on the page."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from leanline.model import Analysis
from leanline.report.frames import Box, body_height_px, box_for, cut
from leanline.report.key_frames import hero
from leanline.report.picture_geometry import Placer, build_scene
from leanline.report.view_model import report_model
from tests.captures import analysed
from tests.synthetic import synthetic_runner


@pytest.fixture(scope="module")
def tilted() -> Analysis:
    return analysed(synthetic_runner(roll_deg=-6.0), picture=True, roll_deg=6.0)


def test_the_vertical_of_the_scene_is_that_of_the_picture(tilted: Analysis) -> None:
    scene, shot = build_scene(tilted), hero(tilted)
    assert shot is not None
    assert np.degrees(scene.roll_rad) == pytest.approx(6.0)
    body = body_height_px(scene)
    box = box_for(scene, shot, body, (tilted.video.width, tilted.video.height))
    assert box is not None
    frame = np.zeros((tilted.video.height, tilted.video.width, 3), np.uint8)
    _, marks = cut(frame, scene, shot, box)
    plumb = [stroke for stroke in marks.strokes if stroke.dashed]
    assert plumb
    for stroke in plumb:
        assert stroke.start[0] == pytest.approx(stroke.end[0], abs=0.5)


def test_pixels_are_where_the_marks_are(tilted: Analysis) -> None:
    scene, shot = build_scene(tilted), hero(tilted)
    assert shot is not None
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[300:304, 600:604] = 255
    drawn, _ = cut(frame, scene, shot, Box(400, 150, 400, 400))
    rows, columns = np.nonzero(drawn[:, :, 0] > 127)
    middle = (400 + 200.0, 150 + 200.0)
    scale = drawn.shape[0] / 400
    place = Placer(720, scale, (400, 150), scene.roll_rad, middle)
    x, y = place(np.array([602.0, 720 - 302.0]))
    assert columns.mean() + 0.5 == pytest.approx(x, abs=0.7)
    assert rows.mean() + 0.5 == pytest.approx(y, abs=0.7)


def test_a_level_picture_is_only_cropped() -> None:
    place = Placer(720, 2.0, (100, 50))
    assert place(np.array([150.0, 720 - 80.0])) == pytest.approx((100.0, 60.0))


def test_the_hero_is_near_the_mean_of_its_own_side(tilted: Analysis) -> None:
    lean = tilted.metrics["lean_body_deg"]
    steps = tuple(
        replace(step, values={**step.values, "lean_body_deg": 12.0 + 0.1 * number})
        if step.side == "right"
        else replace(step, values={**step.values, "lean_body_deg": 8.0})
        for number, step in enumerate(tilted.steps)
    )
    apart = replace(lean, value=10.2, left=8.0, right=12.5, ci95=(9.0, 11.0))
    made = replace(tilted, steps=steps, metrics={**tilted.metrics, lean.id: apart})
    shot = hero(made)
    assert shot is not None
    assert shot.side == "right"
    assert shot.value == pytest.approx(12.5, abs=0.3)
    model = report_model(made)
    assert model.hero is not None
    assert "mean of the right steps (12.5°)" in model.hero.caption
    (row,) = [row for row in model.numbers if row.id == lean.id]
    assert any("one leg nearer" in detail for detail in row.details)


def test_what_is_below_zero_is_put_in_words(tilted: Analysis) -> None:
    metrics = dict(tilted.metrics)
    for name in ("waist_bend_deg", "lean_trunk_deg"):
        metrics[name] = replace(metrics[name], value=-1.4, ci95=(-3.0, 0.2))
    assess = report_model(replace(tilted, metrics=metrics)).sections[0]
    details = {row.id: " ".join(row.details) for row in assess.rows}
    assert "slightly arched" in details["waist_bend_deg"]
    assert "leans back" in details["lean_trunk_deg"]
