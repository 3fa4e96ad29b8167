"""Printing of results as JSON, for ``--json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import typer


def print_json(plain: Mapping[str, Any]) -> None:
    """Print an object of JSON values, indented.

    Parameters
    ----------
    plain
        Without NaN, which JSON does not know.
    """
    typer.echo(json.dumps(plain, indent=1, ensure_ascii=False, allow_nan=False))
