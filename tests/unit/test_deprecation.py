"""Names of 0.1 still work for one release, and say what they are called."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from leanline.batch.manifest import read_manifest
from leanline.cli.app import app
from leanline.deprecation import renamed_arguments
from leanline.formats.reading import read_track
from leanline.pipeline import analyze
from leanline.settings import ClipInfo, Companions, Settings


def test_settings_take_their_old_names() -> None:
    with pytest.warns(DeprecationWarning, match="standing is now standing_clip"):
        settings = Settings(standing="stand.mp4")  # type: ignore[call-arg]
    assert settings == Settings(companions=Companions(standing_clip="stand.mp4"))


def test_settings_are_read_without_their_group() -> None:
    settings = Settings(ClipInfo(height_m=1.78), companions=Companions(rear_clip="rear.mp4"))
    with pytest.warns(DeprecationWarning, match=r"Settings.height_m is now Settings.clip.height_m"):
        assert settings.height_m == 1.78  # type: ignore[attr-defined]
    with pytest.warns(DeprecationWarning, match=r"Settings.companions.rear_clip"):
        assert settings.rear == "rear.mp4"  # type: ignore[attr-defined]
    with pytest.raises(AttributeError, match="'weight_kg'"):
        _ = settings.weight_kg  # type: ignore[attr-defined]


def test_an_unknown_setting_is_named() -> None:
    with pytest.raises(TypeError, match="no weight_kg"):
        Settings(weight_kg=70.0)  # type: ignore[call-arg]


def test_single_values_override_those_of_a_group() -> None:
    settings = Settings(ClipInfo(height_m=1.78, speed_mps=3.0), height_m=1.8)
    assert settings.clip == ClipInfo(height_m=1.8, speed_mps=3.0)


def test_functions_take_their_old_arguments(tmp_path: Path) -> None:
    gone = tmp_path / "gone.csv"
    with (
        pytest.warns(DeprecationWarning, match="names is now keypoint_names"),
        pytest.raises(Exception, match="gone"),
    ):
        analyze(gone, names="BODY_25")  # type: ignore[call-arg]
    with (
        pytest.warns(DeprecationWarning, match="names is now keypoint_names"),
        pytest.raises(Exception, match="gone"),
    ):
        read_track(gone, names="BODY_25")  # type: ignore[call-arg]


def test_the_old_and_the_present_name_at_once_are_refused() -> None:
    @renamed_arguments({"old": "new"})
    def double(new: int) -> int:
        return 2 * new

    with pytest.raises(TypeError, match="old is the old name of new"):
        double(new=1, old=2)  # type: ignore[call-arg]


def test_a_manifest_may_have_the_old_columns(tmp_path: Path) -> None:
    manifest = tmp_path / "clips.csv"
    manifest.write_text("path,standing\nrun.mp4,stand.mp4\n")
    with pytest.warns(DeprecationWarning, match="column standing is now standing_clip"):
        (clip,) = read_manifest(str(manifest), {})
    assert clip.settings.companions.standing_clip == str(tmp_path / "stand.mp4")


@pytest.mark.parametrize("option", [["--names", "none.toml"], ["--names=none.toml"]])
def test_an_old_option_works_and_says_its_present_name(tmp_path: Path, option: list[str]) -> None:
    track = tmp_path / "run.csv"
    track.write_text("time_s,left_heel_x,left_heel_y\n0,1,1\n0.02,1,1\n")
    result = CliRunner().invoke(app, ["analyze", str(track), *option])
    assert "--names is now --keypoint-names" in result.stderr
    assert "none.toml" in result.stderr
    assert result.exit_code == 2


def test_what_follows_two_dashes_is_a_file_whatever_its_name() -> None:
    result = CliRunner().invoke(app, ["analyze", "--", "--rear"])
    assert "is now" not in result.stderr
    assert result.exit_code == 3


def test_a_page_may_still_be_kept_closed_by_the_old_name(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[bool] = []
    monkeypatch.setattr("leanline.cli.live._serve", lambda *given: opened.append(given[-1]))
    done = CliRunner().invoke(app, ["live", "--no-browser"])
    assert done.exit_code == 0, done.output
    assert "--no-browser is now --no-open" in done.stderr
    assert opened == [False]
