"""Cells and tables of the validation pages."""

from __future__ import annotations

from collections.abc import Iterable, Sequence


def number(value: float | None, factor: float = 1.0) -> str:
    """Three figures, or a dash."""
    return "-" if value is None else f"{factor * value:.3g}"


def percent(value: float | None) -> str:
    """A share, or a dash."""
    return "-" if value is None else f"{100 * value:.0f} %"


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    """A table, numbers to the right."""
    lines = ["| " + " | ".join(head) + " |", "|---" + "|--:" * (len(head) - 1) + "|"]
    return lines + ["| " + " | ".join(row) + " |" for row in rows]
