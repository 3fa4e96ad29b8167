from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leanline.errors import InputError
from leanline.formats import watch_run
from leanline.formats.watch_run import read_watch_run

RECORD = 20
# Number, size and base type of the fields that we write: timestamp, cadence, fractional
# cadence, stance time (0.1 ms), vertical oscillation (0.1 mm), step length (0.1 mm), speed (mm/s).
FIELDS = (
    (253, 4, 0x86),
    (4, 1, 0x02),
    (53, 1, 0x02),
    (41, 2, 0x84),
    (39, 2, 0x84),
    (85, 2, 0x84),
    (73, 4, 0x86),
)
BEGIN = 1_000_000_000


def crc(data: bytes) -> int:
    """The checksum of the FIT protocol."""
    table = [0x0000, 0xCC01, 0xD801, 0x1400, 0xF001, 0x3C00, 0x2800, 0xE401]
    table += [0xA001, 0x6C00, 0x7800, 0xB401, 0x5000, 0x9C01, 0x8801, 0x4400]
    value = 0
    for byte in data:
        for nibble in (byte & 0xF, byte >> 4):
            value = (value >> 4) & 0x0FFF ^ table[value & 0xF] ^ table[nibble]
    return value


def message(number: int, fields: Sequence[tuple[int, int, int]], rows: Sequence[bytes]) -> bytes:
    definition = struct.pack("<BBBHB", 0x40, 0, 0, number, len(fields))
    definition += b"".join(struct.pack("BBB", *field) for field in fields)
    return definition + b"".join(b"\x00" + row for row in rows)


def fit_file(
    seconds: Sequence[int] = range(60),
    *,
    sport: int = 1,
    cadence: int = 85,
    stance: int = 2500,
) -> bytes:
    """A short run: by default 171 steps per minute, 250 ms, 8 cm, 1.05 m at 3 m/s."""
    rows = [
        struct.pack("<IBBHHHI", BEGIN + s, cadence, 64, stance, 800, 10500, 3000) for s in seconds
    ]
    body = message(0, ((0, 1, 0x00), (1, 2, 0x84)), [struct.pack("<BH", 4, 1)])
    body += message(18, ((5, 1, 0x00),), [bytes([sport])])
    body += message(RECORD, FIELDS, rows)
    head = struct.pack("<BBHI4s", 14, 0x10, 2132, len(body), b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))


def read(folder: Path, data: bytes) -> watch_run.RecordedRun:
    path = folder / "run.fit"
    path.write_bytes(data)
    return read_watch_run(path)


def test_a_run_is_read_in_our_units_and_both_feet_count(tmp_path: Path) -> None:
    run = read(tmp_path, fit_file())
    assert run.means == pytest.approx(
        {
            "cadence_spm": 171.0,
            "contact_time_s": 0.25,
            "vertical_oscillation_m": 0.08,
            "step_length_m": 1.05,
            "speed_mps": 3.0,
        }
    )
    assert (run.sport, run.device, run.duration_s) == ("running", "garmin", 59.0)
    assert run.started_at.year == 2021
    assert all(len(values) == 60 for values in run.samples.values())


def test_rests_and_walks_are_no_part_of_the_means(tmp_path: Path) -> None:
    slow = fit_file(cadence=50)
    with pytest.raises(KeyError):
        _ = read(tmp_path, slow).means["cadence_spm"]


def test_what_the_watch_does_not_know_is_missing(tmp_path: Path) -> None:
    run = read(tmp_path, fit_file(stance=0))
    assert "contact_time_s" not in run.samples
    assert "contact_time_s" not in run.means


def test_samples_out_of_order_or_double_are_put_in_order(tmp_path: Path) -> None:
    run = read(tmp_path, fit_file([3, 1, 1, 0, 2]))
    assert run.samples["time_s"].tolist() == [0, 1, 2, 3]


