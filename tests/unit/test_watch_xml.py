from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.errors import InputError
from leanline.formats.watch_run import RecordedRun, read_watch_run
from leanline.formats.way import distance_of, speed_along

START = datetime(2026, 5, 4, 7, 0, tzinfo=UTC)
RUNNING_TPX = "<x:TPX><x:Speed>3.0</x:Speed><x:RunCadence>{}</x:RunCadence>{}</x:TPX>"
DYNAMICS = (
    "<y:GroundContactTime>250</y:GroundContactTime>"
    "<y:VerticalOscillation>{}</y:VerticalOscillation>"
)


def moment(second: int) -> str:
    return (START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")


def trackpoint(second: int, extension: str) -> str:
    return (
        f"<Trackpoint><Time>{moment(second)}</Time>"
        f"<DistanceMeters>{3.0 * second}</DistanceMeters>"
        f"<HeartRateBpm><Value>150</Value></HeartRateBpm>"
        f"<Extensions>{extension}</Extensions></Trackpoint>\n"
    )


def activity(sport: str, seconds: Iterable[int], extension: str = "") -> str:
    points = "".join(trackpoint(second, extension) for second in seconds)
    return (
        f'<Activity Sport="{sport}"><Lap StartTime="{moment(0)}"><Track>{points}</Track></Lap>'
        "<Creator><Name>Forerunner 265</Name></Creator></Activity>"
    )


def tcx(*activities: str) -> bytes:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<TrainingCenterDatabase xmlns="t" xmlns:x="x" '
        f'xmlns:y="y"><Activities>{"".join(activities)}</Activities></TrainingCenterDatabase>'
    ).encode()


def gpx(sport: str, extension: str = "", seconds: Iterable[int] = range(60)) -> bytes:
    # Northwards at 3 m/s.
    points = "".join(
        f'<trkpt lat="{48 + second * 3.0 / 111_195:.8f}" lon="11.0"><ele>500</ele>'
        f"<time>{moment(second)}</time><extensions>{extension}</extensions></trkpt>\n"
        for second in seconds
    )
    kind = f"<type>{sport}</type>" if sport else ""
    return (
        '<gpx creator="Suunto Race" xmlns:g="g" xmlns:y="y"><metadata><name>Morning</name>'
        f"</metadata><trk><name>Run</name>{kind}<trkseg>{points}</trkseg></trk></gpx>"
    ).encode()


def read(folder: Path, data: bytes) -> RecordedRun:
    path = folder / "run.tcx"
    path.write_bytes(data)
    return read_watch_run(path)


def codes(run: RecordedRun) -> list[str]:
    return [note.code for note in run.notes]


def test_a_tcx_run_is_read_with_its_dynamics(tmp_path: Path) -> None:
    extension = RUNNING_TPX.format(85, DYNAMICS.format(84.0))
    run = read(tmp_path, tcx(activity("Running", range(60), extension)))
    assert run.means == pytest.approx(
        {
            "cadence_spm": 170.0,
            "contact_time_s": 0.25,
            "vertical_oscillation_m": 0.084,
            "speed_mps": 3.0,
        }
    )
    assert (run.sport, run.device, run.duration_s) == ("running", "Forerunner 265", 59.0)
    assert run.started_at == START
    assert codes(run) == []


def test_a_gpx_run_has_its_speed_from_positions(tmp_path: Path) -> None:
    extension = "<g:TrackPointExtension><g:cad>86</g:cad></g:TrackPointExtension>"
    run = read(tmp_path, gpx("running", extension))
    assert run.means == pytest.approx({"cadence_spm": 172.0, "speed_mps": 3.0}, abs=0.01)
    assert run.device == "Suunto Race"


