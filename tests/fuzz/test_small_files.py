"""Runs of a watch, manifests, sets of names, corrections, and what is scored, damaged."""

from __future__ import annotations

import struct
from pathlib import Path
from random import Random

import pytest
from hypothesis import given

from leanline.batch.manifest import read_manifest
from leanline.corrections import from_plain
from leanline.formats.names import name_set, recognize_names
from leanline.formats.watch_run import read_watch_run
from leanline.scoring import score
from leanline.scoring.bars import missed_bars, read_bars
from leanline.scoring.tables import build_tables
from leanline.scoring.writing import to_json
from tests.fuzz.damage import VALUES, damaged, damaged_text
from tests.fuzz.fuzzing import SEEDS, examples, refusal, told
from tests.unit.test_watch_fit import crc, fit_file
from tests.unit.test_watch_xml import WHOLE as TCX


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("small")


@examples(150)
@given(seed=SEEDS)
def test_a_damaged_run_of_a_watch_is_read_or_told(folder: Path, seed: int) -> None:
    path = folder / "run.fit"
    data = damaged(fit_file(range(10)), seed)
    if seed % 4:  # a checksum that is right lets the damage through
        data = struct.pack("<BBHI4s", 14, 0x10, 2132, max(len(data) - 16, 0), b".FIT") + data[12:-2]
        data = data[:12] + struct.pack("<H", crc(data[:12])) + data[14:]
        data += struct.pack("<H", crc(data))
    path.write_bytes(data)
    told(read_watch_run, path)


@examples(100)
@given(seed=SEEDS)
def test_a_damaged_run_in_xml_is_read_or_told(folder: Path, seed: int) -> None:
    path = folder / "run.tcx"
    path.write_bytes((damaged if seed % 2 else damaged_text)(TCX, seed))
    told(read_watch_run, path)


MANIFEST = b"""path,id,athlete,height_m,speed_mps,slow_motion,person,\
standing_clip,keypoint_names,x_note
a.mp4,one,Jane,1.78,2.8,1,1,stand.mp4,,"a, b"
b.mp4,two,,1.70,,8,,,halpe_26,
http://localhost:9/c.mp4,three,,,3.0,,2,,,
"""


@examples(200)
@given(seed=SEEDS)
def test_a_damaged_manifest_is_read_or_told(folder: Path, seed: int) -> None:
    path = folder / "clips.csv"
    path.write_bytes((damaged if seed % 2 else damaged_text)(MANIFEST, seed))
    told(lambda path: read_manifest(str(path), {}), path)


NAMES = b"""title = "Mine"
order = ["nose", "left_hip", "", "right_hip"]
count = 4

[names]
left_knee = ["LKNE", "l_knee"]

[sided]
ankle = "ANK"

[mean]
mid_hip = ["LASI", "RASI"]
"""


@examples(200)
@given(seed=SEEDS)
def test_a_damaged_set_of_names_is_read_or_told(folder: Path, seed: int) -> None:
    path = folder / "mine.toml"
    path.write_bytes((damaged if seed % 2 else damaged_text)(NAMES, seed))

    def use(path: Path) -> None:
        recognize_names(("LKNE", "ANKL", "LASI", "RASI"), 4, Path("run.trc"), str(path))
        recognize_names((), 4, Path("run.trc"), str(path))
        name_set(str(path))

    told(use, path)


CORRECTIONS = (
    {"kind": "moved_event", "side": "left", "event": "contact", "at_s": 1.0, "to_s": 1.1},
    {"kind": "added_contact", "side": "left", "contact_s": 1.0, "toe_off_s": 1.2},
    {"kind": "swapped_sides", "start_s": None, "end_s": 2.0},
    {"kind": "given_roll", "roll_deg": 2.0},
)


@examples(200)
@given(seed=SEEDS)
def test_an_odd_correction_is_taken_or_told(seed: int) -> None:
    chance = Random(seed)  # noqa: S311
    one = dict(chance.choice(CORRECTIONS))
    one[chance.choice([*one, "x"])] = chance.choice(VALUES)
    refusal(lambda: from_plain(one), hint=False)


TRUTH = b"""{"schema": "leanline.truth/1", "name": "a", "input": "a.mp4", "activity": "running",
"roll_deg": 1.5, "exit": 0, "body": "p1", "motion": {"takes": ["cmu09_06"]}, "fps": 60,
"metrics": {"lean_body_deg": 6.5, "cadence_spm": 171.2, "speed_mps": null},
"events": {"left": {"contact_s": [0.5, 1.2], "toe_off_s": [0.7]}, "right": {"contact_s": []}}}
"""
TRUTH_B = TRUTH.replace(b'"a', b'"b')
MEASURED = b"""clip,metric,value,low,high,person
a,lean_body_deg,6.1,4.9,7.3,Ada
b.mp4,lean_body_deg,7.0,,,
b,roll_deg,1.25,1,2,
b,activity,running,,,
"""
FOUND = b"""clip;side;event;time_s
a;left;contact;0,51
a;left;contact;1,22
b;left;toe_off;0,7
"""
BARS = b'{"metric.lean_body_deg.mae": [null, 1.0], "event.contact.recall": [0.9, 1]}'


@examples(300)
@given(seed=SEEDS)
def test_what_is_scored_is_read_or_told(folder: Path, seed: int) -> None:
    place = folder / "scored"
    place.mkdir(exist_ok=True)
    contents = {
        "a.truth.json": TRUTH,
        "b.truth.json": TRUTH_B,
        "values.csv": MEASURED,
        "events.csv": FOUND,
        "bars.json": BARS,
    }
    hurt = list(contents)[seed % len(contents)]
    damage = damaged if seed % 2 else damaged_text
    for name, content in contents.items():
        (place / name).write_bytes(damage(content, seed) if name == hurt else content)

    def use() -> None:
        found = score(place, [place / "values.csv", place / "events.csv"], by="body")
        build_tables(found, clips=True)
        to_json(found, "1", missed_bars(read_bars(place / "bars.json"), found.summary))

    error = refusal(use)
    # Without clips in common both are named; the property to group by may be what was hurt.
    assert error is None or "csv" in str(error) or hurt in str(error) or "body" in str(error)
