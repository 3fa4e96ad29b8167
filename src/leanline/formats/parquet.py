"""Parquet, which needs the package pyarrow: an extra, as it is larger than leanline itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from leanline.errors import UsageError
from leanline.files import written_atomically
from leanline.model import Array


def load_pyarrow() -> Any:  # noqa: ANN401
    """Return the module ``pyarrow``, with ``pyarrow.parquet`` loaded.

    Raises
    ------
    UsageError
        It is not installed.
    """
    try:
        import pyarrow as pa
        import pyarrow.parquet
    except ModuleNotFoundError as error:
        raise UsageError("package.pyarrow") from error
    return pa


def write_parquet(columns: Mapping[str, Sequence[object] | Array], path: Path) -> None:
    """Write columns as Parquet, completely or not at all.

    Parameters
    ----------
    columns
        Of equal length, by name; NaN and None become null.
    path
        The file.

    Raises
    ------
    UsageError
        pyarrow is not installed.
    """
    pa = load_pyarrow()
    table = pa.table({name: pa.array(values, from_pandas=True) for name, values in columns.items()})
    with written_atomically(path) as part:
        pa.parquet.write_table(table, part)
