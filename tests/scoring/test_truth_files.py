"""Truth files: what is read, what is refused, and in which words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from leanline.errors import InputError
from leanline.scoring.truth import (
    identify_person,
    property_keys,
    property_text,
    read_truth,
    read_truths,
)
from tests.conftest import SHARED_DATA
from tests.scores import LEAN, truth_entry, write_truth

WHOLE: dict[str, Any] = {
    "input": "run.mp4",
    "activity": "running",
    "direction": "left",
    "surface": "treadmill",
    "view": "side",
    "foot_strike": "mid",
    "roll_deg": 2,
    "metrics": {LEAN: 6.5, "speed_mps": None},
    "events": {"left": {"contact_s": [1, 2.5], "toe_off_s": [1.25]}},
    "fps": 60,
    "camera": {"pan": False, "shake": 0.5},
}


def test_a_whole_file_is_read(tmp_path: Path) -> None:
    truth = read_truth(write_truth(tmp_path, "run", **WHOLE))
    assert truth.values == {"camera.roll_deg": 2.0, f"metric.{LEAN}": 6.5}
    assert truth.labels == {
        "activity": "running",
        "view": "side",
        "direction": "left",
        "surface": "treadmill",
        "foot_strike": "mid",
    }
    assert truth.event_times["contact", "left"] == (1.0, 2.5)
    assert truth.event_times["contact", "right"] == ()
    assert truth.exit == 0


def test_name_layout_and_metrics_are_enough(tmp_path: Path) -> None:
    truth = read_truth(write_truth(tmp_path, "run"))
    assert (truth.values, truth.labels, truth.event_times) == ({}, {}, {})


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"schema": "leanline.truth/2"}, "schema: Input should be 'leanline.truth/1'"),
        ({"name": "a/b"}, "name: 'a/b' cannot be the name of a folder"),
        ({"name": " "}, "name: ' ' cannot be the name of a folder"),
        ({"metrics": {LEAN: "6"}}, f"metrics.{LEAN}: Input should be a valid number"),
        ({"metrics": {LEAN: float("nan")}}, f"metrics.{LEAN}: Input should be a finite number"),
        ({"metrics": {LEAN: True}}, f"metrics.{LEAN}: Input should be a valid number"),
        ({"metrics": [6]}, "metrics: Input should be"),
        ({"foot_strike": "heel"}, "foot_strike: Input should be 'rear', 'mid' or 'fore'"),
        ({"activity": 3}, "activity: Input should be 'running', 'walking', 'standing' or 'none'"),
        ({"roll_deg": "2"}, "roll_deg: Input should be a valid number"),
        ({"exit": "4"}, "exit: Input should be a valid integer"),
        ({"person": 7}, "person: Input should be a valid string"),
        ({"events": {"left": {"contact_s": [2, 1]}}}, "events.left.contact_s: times must increase"),
        ({"events": {"left": {"contact_s": [1, None]}}}, "events.left.contact_s.1: Input should"),
    ],
)
def test_what_does_not_hold_is_named(tmp_path: Path, wrong: dict[str, Any], sentence: str) -> None:
    path = tmp_path / "run.truth.json"
    path.write_text(json.dumps({**truth_entry("run"), **wrong}))
    with pytest.raises(InputError) as caught:
        read_truth(path)
    assert str(caught.value).startswith(f"{path} is not a truth file: {sentence}")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("key", ["schema", "name", "metrics"])
def test_what_is_missing_is_named(tmp_path: Path, key: str) -> None:
    entry = truth_entry("run")
    del entry[key]
    path = tmp_path / "run.truth.json"
    path.write_text(json.dumps(entry))
    with pytest.raises(InputError, match=f"not a truth file: {key}: Field required"):
        read_truth(path)


@pytest.mark.parametrize("content", [b"{", b"[]", b"\xff\xfe", b"null", b"[" * 100_000])
def test_what_is_no_json_object_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "run.truth.json"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"run\.truth\.json is not a truth file"):
        read_truth(path)


def test_a_folder_without_truth_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no truth files"):
        read_truths(tmp_path)
    with pytest.raises(InputError, match="does not exist"):
        read_truths(tmp_path / "nowhere")


def test_two_files_of_one_name_are_refused(tmp_path: Path) -> None:
    write_truth(tmp_path, "a")
    (tmp_path / "b.truth.json").write_text(json.dumps(truth_entry("a")))
    with pytest.raises(InputError, match="has the name 'a', and so does"):
        read_truths(tmp_path)


def test_one_file_is_enough(tmp_path: Path) -> None:
    assert [t.name for t in read_truths(write_truth(tmp_path, "a"))] == ["a"]


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("fps", "60"),
        ("camera.pan", "false"),
        ("camera.shake", "0.5"),
        ("roll_deg", "2"),
        ("camera.nothing.at.all", "not given"),
        ("person", "not given"),
        ("camera", '{"pan": false, "shake": 0.5}'),
    ],
)
def test_any_property_can_group_clips(tmp_path: Path, key: str, value: str) -> None:
    assert property_text(read_truth(write_truth(tmp_path, "run", **WHOLE)), key) == value


@pytest.mark.parametrize(
    ("more", "runner"),
    [
        ({"motion": {"takes": ["cmu09_06", "cmu09_01"]}}, "cmu09"),
        ({"motion": ["hamner02"]}, "hamner02"),
        ({"motion": "cmu07_01"}, "cmu07"),
        ({"motion": {"takes": ["cmu09_06", "cmu02_01"]}}, "cmu02 and cmu09"),
        ({"motion": {"takes": [1]}}, "not given"),
        ({"motion": {"takes": []}}, "not given"),
        ({}, "not given"),
        ({"runner": "Ada", "motion": "cmu07_01"}, "Ada"),
    ],
)
def test_the_runner_is_given_or_read_off_the_motion(
    tmp_path: Path, more: dict[str, Any], runner: str
) -> None:
    assert property_text(read_truth(write_truth(tmp_path, "run", **more)), "runner") == runner


def test_the_person_is_the_first_thing_that_tells(tmp_path: Path) -> None:
    given = {"motion": "cmu07_01", "body": "p1", "person": "Ada"}
    expected = {"person": "Ada", "body": "p1", "runner": "cmu07"}
    for key in ("person", "body", "runner"):
        truth = read_truth(write_truth(tmp_path, "run", **given))
        assert identify_person(truth, None, "somebody") == (key, expected[key])
        given.pop({"runner": "motion"}.get(key, key))
    truth = read_truth(write_truth(tmp_path, "run"))
    assert identify_person(truth, None, "somebody") == ("results", "somebody")
    assert identify_person(truth) == ("clip", "run")


def test_another_property_can_say_who_it_is(tmp_path: Path) -> None:
    truth = read_truth(write_truth(tmp_path, "run", body="p1", motion="cmu07_01"))
    assert identify_person(truth, "runner") == ("runner", "cmu07")
    assert identify_person(truth, "scene") == ("clip", "run")


def test_the_properties_to_group_by_are_listed(tmp_path: Path) -> None:
    truth = read_truth(write_truth(tmp_path, "run", **WHOLE, motion="cmu07_01", note=None))
    keys = property_keys([truth])
    assert {"fps", "camera.pan", "runner", "person", "motion"} <= set(keys)
    assert not {"schema", "layout", "metrics", "note", f"metrics.{LEAN}"} & set(keys)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["pop", "rendered", "lab", "real", "front", "demo"])
def test_the_truth_files_of_the_clips_are_read(shared_data: Path, name: str) -> None:
    files = list((SHARED_DATA / name).glob("*.truth.json"))
    assert len(read_truths(shared_data / name)) == len(files) > 0
