from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from leanline.errors import InputError, UsageError
from leanline.model import (
    Analysis,
    Camera,
    Capture,
    Direction,
    Estimate,
    PoseTrack,
    Provenance,
    Runner,
    Step,
)
from leanline.profile import profile_of
from leanline.report.catalog import texts
from leanline.report.marks import film_marks
from leanline.report.overlay import Part, key_frame_png, write_overlay
from leanline.report.picture_geometry import Placer, build_scene, middle, point, points_at
from leanline.video.draw import DARK, ORANGE, SKY_BLUE, YELLOW
from leanline.video.probe import probe
from leanline.video.reader import read_frames
from tests.clips import grey_steps, make_clip
from tests.synthetic import SyntheticRunner, synthetic_runner

# A varying rate, as phones record it.
STAMPS = [0, 1500, 3000, 4800, 6000, 7500, 9900, 10500, 12000, 13500, 15000, 16800]


def analysis_of(clip: Path, runner: SyntheticRunner, roll_deg: float = 0.0) -> Analysis:
    """The analysis a perfect pipeline would give of the made-up runner, in mid-picture."""
    info, raw = probe(clip), runner.pose
    middle = np.array([info.width / 2, 20.0]) - [np.nanmean(raw.xy[:, :, 0]), 0.0]
    raw = replace(raw, xy=raw.xy + middle)
    sign = 1.0 if runner.direction == "right" else -1.0
    clean = replace(raw, xy=raw.xy * [sign, 1.0])
    return Analysis(
        video=info,
        activity="running",
        view="side",
        direction=runner.direction,
        surface=runner.surface,
        camera=Camera(Estimate(roll_deg, (roll_deg, roll_deg), ()), False, None),
        metrics={},
        contacts=runner.contacts,
        steps=(),
        findings=(),
        warnings=(),
        provenance=Provenance("0", "test", {}, ""),
        runner=Runner(
            clean, raw, "side", runner.direction, "right", runner.leg_length, runner.scene_shift
        ),
        capture=Capture(info, raw, profile_of("test")),
    )


@pytest.fixture
def clip(tmp_path: Path) -> Path:
    return make_clip(
        tmp_path / "clip.mp4",
        paint=grey_steps(320, 240),
        stamps=STAMPS,
        time_base=Fraction(1, 90000),
    )


def small_runner(**changes: Any) -> SyntheticRunner:
    return synthetic_runner(**{"fps": 60, "seconds": 2, "px_per_m": 100.0} | changes)


