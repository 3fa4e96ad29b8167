"""The manifest: a table (CSV) with a row for each clip and what is known of it."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_type_hints

from leanline.batch.fetch import is_address, opened, shown
from leanline.batch.task import FILES, Clip
from leanline.errors import InputError, UsageError, why_refused
from leanline.inputs import MAX_TEXT_BYTES, check_file, is_there
from leanline.reason import Param
from leanline.settings import Settings

PATH: Final = "path"
OWN: Final = "x_"
_SETTINGS: Final = tuple(field.name for field in fields(Settings))
_KINDS: Final = get_type_hints(Settings)
COLUMNS: Final = (PATH, "id", "athlete", *_SETTINGS)


@dataclass(frozen=True)
class _Line:
    """Where in a manifest something stands, and how numbers are written there."""

    manifest: str
    number: int
    decimal_comma: bool = False

    def error(self, code: str, **params: Param) -> InputError:
        """What is wrong in this line."""
        return InputError(code, path=shown(self.manifest), line=self.number, **params)


def read_manifest(manifest: str, options: Mapping[str, Any]) -> tuple[Clip, ...]:
    """The clips of a manifest, in its order.

    The first line names the columns: ``path`` (from the manifest's own folder, or an address),
    ``id`` (needed when a path comes twice), ``athlete``, any of ``Settings`` (``height_m``,
    ``speed_mps``, ``slow_motion``, ``standing``...), and columns of one's own that begin with
    ``x_``. Empty is not known; then ``options``, which hold for all clips, are taken. Commas,
    semicolons or tabs between; with semicolons a decimal comma too.

    Raises
    ------
    InputError
        It cannot be read, or a line is wrong; the message names the line.
    """
    text = _text(manifest)
    separator = _separator(text)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
    names = [name.strip() for name in next(rows, [])]
    _check_names(names, manifest)
    clips: dict[str, tuple[int, Clip]] = {}
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        line = _Line(manifest, rows.line_num, decimal_comma=separator == ";")
        if len(cells) > len(names):
            raise line.error("manifest.too_many_values", values=len(cells), named=len(names))
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        clip = _clip(row, options, line)
        if clip.id in clips:
            raise line.error("manifest.duplicate_clip", clip=clip.id, first_line=clips[clip.id][0])
        clips[clip.id] = (rows.line_num, clip)
    if not clips:
        raise InputError("manifest.no_clips", path=shown(manifest), columns=COLUMNS)
    return tuple(clip for _, clip in clips.values())


def _text(manifest: str) -> str:
    try:
        if is_address(manifest):
            with opened(manifest) as file:
                return str(file.read().decode("utf-8-sig"))
        check_file(Path(manifest), MAX_TEXT_BYTES)
        return Path(manifest).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("manifest.not_utf8", path=shown(manifest)) from error
    except OSError as error:
        raise InputError(
            "input.unreadable", path=shown(manifest), why=why_refused(error)
        ) from error


def _separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _check_names(names: list[str], manifest: str) -> None:
    line = _Line(manifest, 1)
    if PATH not in names:
        raise line.error("manifest.no_path_column", columns=COLUMNS)
    for name in names:
        if name not in COLUMNS and not name.startswith(OWN):
            close = get_close_matches(name, COLUMNS, 1)
            if close:
                raise line.error(
                    "manifest.misspelt_column", column=name, meant=close[0], columns=COLUMNS
                )
            raise line.error("manifest.unknown_column", column=name, columns=COLUMNS)
        if names.count(name) > 1:
            raise line.error("manifest.duplicate_column", column=name, columns=COLUMNS)


def _clip(row: Mapping[str, str], options: Mapping[str, Any], line: _Line) -> Clip:
    path = row.get(PATH, "")
    if not path:
        raise line.error("manifest.path_missing", columns=COLUMNS)
    known = dict(options)
    for name in _SETTINGS:
        if row.get(name):
            known[name] = _value(name, row[name], line)
    try:
        settings = Settings(**known)
    except UsageError as error:
        raise line.error("manifest.setting", problem=error.reason, columns=COLUMNS) from error
    return Clip(
        id=row.get("id") or path,
        source=_beside(line.manifest, path),
        settings=settings,
        athlete=row.get("athlete") or None,
        extra={name: row[name] for name in row if name.startswith(OWN)},
    )


def _value(name: str, text: str, line: _Line) -> str | float | int:
    if name in FILES:
        # The title of a shipped set of names is no file.
        there = _beside(line.manifest, text)
        return text if name == "names" and not is_there(Path(there)) else there
    whole, broken = _KINDS[name] == int | None, _KINDS[name] == float | None
    if not (whole or broken):
        return text
    number = text.replace(",", ".") if line.decimal_comma else text
    try:
        return int(number) if whole else float(number)
    except ValueError as error:
        if whole:
            raise line.error("manifest.not_a_whole_number", column=name, value=text) from error
        raise line.error("manifest.not_a_number", column=name, value=text) from error


def _beside(manifest: str, path: str) -> str:
    """A path as seen from the manifest's folder."""
    if is_address(path):
        return path
    if is_address(manifest):
        return f"{manifest.rpartition('/')[0]}/{path.lstrip('/')}"
    return str(Path(manifest).parent / path)
