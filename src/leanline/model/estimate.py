"""Numbers with their uncertainty and evidence."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.reason import Reason
from leanline.result_wording import sources_text


@dataclass(frozen=True)
class Estimate:
    """A number with its 95 % interval and the evidence behind it.

    Parameters
    ----------
    value
        The number, in the unit that its name ends in.
    ci95
        Lower and upper end of the 95 % interval.
    sources
        The kinds of evidence behind it.
    conflicting
        Whether they disagree, which widens the interval.
    """

    value: float
    ci95: tuple[float, float]
    sources: tuple[Reason, ...]
    conflicting: bool = False

    @property
    def source(self) -> str:
        """The sources in English; ``leanline.wording`` has the other languages."""
        return sources_text(self.sources, self.conflicting)
