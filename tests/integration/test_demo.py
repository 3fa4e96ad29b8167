"""The bundled clip through the default network."""

from __future__ import annotations

import re
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, Final

import pytest

from scripts.make_readme import README, example, shown
from tests.commands import FULL_NETWORK, SUMMARY, analyze, read, value

# Of the bundled clip, as it was rendered (demo_before.truth.json). The tolerances are wider than
# what is found, so that a better network or estimate does not break the test. Contacts of the near
# foot are found 17 ms late in this clip, which moves mid-stance and with it the leg and body lean.
TRUTH: Final = {
    "lean_body_deg": (10.5, 2.5),
    "lean_leg_deg": (5.1, 4.0),
    "lean_trunk_deg": (18.6, 3.0),
    "waist_bend_deg": (13.1, 4.5),
    "foot_strike_angle_deg": (8.9, 8.0),
    "cadence_spm": (158.0, 0.5),
    "contact_time_s": (0.286, 0.025),
    "vertical_oscillation_m": (0.071, 0.012),
    "landing_distance_m": (0.171, 0.03),
}
CONTACTS: Final = 15
LEFT_CONTACT_S: Final = (0.3581, 1.1176, 1.8771, 2.6366, 3.3961, 4.1556, 4.9151, 5.6746)
HEIGHT_M: Final = "1.67"
NUMBER: Final = re.compile(r"-?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The results of the demo clip, with what the command printed."""
    out = tmp_path_factory.mktemp("demo")
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        analyze(clip, out, "--height", HEIGHT_M)
    return out


@pytest.fixture(scope="module")
def demo(folder: Path) -> dict[str, Any]:
    return read(folder)


def test_the_demo_runner_is_recognised(demo: dict[str, Any]) -> None:
    assert demo["schema"] == "leanline.analysis/1"
    assert (demo["activity"], demo["view"]) == ("running", "side")
    assert (demo["direction"], demo["surface"]) == ("right", "treadmill")


@pytest.mark.parametrize("name", TRUTH)
def test_the_demo_agrees_with_its_truth(demo: dict[str, Any], name: str) -> None:
    true, within = TRUTH[name]
    assert value(demo, name) == pytest.approx(true, abs=within)


def test_every_step_of_the_demo_is_found(demo: dict[str, Any]) -> None:
    events = demo["events"]
    found = len(events["left"]["contact_s"]) + len(events["right"]["contact_s"])
    assert found == pytest.approx(CONTACTS, abs=1)
    assert len(demo["steps"]) == found
    for moment in events["left"]["contact_s"]:
        assert min(abs(moment - true) for true in LEFT_CONTACT_S) < 0.035


def test_every_number_of_the_demo_has_an_interval_or_a_reason(demo: dict[str, Any]) -> None:
    for name, metric in demo["metrics"].items():
        if metric["value"] is None:
            assert metric["why"], name
        elif isinstance(metric["value"], float):
            low, high = metric["ci95"]
            assert low <= metric["value"] <= high, name


def test_the_readme_shows_what_the_demo_prints(folder: Path) -> None:
    printed = example((folder / SUMMARY).read_text(encoding="utf-8"))
    in_readme = shown(README.read_text(encoding="utf-8"))
    assert NUMBER.sub("#", in_readme).split() == NUMBER.sub("#", printed).split()
    # Another processor may round the last digit otherwise, and no more.
    for old, new in zip(NUMBER.findall(in_readme), NUMBER.findall(printed), strict=True):
        last_digit = 10.0 ** -len(old.partition(".")[2])
        assert float(old) == pytest.approx(float(new), abs=1.01 * last_digit), in_readme


def test_the_same_clip_gives_the_same_file_to_the_last_byte(tmp_path: Path) -> None:
    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        for name in ("one", "two"):
            analyze(clip, tmp_path / name, "--end", "2.5", *FULL_NETWORK)
    one, two = ((tmp_path / name / "analysis.json").read_bytes() for name in ("one", "two"))
    assert one == two
