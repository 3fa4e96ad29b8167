"""The manifest: a table (CSV) with a row for each clip and what is known of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import fields
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final, get_type_hints

from leanline.batch.fetch import is_address, opened, shown
from leanline.batch.task import FILES, Clip
from leanline.errors import InputError, UsageError
from leanline.inputs import MAX_TEXT_BYTES, check_file, is_there
from leanline.settings import Settings

PATH: Final = "path"
OWN: Final = "x_"
_SETTINGS: Final = tuple(field.name for field in fields(Settings))
_KINDS: Final = get_type_hints(Settings)
COLUMNS: Final = (PATH, "id", "athlete", *_SETTINGS)


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
        where = f"{shown(manifest)}, line {rows.line_num}"
        if len(cells) > len(names):
            raise InputError(
                f"{where}: {len(cells)} values for {len(names)} columns.",
                hint='Put text that holds a comma in quotes: "Doe, Jane".',
            )
        row = {name: cell.strip() for name, cell in zip(names, cells, strict=False)}
        clip = _clip(row, manifest, options, where, decimal_comma=separator == ";")
        if clip.id in clips:
            raise InputError(
                f"{where}: {clip.id} was in line {clips[clip.id][0]} already.",
                hint="Give each its own name in a column id, such as run1-left-runner.",
            )
        clips[clip.id] = (rows.line_num, clip)
    if not clips:
        raise InputError(f"{shown(manifest)} names no clips.", hint=_hint())
    return tuple(clip for _, clip in clips.values())


def _text(manifest: str) -> str:
    try:
        if is_address(manifest):
            with opened(manifest) as file:
                return str(file.read().decode("utf-8-sig"))
        check_file(Path(manifest), MAX_TEXT_BYTES)
        return Path(manifest).read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{shown(manifest)} is no text in UTF-8.", hint="Save it as CSV UTF-8."
        ) from error
    except OSError as error:
        raise InputError(
            f"{shown(manifest)} cannot be read: {error.strerror or error}.",
            hint="Check the name and the rights.",
        ) from error


def _separator(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _check_names(names: list[str], manifest: str) -> None:
    where = f"{shown(manifest)}, line 1"
    if PATH not in names:
        raise InputError(f"{where}: there is no column {PATH}.", hint=_hint())
    for name in names:
        if name not in COLUMNS and not name.startswith(OWN):
            close = get_close_matches(name, COLUMNS, 1)
            meant = f" Did you mean {close[0]}?" if close else ""
            raise InputError(f"{where}: nobody knows a column {name!r}.{meant}", hint=_hint())
        if names.count(name) > 1:
            raise InputError(f"{where}: there are two columns {name}.", hint=_hint())


def _hint() -> str:
    return f"Columns are {', '.join(COLUMNS)}; your own begin with {OWN}."


def _clip(
    row: Mapping[str, str],
    manifest: str,
    options: Mapping[str, Any],
    where: str,
    *,
    decimal_comma: bool,
) -> Clip:
    path = row.get(PATH, "")
    if not path:
        raise InputError(f"{where}: the path is missing.", hint=_hint())
    known = dict(options)
    for name in _SETTINGS:
        if row.get(name):
            known[name] = _value(name, row[name], manifest, where, decimal_comma=decimal_comma)
    try:
        settings = Settings(**known)
    except UsageError as error:
        text = re.sub(r"--[a-z-]+", _column, str(error))
        raise InputError(f"{where}: {text}", hint=error.hint or _hint()) from error
    return Clip(
        id=row.get("id") or path,
        source=_beside(manifest, path),
        settings=settings,
        athlete=row.get("athlete") or None,
        extra={name: row[name] for name in row if name.startswith(OWN)},
    )


def _value(
    name: str, text: str, manifest: str, where: str, *, decimal_comma: bool
) -> str | float | int:
    if name in FILES:
        # The title of a shipped set of names is no file.
        there = _beside(manifest, text)
        return text if name == "names" and not is_there(Path(there)) else there
    whole, broken = _KINDS[name] == int | None, _KINDS[name] == float | None
    if not (whole or broken):
        return text
    kind, such, what = (int, "2", "whole number") if whole else (float, "1.78", "number")
    try:
        return kind(text.replace(",", ".") if decimal_comma else text)
    except ValueError as error:
        raise InputError(
            f"{where}: {name} must be a {what}, not {text!r}.", hint=f"Such as {such}."
        ) from error


def _column(option: re.Match[str]) -> str:
    """The column that says what an option of the command line says."""
    name = option[0].removeprefix("--").replace("-", "_")
    return next((own for own in _SETTINGS if own == name or own.startswith(f"{name}_")), option[0])


def _beside(manifest: str, path: str) -> str:
    """A path as seen from the manifest's folder."""
    if is_address(path):
        return path
    if is_address(manifest):
        return f"{manifest.rpartition('/')[0]}/{path.lstrip('/')}"
    return str(Path(manifest).parent / path)