def test_scattered_positions_do_not_make_a_run_faster() -> None:
    scatter = np.random.default_rng(3)
    time_s = np.arange(600.0)
    metre_deg = 1.0 / 111_195
    north_deg = 48.0 + (3.0 * time_s + scatter.normal(0.0, 1.5, 600)) * metre_deg
    east_deg = 179.999 + scatter.normal(0.0, 1.5, 600) * metre_deg / np.cos(np.radians(48.0))
    distance_m = distance_of(time_s, north_deg, (east_deg + 180.0) % 360.0 - 180.0)
    assert np.median(speed_along(time_s, distance_m)) == pytest.approx(3.0, rel=0.03)


@pytest.mark.parametrize("written", ["84", "8.4", "0.084"])
def test_oscillation_may_be_in_millimetres_centimetres_or_metres(
    written: str, tmp_path: Path
) -> None:
    run = read(tmp_path, gpx("trail_run", DYNAMICS.format(written)))
    assert run.means["vertical_oscillation_m"] == pytest.approx(0.084)
    assert run.means["contact_time_s"] == pytest.approx(0.25)


def test_cadence_may_be_stored_as_steps(tmp_path: Path) -> None:
    run = read(tmp_path, tcx(activity("Running", range(60), RUNNING_TPX.format(170, ""))))
    assert run.means["cadence_spm"] == 170.0
    assert codes(run) == ["watch_cadence_steps"]


def test_speed_at_rest_is_not_taken_across_the_rest(tmp_path: Path) -> None:
    run = read(tmp_path, gpx("running", seconds=[*range(30), *range(600, 630)]))
    assert run.means["speed_mps"] == pytest.approx(3.0, abs=0.01)
    assert len(run.samples["speed_mps"]) == 60


def test_of_a_triathlon_only_the_run_is_read(tmp_path: Path) -> None:
    data = tcx(
        activity("Other", range(60)),
        activity("Biking", range(60, 200), "<x:TPX><x:Speed>9.0</x:Speed></x:TPX>"),
        activity("Running", range(200, 260), RUNNING_TPX.format(85, "")),
    )
    run = read(tmp_path, data)
    assert run.means == pytest.approx({"cadence_spm": 170.0, "speed_mps": 3.0})
    assert run.duration_s == 59.0
    assert run.notes[0].reason.params == {"sports": ("other", "biking")}


def test_a_ride_and_an_unnamed_sport_are_no_runs_but_steps_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the watch says biking"):
        read(tmp_path, tcx(activity("Biking", range(60))))
    with pytest.raises(InputError, match="the watch says cycling"):
        read(tmp_path, gpx("1"))
    with pytest.raises(InputError, match="does not say which sport"):
        read(tmp_path, gpx(""))
    run = read(tmp_path, tcx(activity("Other", range(60), RUNNING_TPX.format(85, ""))))
    assert codes(run) == ["watch_sport_unsaid"]


WHOLE = tcx(activity("Running", range(4), RUNNING_TPX.format(85, "")))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_anywhere_is_refused_or_read_up_to_there(
    tmp_path_factory: pytest.TempPathFactory, n: int
) -> None:
    try:
        run = read(tmp_path_factory.getbasetemp(), WHOLE[:n])
    except InputError:
        return
    assert run.means["cadence_spm"] == 170.0
    assert codes(run) == ["watch_file_odd"]


def test_entities_are_refused_unread(tmp_path: Path) -> None:
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    data = gpx("&b;").replace(b"<gpx", bomb + b"<gpx", 1)
    with pytest.raises(InputError, match="declares an XML document type"):
        read(tmp_path, data)


@pytest.mark.parametrize("data", [b"<kml/>", b"<!-- -->", b"<gpx", "\ufeff<a/>".encode("utf-16")])
def test_other_xml_is_refused_in_words(data: bytes, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"is not a watch's file"):
        read(tmp_path, data)


def test_blanks_before_the_declaration_do_no_harm(tmp_path: Path) -> None:
    run = read(tmp_path, b"\xef\xbb\xbf  \n" + WHOLE)
    assert run.means["cadence_spm"] == 170.0
