"""What must not change the numbers: mirrors, clocks, pixels, a known tilt, half a clip."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.formats.analysis_json import to_json
from leanline.formats.trc import write_trc
from leanline.model import Analysis
from leanline.skeleton import other
from tests.captures import analysed, later, mirrored, part, rotated, scaled, shuffled
from tests.searching import FORMS, FPS, Form, everyday, seen
from tests.synthetic import synthetic_runner

# Of whole analyses, which take half a second each; test_step_invariances.py tries hundreds.
EXAMPLES: Final = 5
# At least five strides: over fewer the analysis first refines their frequency, which takes
# longer than all the rest of it.
SECONDS: Final = 4.2
# Numbers that are equal but for rounding, amplified by robust fits: degrees, percent, seconds.
SAME: Final = 1e-3


def assert_same(one: Analysis, two: Analysis) -> None:
    """Equal values, intervals and sides of every metric."""
    assert one.metrics.keys() == two.metrics.keys()
    for name, a in one.metrics.items():
        b = two.metrics[name]
        assert (a.n, a.quality, a.why) == (b.n, b.quality, b.why), name
        if isinstance(a.value, float):
            for field in ("value", "ci95", "left", "right"):
                assert_near(getattr(b, field), getattr(a, field), name)
        else:
            assert a.value == b.value, name


def assert_near(found: Any, expected: Any, name: str) -> None:
    """Equal but for rounding, or both missing."""
    if expected is None:
        assert found is None, name
    else:
        assert found == pytest.approx(expected, abs=SAME, rel=SAME), name


@everyday(EXAMPLES)
@given(
    FORMS,
    st.sampled_from([-0.05, 0.125, 1.0, 3600.0]),
    st.floats(0.2, 8.0),
    st.tuples(st.floats(-2000, 2000), st.floats(-2000, 2000)),
    st.permutations(range(33)),
)
def test_clock_pixels_place_and_order_of_keypoints_do_not_matter(
    form: Form, by_s: float, factor: float, by_px: tuple[float, float], order: list[int]
) -> None:
    track = seen(form, SECONDS)
    plain = analysed(track)
    # All at once: whichever mattered would show.
    moved = scaled(shuffled(later(track, by_s), order), factor)
    other_view = analysed(moved.with_xy(moved.xy + by_px))
    assert_same(plain, other_view)
    for a, b in zip(plain.contacts, other_view.contacts, strict=True):
        assert b.side == a.side
        assert b.contact_s - by_s == pytest.approx(a.contact_s, abs=1e-5)
        assert b.toe_off_s - by_s == pytest.approx(a.toe_off_s, abs=1e-5)


def test_the_same_track_gives_the_same_result_to_the_last_bit() -> None:
    track = synthetic_runner(fps=FPS, seconds=SECONDS, noise=1.0).pose
    assert to_json(analysed(track)) == to_json(analysed(track))


@everyday(EXAMPLES)
@given(FORMS, st.floats(-6, 6))
def test_mirrors_and_a_known_tilt_change_nothing_but_the_sides(form: Form, roll_deg: float) -> None:
    track = seen(form, SECONDS)
    plain = analysed(track, picture=True, roll_deg=0.0)
    assert_mirrored(plain, analysed(mirrored(track), picture=True, roll_deg=0.0))
    tilted = analysed(rotated(track, roll_deg), picture=True, roll_deg=roll_deg)
    assert len(tilted.contacts) == len(plain.contacts)
    for name in ("lean_trunk_deg", "waist_bend_deg", "lean_body_deg", "lean_leg_deg"):
        assert tilted.metrics[name].value == pytest.approx(plain.metrics[name].value, abs=0.25)


def assert_mirrored(plain: Analysis, image: Analysis) -> None:
    """The same run the other way, left and right exchanged."""
    assert plain.direction is not None
    assert image.direction == other(plain.direction)
    assert (image.activity, image.surface, image.view) == (
        plain.activity,
        plain.surface,
        plain.view,
    )
    assert [c.side for c in image.contacts] == [other(c.side) for c in plain.contacts]
    for a, b in zip(plain.contacts, image.contacts, strict=True):
        assert (b.contact_s, b.toe_off_s) == pytest.approx((a.contact_s, a.toe_off_s), abs=1e-5)
    for name, metric in plain.metrics.items():
        back = image.metrics[name]
        assert back.why == metric.why
        if not isinstance(metric.value, float):
            assert back.value == metric.value
            continue
        sign = -1.0 if name.startswith("symmetry_") else 1.0
        assert_near(back.value, sign * metric.value, name)
        assert_near(back.left, metric.right, name)
        assert_near(back.right, metric.left, name)


@everyday(EXAMPLES)
@given(FORMS)
def test_a_mirror_turns_the_roll_that_is_found_the_other_way(form: Form) -> None:
    track = seen(form, SECONDS)
    plain = analysed(track, picture=True)
    image = analysed(mirrored(track), picture=True)
    roll, back = plain.camera.roll_deg, image.camera.roll_deg
    assert back.value == pytest.approx(-roll.value, abs=0.2)
    assert back.ci95 == pytest.approx((-roll.ci95[1], -roll.ci95[0]), abs=0.6)


@everyday(EXAMPLES)
@given(FORMS, st.floats(0.2, 8.0))
def test_larger_pixels_leave_metres_alone_when_the_height_is_known(
    form: Form, factor: float
) -> None:
    track = seen(form, SECONDS)
    plain = analysed(track, height_m=1.75)
    large = analysed(scaled(track, factor), height_m=1.75)
    assert_same(plain, large)
    assert plain.camera.metres_per_px is not None
    assert large.camera.metres_per_px is not None
    ratio = plain.camera.metres_per_px.value / large.camera.metres_per_px.value
    assert ratio == pytest.approx(factor, rel=SAME)


@everyday(EXAMPLES)
@given(FORMS)
def test_each_half_of_a_clip_agrees_with_the_whole(form: Form) -> None:
    track = seen(form, 2.0 * SECONDS)
    whole = analysed(track)
    middle = len(track.time_s) // 2
    for half in (part(track, slice(None, middle)), part(track, slice(middle, None))):
        found = analysed(half)
        assert (found.activity, found.direction) == (whole.activity, whole.direction)
        compared, outside = 0, []
        for name, metric in whole.metrics.items():
            of_half = found.metrics[name]
            if isinstance(metric.value, float) and name != "lean_sway_deg":
                assert isinstance(of_half.value, float), name
                assert metric.ci95 is not None
                assert of_half.ci95 is not None
                # Half as many steps: the half's own interval has to reach the whole's value.
                inside = metric.ci95[0] <= of_half.value <= metric.ci95[1]
                compared += 1
                if not inside and not of_half.ci95[0] <= metric.value <= of_half.ci95[1]:
                    outside.append(name)
        # They are 95 % intervals.
        assert len(outside) <= 0.05 * compared, outside


@pytest.mark.slow
def test_a_batch_gives_what_each_alone_gives(tmp_path: Path) -> None:
    first = synthetic_runner(fps=FPS, seconds=3.0).pose
    second = mirrored(synthetic_runner(fps=FPS, seconds=3.0, lean_trunk_deg=14.0).pose)
    for name, track in (("a", first), ("b", second)):
        write_trc(track, tmp_path / f"{name}.trc")
        run(tmp_path / f"{name}.trc", "-o", tmp_path / "alone" / name)
    run(tmp_path / "a.trc", tmp_path / "b.trc", "-o", tmp_path / "both")
    for name in ("a", "b"):
        alone = json.loads((tmp_path / "alone" / name / "analysis.json").read_text())
        both = json.loads((tmp_path / "both" / name / "analysis.json").read_text())
        assert both == alone


def run(*arguments: object) -> None:
    result = CliRunner().invoke(app, ["analyze", *map(str, arguments)])
    assert result.exit_code == 0, result.output
