"""TRC and CSV as people and programs write them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from leanline.errors import InputError
from leanline.formats.cells import number
from leanline.formats.reading import read_track
from leanline.model import PoseTrack
from tests.foreign import runner_track

TRUE = runner_track(1.0, "m")
NAMES = tuple(name for name in TRUE.keypoints if name.startswith(("left", "right")))


def trc_lines(decimals: int = 9) -> list[str]:
    head = [
        "PathFileType\t4\t(X/Y/Z)\ta.trc",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate",
        f"60\t60\t{len(TRUE.time_s)}\t{len(NAMES)}\tm\t60",
        "Frame#\tTime\t" + "\t\t\t".join(NAMES) + "\t\t",
        "\t\t" + "\t".join(f"X{k}\tY{k}\tZ{k}" for k in range(1, len(NAMES) + 1)),
        "",
    ]
    rows = [
        "\t".join(
            [
                str(n),
                f"{time_s:.{decimals}f}",
                *(f"{v:.9f}" for name in NAMES for v in (*TRUE.point(name)[n - 1], 0.0)),
            ]
        )
        for n, time_s in enumerate(TRUE.time_s.tolist(), start=1)
    ]
    return [*head, *rows]


def csv_lines() -> list[str]:
    head = ["time_s", *(f"{name}_{axis}_m" for name in NAMES for axis in "xy")]
    rows = [
        [f"{time_s:.9f}", *(f"{v:.9f}" for name in NAMES for v in TRUE.point(name)[n])]
        for n, time_s in enumerate(TRUE.time_s.tolist())
    ]
    return [",".join(row) for row in [head, *rows]]


def on_line(number: int, change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    def changed(lines: list[str]) -> list[str]:
        return [*lines[: number - 1], change(lines[number - 1]), *lines[number:]]

    return changed


def in_rows(change: Callable[[str], str]) -> Callable[[list[str]], list[str]]:
    return lambda lines: [*lines[:6], *map(change, lines[6:])]


TRC: dict[str, Callable[[list[str]], list[str]]] = {
    "two tabs in line 3": on_line(3, lambda line: line.replace("\t", "\t\t")),
    "two tabs in line 2": on_line(2, lambda line: line.replace("\t", "\t\t")),
    "units with a capital": on_line(3, lambda line: line.replace("\tm\t", "\tMeters\t")),
    "names in lower case": on_line(2, str.lower),
    "Frame and Time (s)": on_line(4, lambda line: line.replace("Frame#\tTime", "Frame\tTime (s)")),
    "one tab between markers": on_line(4, lambda line: line.replace("\t\t\t", "\t")),
    "no empty line": lambda lines: [*lines[:5], *lines[6:]],
    "spaces in the rows": in_rows(lambda line: line.replace("\t", "  ")),
    "one space in the rows": in_rows(lambda line: line.replace("\t", " ")),
    "spaces everywhere": lambda lines: [line.replace("\t", "  ") for line in lines],
    "decimal commas": in_rows(lambda line: line.replace(".", ",")),
    "spaces around the numbers": in_rows(lambda line: line.replace("\t", " \t ")),
    "tabs at the ends": in_rows(lambda line: line + "\t\t\t"),
    "empty lines at the end": lambda lines: [*lines, "", "\t\t", ""],
}
CSV: dict[str, Callable[[str], str]] = {
    "semicolons": lambda line: line.replace(",", ";"),
    "semicolons and decimal commas": lambda line: line.replace(",", ";").replace(".", ","),
    "tabs and decimal commas": lambda line: line.replace(",", "\t").replace(".", ","),
    "quoted decimal commas": lambda line: (
        line if "time" in line else ",".join(f'"{c.replace(".", ",")}"' for c in line.split(","))
    ),
    "spaces after commas": lambda line: line.replace(",", ", "),
    "quotes after spaces": lambda line: ", ".join(f'"{cell}"' for cell in line.split(",")),
    "spaces alone": lambda line: line.replace(",", "  "),
    "a comma at the end": lambda line: line + ",",
    "units in brackets": lambda line: line.replace("_m", " [m]"),
    "units as words": lambda line: line.replace("_m", " (meters)"),
}


def assert_as_written(found: PoseTrack) -> None:
    np.testing.assert_allclose(found.time_s, TRUE.time_s, atol=1e-6)
    for name in NAMES:
        np.testing.assert_allclose(found.point(name), TRUE.point(name), atol=1e-6)


@pytest.mark.parametrize("dialect", TRC)
def test_a_trc_may_be_written_in_many_ways(dialect: str, tmp_path: Path) -> None:
    path = tmp_path / "a.trc"
    path.write_text("\n".join(TRC[dialect](trc_lines())) + "\n")
    assert_as_written(read_track(path))


@pytest.mark.parametrize("dialect", CSV)
def test_a_csv_may_be_written_in_many_ways(dialect: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(map(CSV[dialect], csv_lines())) + "\n")
    assert_as_written(read_track(path))


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_line_ends_and_encodings_do_not_matter(ending: str, encoding: str, tmp_path: Path) -> None:
    for name, lines in (("a.trc", trc_lines()), ("a.csv", csv_lines())):
        path = tmp_path / name
        path.write_bytes((ending.join(lines) + ending).encode(encoding))
        assert_as_written(read_track(path))


@pytest.mark.parametrize(
    "before", [["# made by hand", ""], ["sep=,"], ["// a program, of 2024"], ["", ""]]
)
def test_lines_before_the_header_of_a_csv_are_left_out(before: list[str], tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join([*before, *csv_lines()]) + "\n")
    assert_as_written(read_track(path))


def test_units_may_stand_below_the_header(tmp_path: Path) -> None:
    head, *rows = csv_lines()
    units = ",".join(["s", *["mm"] * (head.count(","))])
    rows = [
        ",".join([cell if k == 0 else f"{1000 * float(cell)}" for k, cell in enumerate(cells)])
        for cells in (row.split(",") for row in rows)
    ]
    path = tmp_path / "a.csv"
    path.write_text("\n".join([head.replace("_m", ""), units, *rows]) + "\n")
    assert_as_written(read_track(path))


def test_cells_trimmed_at_the_end_of_a_row_are_missing(tmp_path: Path) -> None:
    lines = trc_lines()
    lines[20:30] = [line.rsplit("\t", 6)[0] for line in lines[20:30]]
    (tmp_path / "a.trc").write_text("\n".join(lines) + "\n")
    rows = csv_lines()
    rows[15:25] = [line.rsplit(",", 4)[0] for line in rows[15:25]]
    (tmp_path / "a.csv").write_text("\n".join(rows) + "\n")
    for name in ("a.trc", "a.csv"):
        found = read_track(tmp_path / name)
        for point in NAMES[-2:]:
            missing = np.isnan(found.point(point)).any(axis=1)
            assert np.flatnonzero(missing).tolist() == list(range(14, 24))
        np.testing.assert_allclose(found.point(NAMES[0]), TRUE.point(NAMES[0]), atol=1e-6)


def test_times_rounded_to_two_decimals_are_counted_again(tmp_path: Path) -> None:
    (tmp_path / "a.trc").write_text("\n".join(trc_lines(decimals=2)).replace("60\t60", "60\t60"))
    found = read_track(tmp_path / "a.trc")
    np.testing.assert_allclose(found.time_s, TRUE.time_s, atol=0.006)


def test_times_rounded_until_they_stand_still_are_counted_by_the_rate(tmp_path: Path) -> None:
    lines = trc_lines()
    lines[2] = lines[2].replace("60", "240")
    for n in range(len(TRUE.time_s)):
        cells = lines[6 + n].split("\t")
        lines[6 + n] = "\t".join([cells[0], f"{n / 240:.2f}", *cells[2:]])
    (tmp_path / "a.trc").write_text("\n".join(lines))
    found = read_track(tmp_path / "a.trc")
    np.testing.assert_allclose(found.time_s, np.arange(len(TRUE.time_s)) / 240)


def test_times_that_fall_are_still_told(tmp_path: Path) -> None:
    lines = trc_lines()
    lines[10], lines[30] = lines[30], lines[10]
    (tmp_path / "a.trc").write_text("\n".join(lines))
    with pytest.raises(InputError, match="does not increase"):
        read_track(tmp_path / "a.trc")


def test_milliseconds_are_read_as_such(tmp_path: Path) -> None:
    head, *rows = csv_lines()
    rows = [
        ",".join([f"{1000 * float(first)}", rest])
        for first, _, rest in (row.partition(",") for row in rows)
    ]
    for name in ("time_ms", "Time (ms)", "timestamp_ms"):
        path = tmp_path / "a.csv"
        path.write_text("\n".join([head.replace("time_s", name), *rows]) + "\n")
        assert_as_written(read_track(path))


@pytest.mark.parametrize(
    ("cell", "value"),
    [("1.5", 1.5), ("1,5", 1.5), (" -2,5e-3 ", -0.0025), ('"3"', 3.0), (",5", 0.5), ("7", 7.0)],
)
def test_numbers_have_a_point_or_a_comma(cell: str, value: float) -> None:
    assert number(cell) == value


@pytest.mark.parametrize(
    "cell", ["", " ", "NaN", "-nan(ind)", "1.#QNAN", "#N/A", "null", "-", "inf"]
)
def test_what_is_missing_is_nan(cell: str) -> None:
    assert np.isnan(number(cell))


@pytest.mark.parametrize("cell", ["1.234,5", "1,234.5", "x", "1 2", "1,2,3"])
def test_anything_else_is_no_number(cell: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        number(cell)
