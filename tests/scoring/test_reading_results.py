"""Results of leanline and of other tools: what is read, what is refused, and in which words."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from leanline.errors import InputError
from leanline.formats.analysis_json import read_analysis
from leanline.model import Contact
from leanline.scoring.read_results import read_results
from leanline.scoring.results import Answer, Results, to_result
from leanline.scoring.truth import read_truths
from tests.analyses import analysis, with_gaps
from tests.scores import LEAN, write_csv, write_result, write_truth

VALUES = "clip,metric,value,low,high,person"
EVENTS = "clip,side,event,time_s"
KEY = f"metric.{LEAN}"


@pytest.fixture
def truths(tmp_path: Path) -> Path:
    folder = tmp_path / "truth"
    for name in ("a", "b"):
        write_truth(folder, name, input=f"{name}.mp4", metrics={LEAN: 5.0})
    return folder


def read(truths: Path, *paths: Path) -> Results:
    return read_results(paths, read_truths(truths))


def refusal(truths: Path, path: Path) -> str:
    with pytest.raises(InputError) as caught:
        read(truths, path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_values_events_and_labels_of_csv_files_come_together(truths: Path, tmp_path: Path) -> None:
    values = write_csv(
        tmp_path / "values.csv",
        VALUES,
        [
            ("a", LEAN, 6.5, 5, 8, "Ada"),
            ("a.mp4", "roll_deg", 1.5, "", "", ""),
            ("a", "foot_strike", "rear", "", "", ""),
            ("a", "surface", "", "", "", ""),
            ("b", LEAN, "NA", "", "", ""),
        ],
    )
    events = write_csv(
        tmp_path / "events.csv",
        EVENTS,
        [
            ("a", "left", "contact", 2.5),
            ("a", "left", "contact", 1.0),
            ("a", "right", "toe_off", 3),
        ],
    )
    found = read(truths, values, events)
    assert found.notes == ()
    one = found.by_clip["a"]
    assert one.values == {KEY: Answer(6.5, (5.0, 8.0)), "camera.roll_deg": Answer(1.5)}
    assert one.labels == {"foot_strike": "rear"}
    assert one.events == {("contact", "left"): (1.0, 2.5), ("toe_off", "right"): (3.0,)}
    assert one.person == "Ada"
    assert found.by_clip["b"].values == {KEY: Answer(None)}


def test_columns_come_in_any_order_and_with_semicolons(truths: Path, tmp_path: Path) -> None:
    path = tmp_path / "values.csv"
    path.write_text("﻿Value; metric ;clip;unit\n6,5;lean_body_deg;a;deg\n\n", encoding="utf-8")
    found = read(truths, path)
    assert found.by_clip["a"].values == {KEY: Answer(6.5)}
    assert found.notes == (f"{path}: columns that are not used: unit.",)


def test_clips_without_a_truth_file_are_noted(truths: Path, tmp_path: Path) -> None:
    rows = [("a", LEAN, 5, "", "", ""), *((f"x{n}", LEAN, 5, "", "", "") for n in range(7))]
    path = write_csv(tmp_path / "values.csv", VALUES, rows)
    (note,) = read(truths, path).notes
    assert "no truth file for x0, x1, x2, x3, x4, ... (7 not counted)" in note


@pytest.mark.parametrize(
    ("header", "row", "sentence"),
    [
        (VALUES, ("a", LEAN, "six", "", "", ""), "line 3: value must be a number, not 'six'."),
        (VALUES, ("a", LEAN, "inf", "", "", ""), "line 3: value must be a number, not 'inf'."),
        (VALUES, ("a", LEAN, 5, 4, "", ""), "line 3: an interval must have a low and a high end"),
        (VALUES, ("a", LEAN, 5, 6, 4, ""), "line 3: an interval must have a low and a high end"),
        (VALUES, ("a", LEAN, 5), "line 3 has 3 cells, not 6."),
        (VALUES, ("a", "", 5, "", "", ""), "line 3: the metric is missing."),
        (VALUES, ("b", LEAN, 5, "", "", ""), f"line 3: {LEAN} of b was given before."),
        (VALUES, ("b", "roll_deg", 5, "", "", "Eve"), "line 3: b is of 'Bob' in another row"),
        (
            EVENTS,
            ("a", "left", "landing", 1),
            "event must be one of contact, toe_off, not 'landing'.",
        ),
        (EVENTS, ("a", "l", "contact", 1), "side must be one of left, right, not 'l'."),
        (EVENTS, ("a", "left", "contact", ""), "line 3: the time is missing."),
        (EVENTS, ("a", "left", "contact", "1:02"), "time_s must be a number, not '1:02'."),
        ("clip,value", ("a", 5), "has the columns clip, value."),
        ("clip,metric,value,value", ("a", LEAN, 5, 6), "has two columns value."),
    ],
)
def test_a_wrong_row_is_named_with_its_line(
    truths: Path, tmp_path: Path, header: str, row: tuple[object, ...], sentence: str
) -> None:
    first = {
        VALUES: ("b", LEAN, 5, "", "", "Bob"),
        EVENTS: ("b", "left", "contact", 1),
    }.get(header, row)
    path = write_csv(tmp_path / "tool.csv", header, [first, row])
    message = refusal(truths, path)
    assert message.startswith(str(path))
    assert sentence in message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is empty"),
        (b"clip,metric,value\n", "has no rows"),
        (b'clip,metric,value\n"a', "cannot be read as CSV"),
        (b"clip,metric,value\n\xff,\xfe,1\n", "cannot be read as CSV"),
    ],
)
def test_a_damaged_csv_is_refused(
    truths: Path, tmp_path: Path, content: bytes, sentence: str
) -> None:
    path = tmp_path / "tool.csv"
    path.write_bytes(content)
    assert sentence in refusal(truths, path)


def test_results_of_none_of_the_clips_are_refused(truths: Path, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "values.csv", "clip,metric,value", [("x", LEAN, 5)])
    assert "there is no result for any of the truth files" in refusal(truths, path)
    (tmp_path / "empty").mkdir()
    assert "there is no result for any of the truth files" in refusal(truths, tmp_path / "empty")
    assert "does not exist" in refusal(truths, tmp_path / "nowhere.csv")


def test_a_value_given_in_two_files_is_refused(truths: Path, tmp_path: Path) -> None:
    paths = [
        write_csv(tmp_path / name, "clip,metric,value", [("a", LEAN, 5)])
        for name in ("one.csv", "two.csv")
    ]
    with pytest.raises(InputError, match=r"two\.csv: a has lean_body_deg, which was given before"):
        read(truths, *paths)
    events = write_csv(tmp_path / "events.csv", EVENTS, [("a", "left", "contact", 1)])
    with pytest.raises(InputError, match=r"events\.csv: a has events, which were given before"):
        read(truths, events, events)


def test_folders_of_analyses_are_read_by_name(truths: Path, tmp_path: Path) -> None:
    path = write_result(tmp_path / "out", "a", analysis())
    write_result(tmp_path / "out", "other", analysis())
    found = read(truths, tmp_path / "out")
    assert found.by_clip == {"a": to_result(read_analysis(path))}
    assert found.notes == (f"{tmp_path / 'out'}: no truth file for other (1 not counted).",)


def test_folders_of_other_names_are_found_by_their_clip(truths: Path, tmp_path: Path) -> None:
    """As below the folder of a batch."""
    made = analysis()
    filmed = replace(made, video=replace(made.video, path="/films/b.mp4"))
    write_result(tmp_path / "out" / "clips", "b.mp4-1f2e", filmed)
    assert list(read(truths, tmp_path / "out").by_clip) == ["b"]
    write_result(tmp_path / "out" / "clips", "b.mp4-33aa", filmed)
    assert "are both results of b" in refusal(truths, tmp_path / "out")


def test_a_film_of_two_truth_files_tells_neither(truths: Path, tmp_path: Path) -> None:
    write_truth(truths, "c", input="a.mp4", metrics={LEAN: 5.0})
    rows = [("a.mp4", LEAN, 5), ("c", LEAN, 5)]
    path = write_csv(tmp_path / "values.csv", "clip,metric,value", rows)
    assert list(read(truths, path).by_clip) == ["c"]


def test_an_older_result_inside_that_of_the_clip_does_not_count(
    truths: Path, tmp_path: Path
) -> None:
    made = analysis(lean_body_deg=6.0)
    filmed = replace(made, video=replace(made.video, path="a.mp4"))
    write_result(tmp_path / "out", "a", filmed)
    write_result(tmp_path / "out" / "a", "before", replace(filmed, metrics={}))
    assert read(truths, tmp_path / "out").by_clip["a"].values[KEY].value == 6.0


def test_a_damaged_analysis_is_refused(truths: Path, tmp_path: Path) -> None:
    write_result(tmp_path / "out", "a", analysis()).write_text("{}")
    assert "analysis.json" in refusal(truths, tmp_path / "out")


def test_an_analysis_says_values_labels_and_events() -> None:
    found = to_result(analysis())
    assert found.values[KEY].value == 10.4
    assert found.values[KEY].ci95 == pytest.approx((9.36, 11.44))
    assert found.values["camera.roll_deg"].value == 1.23456
    assert found.values["metric.speed_mps"] == Answer(None)
    assert found.labels["foot_strike"] == "rear"
    assert found.labels["activity"] == "running"
    assert "metric.foot_strike" not in found.values
    assert len(found.events["toe_off", "left"]) == 11


def test_missing_numbers_of_an_analysis_are_withheld() -> None:
    gaps = with_gaps()
    found = to_result(replace(gaps, contacts=(Contact("left", 1.0, float("nan")),)))
    assert found.values["camera.roll_deg"] == Answer(None)
    assert found.values["metric.lean_leg_deg"] == Answer(None)
    assert found.events["contact", "left"] == (1.0,)
    assert found.events["toe_off", "left"] == ()
