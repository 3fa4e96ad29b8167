"""The page with a row for each clip."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from leanline.batch.journal import Journal
from leanline.batch.summary import build_row, render_page
from leanline.batch.task import BatchClip, Outcome
from leanline.reason import Reason
from leanline.settings import Settings


def outcome(clip_id: str, metric: str, value: float | None, why: str | None = None) -> Outcome:
    cells = {"metric": metric, "value": value, "label": None, "quality": "good", "why": why}
    ends = {"ci95_low": None if value is None else value - 1.5, "ci95_high": value}
    columns = {name: [cell] for name, cell in {**cells, **ends}.items()}
    return Outcome(clip_id, "analysed", facts={"activity": "running"}, tables={"metrics": columns})


def page(tmp_path: Path, *outcomes: Outcome | None) -> str:
    rows = [
        build_row(
            BatchClip(f"clip<{number}>", "x.mp4", Settings(), "Ada"), found, Journal(tmp_path)
        )
        for number, found in enumerate(outcomes)
    ]
    return render_page(rows)


def test_values_stand_above_their_intervals(tmp_path: Path) -> None:
    text = page(tmp_path, outcome("a", "lean_body_deg", 6.1))
    assert "6.1°<small>4.6 to 6.1</small>" in text
    assert "Body lean" in text
    assert "Cadence" not in text


def test_what_to_know_of_a_clip_is_a_click_away(tmp_path: Path) -> None:
    notes = {"code": ["few_steps", "off_side"], "text": ["Only 6 steps.", "It was seen aslant."]}
    seen = outcome("a", "lean_body_deg", 6.1)
    seen = replace(seen, tables={**seen.tables, "warnings": notes})
    text = page(tmp_path, seen)
    assert "<summary>2 notes</summary>" in text
    assert "It was seen aslant." in text


def test_a_poor_number_is_called_so_not_only_grey(tmp_path: Path) -> None:
    seen = outcome("a", "lean_body_deg", -0.4)
    metrics = {**seen.tables["metrics"], "quality": ["poor"]}
    text = page(tmp_path, replace(seen, tables={"metrics": metrics}))
    assert "−0.4°<small>−1.9 to −0.4</small><small>poor</small>" in text


def test_columns_of_ones_own_stand_beside_the_clip(tmp_path: Path) -> None:
    clip = BatchClip("ada/monday/run.mp4", "x.mp4", Settings(), "Ada", {"x_shoe": "flat"})
    row = build_row(clip, outcome("a", "lean_body_deg", 6.1), Journal(tmp_path))
    other = build_row(BatchClip("b.mp4", "b.mp4", Settings()), None, Journal(tmp_path))
    text = render_page([row, other])
    assert '<th scope="col">shoe</th>' in text
    assert "<td>flat</td>" in text
    assert "<small>ada/monday/</small>run.mp4" in text
    assert text.count("<td></td>") == 1


def test_runners_and_people_who_stand_are_on_one_page(tmp_path: Path) -> None:
    run, stand = outcome("a", "lean_body_deg", 6.1), outcome("b", "stand_lean_deg", 7.3)
    text = page(tmp_path, run, stand)
    assert "6.1°" in text
    assert "7.3°" in text


def test_what_was_not_measured_says_why(tmp_path: Path) -> None:
    seen = outcome("a", "cadence_spm", 170.0)
    text = page(tmp_path, seen, outcome("b", "cadence_spm", None, "too few steps were seen"))
    assert 'title="too few steps were seen">not measured' in text
    assert "<summary>1 note</summary><small>Cadence: too few steps were seen.</small>" in text


def test_failures_and_clips_still_to_do_say_so(tmp_path: Path) -> None:
    torn = Reason("input.empty", {"path": "<torn>"})
    failed = Outcome("a", "failed", problem=torn)
    text = page(
        tmp_path,
        failed,
        Outcome("b", "nobody", problem=Reason("nobody.still", {"path": "room"})),
        None,
    )
    assert "&lt;torn&gt; is empty" in text
    assert "Copy or export it again." in text
    assert "room shows nobody running" in text
    assert "Not analysed yet." in text
    assert "clip&lt;0&gt;" in text
    for count in ("1 failed", "1 with nobody", "1 not analysed yet", "0 analysed"):
        assert count in text