def test_a_sample_counts_as_long_as_it_lasts() -> None:
    time_s = np.array([0.0, 1.0, 2.0, 6.0, 600.0])
    assert watch_run.running_share({"time_s": time_s}).tolist() == [1, 1, 4, 10, 1]
    assert np.isnan(watch_run.mean_over(np.array([np.nan]), np.array([1.0])))


def test_a_ride_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"run\.fit is not a run: the watch says cycling"):
        read(tmp_path, fit_file(sport=2))


def test_a_run_without_samples_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no samples"):
        read(tmp_path, fit_file([5]))


@pytest.mark.parametrize("data", [b"", b"x", b"PK\x03\x04" * 100, b"\x0e\x10" + b"\0" * 40])
def test_other_files_are_refused_in_words(tmp_path: Path, data: bytes) -> None:
    with pytest.raises(InputError, match=r"run\.fit"):
        read(tmp_path, data)


def test_a_file_that_is_not_there_or_too_large_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_watch_run(tmp_path / "gone.fit")
    monkeypatch.setattr(watch_run, "MAX_BYTES", 10)
    with pytest.raises(InputError, match="too large"):
        read(tmp_path, fit_file())


WHOLE = fit_file(range(8))


@given(st.integers(0, len(WHOLE) - 1))
def test_a_file_cut_at_any_byte_is_refused_or_read_up_to_there(
    tmp_path_factory: pytest.TempPathFactory, n: int
) -> None:
    try:
        run = read(tmp_path_factory.getbasetemp(), WHOLE[:n])
    except InputError:
        return
    assert run.means["cadence_spm"] == pytest.approx(171.0)
    assert [note.code for note in run.notes] == ["watch_file_odd"]
    assert run.duration_s <= 7.0


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1))
def test_a_damaged_file_is_refused_or_read_but_never_fails_otherwise(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]]
) -> None:
    data = bytearray(WHOLE)
    for place, byte in damage:
        data[place] = byte
    body = bytes(data[:-2])
    for made in (bytes(data), body + struct.pack("<H", crc(body))):
        try:
            run = read(tmp_path_factory.getbasetemp(), made)
        except InputError:
            continue
        assert run.duration_s > 0


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "cadence", "contact"),
    [
        ("fenix2_run.fit", 166.0, 0.236),
        ("fenix5_run.fit", 180.0, 0.261),
        ("treadmill_running_dynamics.fit", 184.9, 0.263),
    ],
)
def test_files_of_real_watches_are_read(
    shared_data: Path, name: str, cadence: float, contact: float
) -> None:
    run = read_watch_run(shared_data / "fit" / name)
    assert run.means["cadence_spm"] == pytest.approx(cadence, abs=0.1)
    assert run.means["contact_time_s"] == pytest.approx(contact, abs=0.001)
    assert run.device.startswith("garmin fenix")


def test_a_header_that_only_an_assertion_catches_is_refused(tmp_path: Path) -> None:
    data = bytearray(fit_file())
    data[0] = 13  # neither of the two sizes that a header has
    with pytest.raises(InputError, match=r"not a watch's file"):
        read(tmp_path, bytes(data))


SESSION = ((253, 4, 0x86), (2, 4, 0x86), (5, 1, 0x00))
LAP = ((253, 4, 0x86), (2, 4, 0x86), (25, 1, 0x00))
RUN, RIDE, SWIM, WALK = 1, 2, 5, 11
#: Without step length: only what every running watch writes.
PLAIN = FIELDS[:3] + FIELDS[6:]


def file_of(*messages: bytes, size: int | None = None) -> bytes:
    body = message(0, ((0, 1, 0x00), (1, 2, 0x84)), [struct.pack("<BH", 4, 1)])
    body += b"".join(messages)
    head = struct.pack("<BBHI4s", 14, 0x10, 2132, len(body) if size is None else size, b".FIT")
    head += struct.pack("<H", crc(head))
    return head + body + struct.pack("<H", crc(head + body))


