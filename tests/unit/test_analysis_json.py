from __future__ import annotations

import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from leanline.errors import InputError
from leanline.formats.analysis_json import read_analysis, to_dict, to_json, write_analysis
from tests.analyses import analysis, metrics, steps, with_gaps


def test_the_layout_is_the_contract() -> None:
    result = to_dict(analysis())
    assert list(result) == [
        "schema",
        "schema_minor",
        "video",
        "activity",
        "view",
        "direction",
        "surface",
        "camera",
        "metrics",
        "events",
        "steps",
        "drill",
        "findings",
        "verdicts",
        "warnings",
        "provenance",
    ]
    assert result["schema"] == "leanline.analysis/1"
    assert list(result["video"]) == [
        "path",
        "fps",
        "frames",
        "duration_s",
        "width",
        "height",
        "time_scale",
        "rotated_deg",
        "recorded_at",
    ]
    assert list(result["camera"]) == ["roll_deg", "moving", "yaw_deg", "metres_per_px"]
    assert list(result["events"]) == ["left", "right"]
    assert list(result["steps"][0])[:3] == ["side", "contact_s", "toe_off_s"]
    assert list(result["findings"][0]) == [
        "id",
        "step",
        "severity",
        "text",
        "reasons",
        "evidence",
        "frames_s",
        "probability",
    ]
    assert list(result["verdicts"][0]) == [
        "id",
        "step",
        "outcome",
        "statement",
        "probability",
        "text",
        "reasons",
    ]


def test_a_metric_carries_unit_interval_spread_count_and_quality() -> None:
    assert to_dict(analysis())["metrics"]["waist_bend_deg"] == {
        "value": 13.1,
        "unit": "deg",
        "ci95": [11.79, 14.41],
        "sd": 0.8,
        "n": 22,
        "left": 13.1,
        "right": None,
        "quality": "good",
        "why": None,
        "reason": None,
        "sdc95": None,
        "zeroed": None,
        "shared_sd": None,
    }


def test_a_metric_without_a_number_is_withheld_and_says_why() -> None:
    entry = to_dict(with_gaps())["metrics"]["lean_leg_deg"]
    assert (entry["value"], entry["ci95"], entry["quality"]) == (None, None, "withheld")
    assert entry["why"]


def test_numbers_are_rounded_but_the_scale_of_the_picture_is_kept() -> None:
    camera = to_dict(analysis())["camera"]
    assert camera["roll_deg"]["value"] == 1.2346
    assert camera["metres_per_px"]["value"] == 0.0041234


def test_missing_numbers_are_null_and_never_nan() -> None:
    text = to_json(with_gaps())
    assert "NaN" not in text
    assert json.loads(text)["events"]["right"]["toe_off_s"][-1] is None


@pytest.mark.parametrize("result", [analysis(), analysis("standing"), with_gaps()])
def test_what_is_written_reads_back_the_same(result: Any, tmp_path: Path) -> None:
    path = write_analysis(result, tmp_path / "new" / "out")
    assert to_json(read_analysis(path)) == to_json(result)
    assert to_json(read_analysis(path.parent)) == to_json(result)


def test_a_null_reads_back_as_missing(tmp_path: Path) -> None:
    again = read_analysis(write_analysis(with_gaps(), tmp_path))
    assert math.isnan(again.contacts[-1].toe_off_s)
    assert again.camera.metres_per_px is None
    assert again.metrics["lean_leg_deg"].value is None


def test_the_same_result_gives_the_same_bytes(tmp_path: Path) -> None:
    first = write_analysis(analysis(), tmp_path / "a").read_bytes()
    assert write_analysis(analysis(), tmp_path / "b").read_bytes() == first


def test_a_file_name_that_is_not_unicode_survives() -> None:
    path = b"run\xff.mp4".decode("utf-8", "surrogateescape")
    result = analysis()
    object.__setattr__(result.video, "path", path)
    assert json.loads(to_json(result))["video"]["path"] == path


def test_a_failed_write_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_analysis(analysis(), tmp_path / "out")
    assert list(tmp_path.iterdir()) == []


def test_a_failed_write_keeps_the_earlier_result(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_analysis(analysis(), tmp_path)
    before = path.read_bytes()

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_analysis(analysis(waist_bend_deg=1.0), tmp_path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def without(key: str) -> Callable[[dict[str, Any]], None]:
    return lambda data: data.pop(key)


DAMAGES: dict[str, Callable[[dict[str, Any]], object]] = {
    "another schema": lambda data: data.update(schema="leanline.analysis/9"),
    "no metrics": without("metrics"),
    "no camera": without("camera"),
    "an unknown activity": lambda data: data.update(activity="swimming"),
    "a word for a number": lambda data: data["events"]["left"].update(contact_s=["soon"]),
    "contacts without toe-offs": lambda data: data["events"]["left"].update(toe_off_s=[]),
    "an interval of one end": lambda data: data["camera"]["roll_deg"].update(ci95=[1.0]),
    "metrics as a list": lambda data: data.update(metrics=[1, 2]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused_by_name(damage: str, tmp_path: Path) -> None:
    data = to_dict(analysis())
    DAMAGES[damage](data)
    path = tmp_path / "analysis.json"
    path.write_text(json.dumps(data))
    with pytest.raises(InputError, match=r"analysis\.json") as caught:
        read_analysis(path)
    assert caught.value.hint


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b"null"])
def test_what_is_not_an_analysis_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "analysis.json"
    path.write_bytes(content)
    with pytest.raises(InputError):
        read_analysis(path)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"analysis\.json"):
        read_analysis(tmp_path / "analysis.json")


def test_the_helpers_of_these_tests_make_what_they_say() -> None:
    assert len(steps(4)) == 4
    assert metrics(cadence_spm=None)["cadence_spm"].value is None


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("video", "path"), 5),
        (("video", "fps"), "fast"),
        (("video", "frames"), 1e300),
        (("metrics", "lean_body_deg", "n"), float("inf")),
        (("metrics", "lean_body_deg", "why"), {}),
        (("warnings", 0), {"code": "x", "text": None}),
        (("provenance", "settings"), []),
        (("camera", "roll_deg", "value"), 1e300),
    ],
)
def test_a_value_of_another_kind_is_refused_when_read_and_not_where_it_is_shown(
    place: tuple[str | int, ...], value: object, tmp_path: Path
) -> None:
    data = json.loads(write_analysis(analysis(), tmp_path).read_text())
    data["warnings"] = [{"code": "low_frame_rate", "text": "Rough."}]
    inner = data
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    (tmp_path / "analysis.json").write_text(json.dumps(data))
    with pytest.raises(InputError, match="is a damaged analysis"):
        read_analysis(tmp_path)


def test_json_nested_deeper_than_any_is_refused(tmp_path: Path) -> None:
    (tmp_path / "analysis.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="cannot be read as an analysis"):
        read_analysis(tmp_path)
