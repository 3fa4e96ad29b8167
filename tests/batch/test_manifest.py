"""Clips from manifests and folders, and errors in them."""

from __future__ import annotations

from pathlib import Path
from re import findall

import pytest

from leanline.batch.find_clips import find_clips
from leanline.batch.manifest import COLUMNS, read_manifest
from leanline.batch.task import BatchClip
from leanline.errors import InputError, UsageError
from leanline.settings import SETTING_TYPES


def write_manifest(tmp_path: Path, *lines: str) -> str:
    path = tmp_path / "clips.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return str(path)


def read(tmp_path: Path, *lines: str, **options: float) -> tuple[BatchClip, ...]:
    return read_manifest(write_manifest(tmp_path, *lines), options)


def test_facts_of_each_clip_are_taken_from_its_line(tmp_path: Path) -> None:
    first, second = read(
        tmp_path,
        "path,athlete,height_m,speed_mps,slow_motion,person,start_s,standing_clip,x_shoe",
        "a/run.mp4,Ada,1.67,2.8,,2,1.5,stand.mp4,flat",
        "s3://clips/run.mov,,,,8,,,,",
    )
    assert first.id == "a/run.mp4"
    assert first.source == str(tmp_path / "a" / "run.mp4")
    assert first.athlete == "Ada"
    assert (first.settings.clip.height_m, first.settings.clip.speed_mps) == (1.67, 2.8)
    assert (first.settings.clip.person, first.settings.clip.start_s) == (2, 1.5)
    assert first.settings.companions.standing_clip == str(tmp_path / "stand.mp4")
    assert first.extra == {"x_shoe": "flat"}
    assert (second.source, second.athlete) == ("s3://clips/run.mov", None)
    assert (second.settings.clip.height_m, second.settings.clip.slow_motion) == (None, 8.0)


#: What a cell of each setting may say, and what it means.
CELLS = {
    "height_m": ("1.78", 1.78),
    "speed_mps": ("2.8", 2.8),
    "roll_deg": ("-1.5", -1.5),
    "phone_roll_deg": ("2.5", 2.5),
    "phone_roll_sd_deg": ("0.4", 0.4),
    "slow_motion": ("8", 8.0),
    "pose_model": ("rtmpose", "rtmpose"),
    "device": ("cpu", "cpu"),
    "person": ("2", 2),
    "start_s": ("1", 1.0),
    "end_s": ("9", 9.0),
    "standing_clip": ("tall.mp4", "{here}/tall.mp4"),
    "rear_clip": ("behind.mp4", "{here}/behind.mp4"),
    "fps": ("120", 120.0),
    "keypoint_names": ("BODY_25", "BODY_25"),
    "picture": ("1280x720", "1280x720"),
    "weights": ("s3://nets/m.onnx", "s3://nets/m.onnx"),
    "quality": ("fast", "fast"),
    "rotate_deg": ("90", 90),
    "crop": ('"0,0,640,720"', "0,0,640,720"),
    "shot": ("2", 2),
    "activity": ("running", "running"),
}


def test_every_setting_is_a_column(tmp_path: Path) -> None:
    assert set(CELLS) == set(SETTING_TYPES)
    cells = ["a.mp4", *(cell for cell, _ in CELLS.values())]
    (clip,) = read(tmp_path, ",".join(["path", *CELLS]), ",".join(cells))
    wanted = {
        name: value.format(here=tmp_path) if isinstance(value, str) else value
        for name, (_, value) in CELLS.items()
    }
    assert clip.settings.values() == wanted


def test_every_column_is_in_the_pages() -> None:
    page = (Path(__file__).parents[2] / "docs" / "howto" / "batch.md").read_text()
    table = page.partition("| column | is |")[2].partition("\n\n")[0]
    firsts = [line.split("|")[1] for line in table.splitlines()[2:]]
    documented = {name for first in firsts for name in findall("`([a-z_]+)`", first)}
    assert documented == set(COLUMNS)


def test_a_file_of_names_beside_the_manifest_is_found(tmp_path: Path) -> None:
    (tmp_path / "mine.toml").touch()
    (clip,) = read(tmp_path, "path,keypoint_names", "a.csv,mine.toml")
    assert clip.settings.clip.keypoint_names == str(tmp_path / "mine.toml")


def test_what_holds_for_all_clips_fills_what_a_line_leaves_out(tmp_path: Path) -> None:
    first, second = read(tmp_path, "path,height_m", "a.mp4,1.9", "b.mp4,", height_m=1.7)
    assert (first.settings.clip.height_m, second.settings.clip.height_m) == (1.9, 1.7)


def test_units_of_their_own_may_stand_in_the_cells(tmp_path: Path) -> None:
    first, second = read(
        tmp_path, "path,height_m,speed_mps", "a.mp4,5 ft 10,10 km/h", "b.mp4,178 cm,6:00 min/km"
    )
    assert first.settings.clip.height_m == pytest.approx(1.778)
    assert first.settings.clip.speed_mps == pytest.approx(10 / 3.6)
    assert second.settings.clip.height_m == pytest.approx(1.78)
    assert second.settings.clip.speed_mps == pytest.approx(1000 / 360)


