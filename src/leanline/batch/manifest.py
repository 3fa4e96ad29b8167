"""The manifest: a CSV file with one row per clip."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from leanline.batch.fetch import display_source, is_address, open_source
from leanline.batch.task import FILES, BatchClip
from leanline.deprecation import warn_renamed
from leanline.errors import InputError, UsageError, why_refused
from leanline.inputs import MAX_TEXT_BYTES, check_file, is_there
from leanline.quantities import PARSERS
from leanline.reason import Param
from leanline.settings import RENAMED, SETTING_TYPES, Settings

PATH: Final = "path"
EXTRA_PREFIX: Final = "x_"
_NUMBER: Final = re.compile(r"[+-]?\d+([.,]\d*)?")
COLUMNS: Final = (PATH, "id", "athlete", *SETTING_TYPES)


@dataclass(frozen=True)
class _Line:
    """A line of a manifest, and whether its numbers may use a decimal comma."""

    manifest: str
    number: int
    decimal_comma: bool = False

    def error(self, code: str, **params: Param) -> InputError:
        """Return an error that names the line."""
        return InputError(code, path=display_source(self.manifest), line=self.number, **params)


def read_manifest(manifest: str, options: Mapping[str, Any]) -> tuple[BatchClip, ...]:
    """Read the clips of a manifest.

    The first line names the columns: ``path`` (relative to the manifest, or an address), ``id``
    (required when a path occurs twice), ``athlete``, any field of ``Settings`` (``height_m``,
    ``speed_mps``, ``slow_motion``, ``rear_clip``...), and custom columns that begin with ``x_``.
    ``height_m`` and ``speed_mps`` may have another unit in the cell: ``5 ft 10``, ``10 km/h``.
    The separator is a comma, a semicolon or a tab; with semicolons, decimal commas are accepted
    too.

    Parameters
    ----------
    manifest
        Path or address of a CSV file in UTF-8.
    options
        Settings for the clips whose cells are empty.

    Returns
    -------
    tuple of BatchClip
        In the order of the lines, at least one.

    Raises
    ------
    InputError
        The manifest cannot be read, or a line is invalid; the message names the line.
    """
    text = _read_text(manifest)
    separator = _separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [_current_name(name.strip()) for name in next(rows, [])]
    _check_names(names, manifest)
    clips: dict[str, tuple[int, BatchClip]] = {}
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        line = _Line(manifest, rows.line_num, decimal_comma=separator == ";")
        if len(cells) > len(names):
            raise line.error("manifest.too_many_values", values=len(cells), named=len(names))
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        clip = _parse_clip(row, options, line)
        if clip.id in clips:
            raise line.error("manifest.duplicate_clip", clip=clip.id, first_line=clips[clip.id][0])
        clips[clip.id] = (rows.line_num, clip)
    if not clips:
        raise InputError("manifest.no_clips", path=display_source(manifest), columns=COLUMNS)
    return tuple(clip for _, clip in clips.values())


def _read_text(manifest: str) -> str:
    try:
        if is_address(manifest):
            with open_source(manifest) as file:
                return str(file.read().decode("utf-8-sig"))
        check_file(Path(manifest), MAX_TEXT_BYTES)
        return Path(manifest).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("manifest.not_utf8", path=display_source(manifest)) from error
    except OSError as error:
        raise InputError(
            "input.unreadable", path=display_source(manifest), why=why_refused(error)
        ) from error


def _separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _current_name(column: str) -> str:
    """The present name of a column; one that was renamed still works, with a warning."""
    if column not in RENAMED:
        return column
    warn_renamed(f"column {column}", RENAMED[column])
    return RENAMED[column]


def _check_names(names: list[str], manifest: str) -> None:
    line = _Line(manifest, 1)
    if PATH not in names:
        raise line.error("manifest.no_path_column", columns=COLUMNS)
    for name in names:
        if name not in COLUMNS and not name.startswith(EXTRA_PREFIX):
            matches = get_close_matches(name, COLUMNS, 1)
            if matches:
                raise line.error(
                    "manifest.misspelt_column", column=name, meant=matches[0], columns=COLUMNS
                )
            raise line.error("manifest.unknown_column", column=name, columns=COLUMNS)
        if names.count(name) > 1:
            raise line.error("manifest.duplicate_column", column=name, columns=COLUMNS)


def _parse_clip(row: Mapping[str, str], options: Mapping[str, Any], line: _Line) -> BatchClip:
    path = row.get(PATH, "")
    if not path:
        raise line.error("manifest.path_missing", columns=COLUMNS)
    values = dict(options)
    for name in SETTING_TYPES:
        if row.get(name):
            values[name] = _parse_value(name, row[name], line)
    try:
        settings = Settings(**values)
    except UsageError as error:
        raise line.error("manifest.setting", problem=error.reason, columns=COLUMNS) from error
    return BatchClip(
        id=row.get("id") or path,
        source=_resolve(line.manifest, path),
        settings=settings,
        athlete=row.get("athlete") or None,
        extra={name: row[name] for name in row if name.startswith(EXTRA_PREFIX)},
    )


def _parse_value(name: str, text: str, line: _Line) -> str | float | int:
    if name in FILES:
        # ``keypoint_names`` may be the title of a shipped set of keypoint names instead of a file.
        path = _resolve(line.manifest, text)
        return text if name == "keypoint_names" and not is_there(Path(path)) else path
    if name in PARSERS and not _is_number(text):
        return text
    whole = SETTING_TYPES[name] == int | None
    decimal = SETTING_TYPES[name] == float | None or name in PARSERS
    if not (whole or decimal):
        return text
    number = text.replace(",", ".") if line.decimal_comma else text
    try:
        return int(number) if whole else float(number)
    except ValueError as error:
        if whole:
            raise line.error("manifest.not_a_whole_number", column=name, value=text) from error
        raise line.error("manifest.not_a_number", column=name, value=text) from error


def _is_number(text: str) -> bool:
    """Whether a cell holds a number alone, which is in the unit of its column."""
    return _NUMBER.fullmatch(text) is not None


def _resolve(manifest: str, path: str) -> str:
    """Resolve a path relative to the manifest's folder."""
    if is_address(path):
        return path
    if is_address(manifest):
        return f"{manifest.rpartition('/')[0]}/{path.lstrip('/')}"
    return str(Path(manifest).parent / path)