def running(first: int, last: int, cadence: int = 85, fractional: int = 64) -> bytes:
    rows = [
        struct.pack("<IBBHHHI", BEGIN + s, cadence, fractional, 2500, 800, 10500, 3000)
        for s in range(first, last)
    ]
    return message(RECORD, FIELDS, rows)


def riding(first: int, last: int) -> bytes:
    rows = [struct.pack("<IBBI", BEGIN + s, 90, 0, 9000) for s in range(first, last)]
    return message(RECORD, PLAIN, rows)


def session(sport: int, first: int, last: int, fields: object = SESSION, number: int = 18) -> bytes:
    row = struct.pack("<IIB", BEGIN + last, BEGIN + first, sport)
    return message(number, SESSION if fields is SESSION else LAP, [row])


def codes(run: watch_run.RecordedRun) -> list[str]:
    return [note.code for note in run.notes]


def assert_is_the_run(run: watch_run.RecordedRun) -> None:
    assert run.means["cadence_spm"] == pytest.approx(171.0)
    assert run.means["speed_mps"] == pytest.approx(3.0)
    assert run.sport == "running"


def test_a_duathlon_is_its_runs_only(tmp_path: Path) -> None:
    data = file_of(
        *(running(0, 60), riding(60, 180), running(180, 240)),
        *(session(RUN, 0, 60), session(RIDE, 60, 180), session(RUN, 180, 240)),
    )
    run = read(tmp_path, data)
    assert_is_the_run(run)
    assert run.duration_s == 118.0
    assert run.samples["time_s"][-1] == 239.0
    assert run.notes[0].reason.params == {"sports": ("cycling",)}


def test_a_triathlon_is_its_run_only(tmp_path: Path) -> None:
    data = file_of(
        *(riding(0, 200), running(200, 260)),
        *(session(SWIM, 0, 80), session(RIDE, 80, 200), session(RUN, 200, 260)),
    )
    run = read(tmp_path, data)
    assert_is_the_run(run)
    assert run.started_at.timestamp() % 1000 == (631_065_600 + BEGIN + 200) % 1000
    assert run.notes[0].reason.params == {"sports": ("swimming", "cycling")}


def test_sports_are_told_apart_by_laps_without_sessions(tmp_path: Path) -> None:
    laps = [session(RUN, 0, 60, LAP, 19), session(RIDE, 60, 120, LAP, 19)]
    run = read(tmp_path, file_of(running(0, 60), riding(60, 120), *laps))
    assert_is_the_run(run)
    assert run.duration_s == 59.0


def test_overlapping_sessions_never_mix_sports(tmp_path: Path) -> None:
    # An app that stamps every session with the end of the file.
    data = file_of(
        *(running(0, 60), riding(60, 180)), *(session(RUN, 0, 180), session(RIDE, 60, 180))
    )
    assert_is_the_run(read(tmp_path, data))


@pytest.mark.parametrize(("cadence", "strides"), [(170, False), (85, True), (200, False)])
def test_cadence_may_be_stored_as_steps(cadence: int, strides: bool, tmp_path: Path) -> None:
    run = read(tmp_path, file_of(running(0, 60, cadence, 0), session(RUN, 0, 60)))
    assert run.means["cadence_spm"] == pytest.approx(2 * cadence if strides else cadence)
    assert codes(run) == ([] if strides else ["watch_cadence_steps"])


def test_the_cadence_of_the_ride_does_not_decide_that_of_the_run(tmp_path: Path) -> None:
    rows = [struct.pack("<IBBI", BEGIN + s, 130, 0, 9000) for s in range(60, 600)]
    ride = message(RECORD, PLAIN, rows)
    data = file_of(running(0, 60), ride, session(RUN, 0, 60), session(RIDE, 60, 600))
    assert_is_the_run(read(tmp_path, data))