def test_a_table_saved_by_a_german_spreadsheet_is_read(tmp_path: Path) -> None:
    (clip,) = read(tmp_path, "\ufeffpath;height_m;athlete", '"läufe/1.mp4";1,78;Jörg')
    assert (clip.id, clip.settings.clip.height_m, clip.athlete) == ("läufe/1.mp4", 1.78, "Jörg")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["file,athlete", "a.mp4,Ada"], r"line 1: there is no column path"),
        (
            ["path,heigth_m", "a.mp4,1.7"],
            r"line 1: unknown column 'heigth_m'\. Did you mean height_m\?",
        ),
        (["path,path", "a.mp4,b.mp4"], r"line 1: there are two columns path"),
        (["path,height_m", "a.mp4,1.7", "b.mp4,tall"], r"line 3: height_m must be a height"),
        (["path,height_m", "a.mp4,178"], r"line 2: height_m must be from 1 to 2.3"),
        (["path,slow_motion", "a.mp4,0.05"], r"line 2: slow_motion must be from 0.1 to 40"),
        (["path,start_s,end_s", "a.mp4,5,4"], r"line 2: end_s \(4 s\) must be after start_s"),
        (["path,weights", "a.mp4,x.onnx"], r"line 2: weights works only with pose_model rtmpose"),
        (["path,pose_model", "a.mp4,openpose"], r"line 2: pose_model must be one of"),
        (["path,fps", "a.csv,many"], r"line 2: fps must be a number, not 'many'"),
        (["path,fps", "a.csv,nan"], r"line 2: fps must be from 1 to 2000"),
        (["path,person", "a.mp4,1.5"], r"line 2: person must be a whole number, not '1.5'"),
        (["path", "a.mp4", "b.mp4", "", "a.mp4"], r"line 5: a.mp4 was in line 2 already"),
        (["path,athlete", "a.mp4,Doe, Jane"], r"line 2: 3 values for 2 columns"),
        (["path,athlete", ",Ada"], r"line 2: the path is missing"),
        (["path"], r"lists no clips"),
    ],
)
def test_a_wrong_line_is_told_by_its_number(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(InputError, match=told) as caught:
        read(tmp_path, *lines)
    assert caught.value.hint or "must be" in told


def test_one_film_of_two_runners_is_two_clips_with_names(tmp_path: Path) -> None:
    first, second = read(tmp_path, "path,id,person", "a.mp4,left,1", "a.mp4,right,2")
    assert (first.id, second.id) == ("left", "right")
    assert first.source == second.source


def test_a_manifest_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"none\.csv does not exist"):
        read_manifest(str(tmp_path / "none.csv"), {})
    (tmp_path / "clips.csv").write_bytes(b"path\n\xff\xfe\x00.mp4\n")
    with pytest.raises(InputError, match="UTF-8"):
        read_manifest(str(tmp_path / "clips.csv"), {})


# Folders


def test_a_folder_is_looked_through_for_clips_and_tracks(tmp_path: Path) -> None:
    for name in ("b.MOV", "a/run.mp4", "a/track.trc", "a/notes.txt", "a/table.csv", "a/.c.mp4"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    found = find_clips(str(tmp_path), {"height_m": 1.7})
    assert [clip.id for clip in found] == ["a/run.mp4", "a/track.trc", "b.MOV"]
    assert {clip.settings.clip.height_m for clip in found} == {1.7}
    also = find_clips(str(tmp_path), {}, also=frozenset({".csv"}))
    assert "a/table.csv" in [clip.id for clip in also]


def test_what_leanline_wrote_into_the_folder_is_no_clip(tmp_path: Path) -> None:
    for name in ("run.mp4", "run/analysis.json", "run/overlay.mp4", "out/.batch/lock", "out/a.mp4"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert [clip.id for clip in find_clips(str(tmp_path), {})] == ["run.mp4"]


def test_a_folder_without_clips_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="holds no clips"):
        find_clips(str(tmp_path), {})
    with pytest.raises(InputError, match="holds no clips"):
        find_clips(str(tmp_path / "none"), {})


def test_options_for_all_clips_out_of_range_are_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "run.mp4").touch()
    with pytest.raises(UsageError, match="height_m"):
        find_clips(str(tmp_path), {"height_m": 178.0})


def test_clips_at_an_address_are_found(tmp_path: Path) -> None:
    import fsspec

    system = fsspec.filesystem("memory")
    for name in ("/found/a/run.mp4", "/found/b.trc", "/found/c.txt"):
        system.pipe(name, b"x")
    found = find_clips("memory://found", {})
    assert [(clip.id, clip.source) for clip in found] == [
        ("a/run.mp4", "memory://found/a/run.mp4"),
        ("b.trc", "memory://found/b.trc"),
    ]
    (tmp_path / "run.mp4").touch()
    (here,) = find_clips(f"file://{tmp_path}", {})
    assert here.source == f"file://{tmp_path}/run.mp4"
    with pytest.raises(InputError, match="cannot be reached"):
        find_clips("gopher://nowhere", {})


def test_a_manifest_at_an_address_names_clips_beside_it() -> None:
    import fsspec

    fsspec.filesystem("memory").pipe("/held/clips.csv", b"path\nsub/run.mp4\n")
    (clip,) = read_manifest("memory://held/clips.csv", {})
    assert clip.source == "memory://held/sub/run.mp4"
