"""The JSON Schema of analysis.json, held against real results."""

from __future__ import annotations

import copy
import json
from typing import Any

import jsonschema
import pytest
from typer.testing import CliRunner

from leanline.cli.app import app
from leanline.formats.analysis_json import to_dict
from leanline.formats.schema import schema
from leanline.pipeline import analyze_capture
from leanline.pose.recorded import track_to_capture
from leanline.settings import Settings
from tests.foreign import runner_track
from tests.unit.test_exports import analysis

CHECK = jsonschema.Draft202012Validator(schema())


@pytest.fixture(scope="module")
def result() -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(to_dict(analysis())))
    return plain


def test_the_schema_is_a_schema() -> None:
    jsonschema.Draft202012Validator.check_schema(schema())


def test_results_hold_to_it(result: dict[str, Any]) -> None:
    CHECK.validate(result)


def test_a_track_without_a_scale_holds_to_it() -> None:
    found = analyze_capture(track_to_capture(runner_track(4.0), "run.trc", "recorded"), Settings())
    CHECK.validate(json.loads(json.dumps(to_dict(found))))


def test_every_key_of_a_result_is_described(result: dict[str, Any]) -> None:
    described = schema()
    assert set(result) <= set(described["properties"])
    assert set(result["camera"]) <= set(described["properties"]["camera"]["properties"])
    metric = next(iter(result["metrics"].values()))
    assert set(metric) <= set(described["$defs"]["metric"]["properties"])


def test_more_may_be_added_within_the_schema(result: dict[str, Any]) -> None:
    CHECK.validate({**result, "drill": {"anything": 1}, "new": [1]})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("schema",), "leanline.analysis/2"),
        (("activity",), "swimming"),
        (("camera", "roll_deg"), 1.2),
        (("metrics", "lean_body_deg", "quality"), "great"),
        (("metrics", "lean_body_deg", "value"), None),
        (("events", "left"), []),
        (("provenance", "input_sha256"), "xyz"),
    ],
)
def test_what_does_not_hold_is_found(
    result: dict[str, Any], path: tuple[str, ...], value: object
) -> None:
    broken = copy.deepcopy(result)
    inner = broken
    for key in path[:-1]:
        inner = inner[key]
    inner[path[-1]] = value
    assert not CHECK.is_valid(broken)


def test_the_command_prints_it() -> None:
    done = CliRunner().invoke(app, ["schema"])
    assert done.exit_code == 0
    assert json.loads(done.stdout) == schema()