@pytest.mark.parametrize("after", [b"\0" * 16, b"x", b"\xff" * 100, b"\r\n"])
def test_what_comes_after_the_end_is_left_out(after: bytes, tmp_path: Path) -> None:
    run = read(tmp_path, fit_file() + after)
    assert_is_the_run(run)
    assert codes(run) == ["watch_file_odd"]


def test_two_files_in_one_are_read_both(tmp_path: Path) -> None:
    run = read(tmp_path, fit_file(range(30)) + fit_file(range(30, 60)))
    assert len(run.samples["time_s"]) == 60
    assert codes(run) == []


def test_a_size_of_zero_is_worked_out(tmp_path: Path) -> None:
    data = file_of(running(0, 60), session(RUN, 0, 60), size=0)
    for made in (data, data[:-2]):
        run = read(tmp_path, made)
        assert_is_the_run(run)
        assert codes(run) == ["watch_file_odd"]


def test_a_wrong_checksum_alone_is_no_reason_to_refuse(tmp_path: Path) -> None:
    assert_is_the_run(read(tmp_path, fit_file()[:-2] + b"\x12\x34"))


def test_running_dynamics_make_a_run_of_a_file_without_a_session(tmp_path: Path) -> None:
    run = read(tmp_path, file_of(running(0, 60)))
    assert_is_the_run(run)
    assert codes(run) == ["watch_sport_unsaid"]
    with pytest.raises(InputError, match="does not say which sport"):
        read(tmp_path, file_of(riding(0, 60)))


def test_a_developer_without_a_name_is_passed_over(tmp_path: Path) -> None:
    described = message(
        206, ((0, 1, 2), (1, 1, 2), (2, 1, 2), (3, 6, 7)), [bytes((0, 0, 0x84)) + b"Power\0"]
    )
    fields = b"".join(struct.pack("BBB", *field) for field in FIELDS)
    definition = (
        struct.pack("<BBBHB", 0x60, 0, 0, RECORD, len(FIELDS)) + fields + bytes((1, 0, 2, 0))
    )
    rows = b"".join(
        b"\0" + struct.pack("<IBBHHHIH", BEGIN + s, 85, 64, 2500, 800, 10500, 3000, 250)
        for s in range(60)
    )
    for before in (described, b""):
        run = read(tmp_path, file_of(before, definition + rows, session(RUN, 0, 60)))
        assert_is_the_run(run)


def test_fields_of_odd_sizes_are_passed_over(tmp_path: Path) -> None:
    odd = (*FIELDS, (90, 3, 0x84))  # three bytes cannot hold numbers of two
    rows = [
        struct.pack("<IBBHHHI3s", BEGIN + s, 85, 64, 2500, 800, 10500, 3000, b"abc")
        for s in range(60)
    ]
    assert_is_the_run(read(tmp_path, file_of(message(RECORD, odd, rows), session(RUN, 0, 60))))


def test_impossible_values_are_missing(tmp_path: Path) -> None:
    rows = [
        struct.pack("<IBBHHHI", BEGIN + s, 85, 0, 60_000, 60_000, 60_000, 60_000) for s in range(60)
    ]
    run = read(tmp_path, file_of(message(RECORD, FIELDS, rows), session(RUN, 0, 60)))
    assert set(run.means) == {"cadence_spm"}


def test_a_clock_that_was_wrong_at_first_does_not_make_a_run_of_years(tmp_path: Path) -> None:
    early = message(
        RECORD, FIELDS, [struct.pack("<IBBHHHI", BEGIN - 10**8, 85, 64, 2500, 800, 10500, 3000)]
    )
    run = read(tmp_path, file_of(early, running(0, 60), session(RUN, 0, 60)))
    assert run.duration_s == 59.0


def test_a_walk_is_no_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the watch says walking"):
        read(tmp_path, file_of(running(0, 60), session(WALK, 0, 60)))
