"""Standing sideways on, one side of the body hides the other."""

from __future__ import annotations

from dataclasses import replace

import pytest

from leanline.model import PoseTrack
from leanline.runner.visible_side import LINE, visible_body
from leanline.skeleton import Side, other
from tests.captures import analysed, standing


def hidden(pose: PoseTrack, side: Side, *parts: str) -> PoseTrack:
    """The track with points that the network does not trust."""
    confidence = pose.confidence.copy()
    for part in parts:
        confidence[:, pose.keypoints.index(f"{side}_{part}")] = 0.03
    return replace(pose, confidence=confidence)


@pytest.mark.parametrize("parts", [("ankle",), ("hip",), ("shoulder",), LINE])
@pytest.mark.parametrize("side", ["left", "right"])
def test_a_lean_is_measured_on_the_side_that_is_seen(side: Side, parts: tuple[str, ...]) -> None:
    made = standing(lean_deg=13.0, apart_px=6.0)
    both = analysed(made, picture=True).metrics["stand_lean_deg"]
    one = analysed(hidden(made, side, *parts), picture=True).metrics["stand_lean_deg"]
    assert isinstance(both.value, float)
    assert isinstance(one.value, float)
    assert one.value == pytest.approx(both.value, abs=0.7)
    assert both.ci95 is not None
    assert one.ci95 is not None
    assert one.ci95[1] - one.ci95[0] > both.ci95[1] - both.ci95[0]


def test_a_body_of_which_nothing_is_seen_keeps_its_reason() -> None:
    made = standing(lean_deg=8.0)
    unseen = hidden(hidden(made, "left", "shoulder"), "right", "shoulder")
    why = analysed(unseen, picture=True).metrics["stand_lean_deg"].why
    assert why is not None
    assert why.code == "metric.ankles_hips_shoulders_unseen"


def test_both_sides_are_read_where_both_are_seen() -> None:
    made = standing()
    assert visible_body(made).side is None
    assert visible_body(made).pose is made
    for side in ("left", "right"):
        xy = made.xy.copy()
        xy[:, made.keypoints.index(f"{side}_ankle")] = float("nan")
        assert visible_body(made.with_xy(xy)).side == other(side)
