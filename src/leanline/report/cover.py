"""What a person adds to a report: for whom it is, who hands it over, and notes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Cover:
    """The person's part of a report's first page.

    Parameters
    ----------
    runner
        Name of the runner.
    coach
        Who hands it over.
    logo
        The coach's logo, a PNG file; None without one.
    notes
        On this clip; lines are kept.
    above
        Markup for the screen only, above the page: what can be done with it.
    annex
        Whether all numbers follow the first page.
    """

    runner: str = ""
    coach: str = ""
    logo: bytes | None = None
    notes: str = ""
    above: str = ""
    annex: bool = True