def test_the_overlay_keeps_every_frame_at_its_time(clip: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    write_overlay(clip, analysis_of(clip, small_runner()), out)
    expected = [f.time_s for f in read_frames(clip)]
    assert [f.time_s for f in read_frames(out)] == pytest.approx(expected, abs=1e-9)
    with av.open(str(out)) as container:
        context = container.streams.video[0].codec_context
        assert (context.name, context.pix_fmt) == ("h264", "yuv420p")
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert {p.name for p in tmp_path.iterdir()} == {"clip.mp4", "out.mp4"}


def test_a_turned_clip_gives_an_upright_overlay(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=grey_steps(240, 160), rotation=90)
    write_overlay(clip, analysis_of(clip, small_runner(px_per_m=60.0)), tmp_path / "out.mp4")
    assert probe(tmp_path / "out.mp4").width < probe(tmp_path / "out.mp4").height
    assert next(read_frames(tmp_path / "out.mp4"))._picture.rotation == 0


def test_an_overlay_that_is_stopped_leaves_nothing_behind(clip: Path, tmp_path: Path) -> None:
    def stop(_: str, share: float) -> None:
        if share > 0.5:
            raise KeyboardInterrupt

    (tmp_path / "out.mp4").write_text("the old one")
    with pytest.raises(KeyboardInterrupt):
        write_overlay(clip, analysis_of(clip, small_runner()), tmp_path / "out.mp4", stop)
    assert (tmp_path / "out.mp4").read_text() == "the old one"
    assert {p.name for p in tmp_path.iterdir()} == {"clip.mp4", "out.mp4"}


def test_an_analysis_without_a_pose_in_pixels_cannot_be_drawn(clip: Path, tmp_path: Path) -> None:
    analysis = replace(analysis_of(clip, small_runner()), runner=None, capture=None)
    with pytest.raises(UsageError, match="no pose"):
        write_overlay(clip, analysis, tmp_path / "out.mp4")
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.parametrize("direction", ["right", "left"])
def test_the_skeleton_stands_where_the_picture_shows_the_runner(
    clip: Path, tmp_path: Path, direction: Direction
) -> None:
    analysis = analysis_of(clip, small_runner(direction=direction))
    assert analysis.capture
    raw = analysis.capture.pose
    key_frame_png(clip, analysis, 0.15, tmp_path / "key.png")
    picture = cv2.imread(str(tmp_path / "key.png"))
    assert picture is not None
    frame = int(np.searchsorted(raw.time_s, 0.15 - 1e-6))
    for name, colour, share in (("right_knee", ORANGE, 1.0), ("left_ankle", SKY_BLUE, 0.6)):
        x, y = raw.point(name)[frame]
        seen = picture[round(240 - y), round(x)][::-1]
        np.testing.assert_allclose(seen, share * np.array(colour), atol=12)


@pytest.mark.parametrize("direction", ["right", "left"])
@pytest.mark.parametrize("roll_deg", [0.0, 4.0, -4.0])
def test_the_lean_shown_is_against_true_vertical(
    clip: Path, direction: Direction, roll_deg: float
) -> None:
    runner = small_runner(direction=direction, roll_deg=roll_deg, fps=240)
    scene = build_scene(analysis_of(clip, runner, roll_deg))
    leans = []
    for contact in runner.contacts:
        for share in np.linspace(0.4, 0.6, 21):
            points = points_at(scene.pose, contact.contact_s + share * contact.duration_s)
            foot = point(points, f"{contact.side}_ankle")
            leans.append(scene.lean_deg(foot, middle(points, "shoulder")))
    assert np.mean(leans) == pytest.approx(runner.lean_body_deg, abs=0.3)


def test_contacts_are_marked_from_touch_down_until_toe_off(clip: Path) -> None:
    analysis = analysis_of(clip, small_runner())
    scene, contact = build_scene(analysis), analysis.contacts[1]
    before, first = contact.contact_s - 1e-6, contact.contact_s
    last, after = contact.toe_off_s - 1e-6, contact.toe_off_s
    marks = [
        film_marks(scene, t, Placer(scene.height_px), texts("en"))
        for t in (before, first, last, after)
    ]
    assert [YELLOW in {s.colour for s in m.strokes} for m in marks] == [False, True, True, False]
    assert [m.tiles[0].value for m in marks] == ["1", "2", "2", "2"]


def test_the_lean_at_mid_stance_is_shown_once_it_is_over(clip: Path) -> None:
    analysis = analysis_of(clip, small_runner())
    contact = analysis.contacts[1]
    step = Step(contact.side, contact.contact_s, contact.toe_off_s, {"lean_body_deg": 7.26})
    scene = build_scene(replace(analysis, steps=(step,)))
    middle_s = contact.contact_s + 0.5 * contact.duration_s
    shown = [
        film_marks(scene, t, Placer(scene.height_px), texts("en")).tiles[-1].value
        for t in (middle_s, contact.toe_off_s)
    ]
    assert shown == ["-", "7.3°"]


def test_each_side_has_a_value_of_its_own_that_stays_until_its_next_step(clip: Path) -> None:
    analysis = analysis_of(clip, small_runner())
    leans = {"left": 6.0, "right": 9.0}
    steps = tuple(
        Step(c.side, c.contact_s, c.toe_off_s, {"lean_body_deg": leans[c.side]})
        for c in analysis.contacts
    )
    scene = build_scene(replace(analysis, steps=steps))
    shown = [
        tuple(tile.value for tile in film_marks(scene, t, Placer(240), texts("en")).tiles[-2:])
        for t in np.linspace(0.0, 1.9, 100)
    ]
    assert shown[-1] == ("6.0°", "9.0°")
    assert {left for left, _ in shown} == {"-", "6.0°"}
    assert {right for _, right in shown} == {"-", "9.0°"}


def test_the_film_follows_the_runner_with_the_numbers_below(tmp_path: Path) -> None:
    clip = make_clip(tmp_path / "clip.mp4", paint=grey_steps(640, 240), frames=8)
    write_overlay(clip, analysis_of(clip, small_runner()), tmp_path / "out.mp4", language="de")
    film = next(read_frames(tmp_path / "out.mp4")).rgb()
    assert film.shape[1] < film.shape[0]
    assert film[-2, 2] == pytest.approx(np.array(DARK), abs=6)


def test_a_part_of_a_clip_starts_at_zero_and_is_slowed(clip: Path, tmp_path: Path) -> None:
    whole = [f.time_s for f in read_frames(clip)]
    part = Part(whole[3], whole[8], times=4.0)
    write_overlay(clip, analysis_of(clip, small_runner()), tmp_path / "out.mp4", part=part)
    shown = [f.time_s for f in read_frames(tmp_path / "out.mp4")]
    expected = [4.0 * (time_s - whole[3]) for time_s in whole[3:9]]
    assert shown == pytest.approx(expected, abs=1e-3)


def test_slow_contacts_keep_every_frame_and_stretch_time(clip: Path, tmp_path: Path) -> None:
    analysis = analysis_of(clip, small_runner())
    write_overlay(clip, analysis, tmp_path / "out.mp4", slow_contacts=True)
    before = [f.time_s for f in read_frames(clip)]
    after = [f.time_s for f in read_frames(tmp_path / "out.mp4")]
    assert len(after) == len(before)
    assert np.all(np.diff(after) >= np.diff(before) - 1e-9)
    assert after[-1] > before[-1] + 0.1


def test_a_straightened_runner_is_drawn_where_the_picture_shows_them(clip: Path) -> None:
    analysis = analysis_of(clip, small_runner())
    assert analysis.runner
    straight = replace(analysis.runner.pose, xy=1.2 * analysis.runner.pose.xy)
    moved = replace(analysis.runner, pose=straight, seen=analysis.runner.pose)
    np.testing.assert_array_equal(
        build_scene(replace(analysis, runner=moved)).pose.xy, build_scene(analysis).pose.xy
    )


def test_the_standing_drill_shows_the_lean_all_along(clip: Path) -> None:
    standing = replace(analysis_of(clip, small_runner()), activity="standing", contacts=())
    scene = build_scene(standing)
    for time_s in (0.0, 0.1):
        marks = film_marks(scene, time_s, Placer(scene.height_px), texts("en"))
        assert YELLOW in {stroke.colour for stroke in marks.strokes}
        assert [tile.word for tile in marks.tiles] == ["LEAN"]
        assert len(marks.areas) == 1


def test_outside_the_track_nothing_is_drawn(clip: Path) -> None:
    scene = build_scene(analysis_of(clip, small_runner()))
    assert film_marks(scene, 99.0, Placer(scene.height_px), texts("en")).strokes == ()
    empty = PoseTrack(np.empty(0), np.empty((0, 1, 2)), np.empty((0, 1)), ("nose",), "px")
    assert points_at(empty, 0.0) == {}


def test_between_samples_points_are_on_the_straight_line() -> None:
    xy = np.array([[[0.0, 0.0]], [[10.0, 20.0]]])
    track = PoseTrack(np.array([0.0, 1.0]), xy, np.ones((2, 1)), ("nose",), "px")
    np.testing.assert_allclose(points_at(track, 0.25)["nose"], [2.5, 5.0])


def test_a_missing_neighbour_does_not_hide_a_sample_that_is_there() -> None:
    track = PoseTrack(
        np.array([0.0, 1.0]),
        np.array([[[1.0, 2.0]], [[np.nan, np.nan]]]),
        np.array([[1.0], [0.0]]),
        ("nose",),
        "px",
    )
    np.testing.assert_allclose(points_at(track, 0.0)["nose"], [1.0, 2.0])
    assert np.isnan(points_at(track, 0.5)["nose"]).all()


def test_a_key_frame_behind_the_end_is_said(clip: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="ends before 9 s"):
        key_frame_png(clip, analysis_of(clip, small_runner()), 9.0, tmp_path / "key.png")
