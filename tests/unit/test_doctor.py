"""Looking at what is installed, and whether it works."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from leanline import doctor
from leanline.cli.app import app

RUNNER = CliRunner()


def verdicts() -> dict[str, doctor.Check]:
    return {check.name: check for check in doctor.checkup(self_test=False)}


def test_what_the_package_needs_is_here() -> None:
    found = verdicts()
    assert {found[name].verdict for name in ("leanline", "packages", *doctor.NETWORKS)} == {"good"}
    assert "H.264" in found["video"].text
    assert "cpu (" in found["devices"].text


@pytest.fixture
def without_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Compiling them takes seconds."""
    monkeypatch.setattr(doctor, "NETWORKS", ())
    monkeypatch.setattr(doctor, "_devices", lambda: doctor.Check("devices", "good", "cpu"))


@pytest.mark.usefixtures("without_networks")
def test_the_data_folder_is_the_one_that_would_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LEANLINE_DATA", str(tmp_path / "weeks"))
    check = verdicts()["data folder"]
    assert check.verdict == "good"
    assert str(tmp_path / "weeks") in check.text
    assert not (tmp_path / "weeks").exists()


@pytest.mark.usefixtures("without_networks")
def test_a_missing_extra_is_lacking_and_says_what_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "EXTRAS", {"ray": ("no-such-package", "batches on a cluster")})
    check = verdicts()["extras"]
    assert check.verdict == "lacking"
    assert "leanline[ray] for batches on a cluster" in check.text


@pytest.mark.usefixtures("without_networks")
def test_a_missing_package_is_bad_and_ends_with_status_1(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "NEEDED", ("no-such-package",))
    done = RUNNER.invoke(app, ["doctor", "--no-self-test"])
    assert done.exit_code == 1
    assert "missing: no-such-package" in done.stdout


def test_a_broken_network_is_told_not_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "NETWORKS", ("no_such_network",))
    check = verdicts()["no_such_network"]
    assert check.verdict == "bad"


@pytest.mark.slow
@pytest.mark.usefixtures("without_networks")
def test_the_self_test_measures_the_bundled_clip_against_its_truth() -> None:
    *_, last = doctor.checkup()
    assert last.name == "self-test"
    assert last.verdict == "good", last.text
    assert "true 158" in last.text
