"""Warnings about a clip."""

from __future__ import annotations

from dataclasses import dataclass

from leanline.model.basics import View
from leanline.reason import LEGACY, Param, Reason
from leanline.result_wording import warning_text


@dataclass(frozen=True)
class AnalysisWarning:
    """Something about the clip that readers of the result should know.

    Parameters
    ----------
    reason
        Code and numbers; the code begins with ``warning.``.
    companion
        The view of the companion clip that it is about; None for the clip itself.
    """

    reason: Reason
    companion: View | None = None

    @property
    def code(self) -> str:
        """The stable code without its kind, such as ``off_side``."""
        if self.reason.code == LEGACY:
            return str(self.reason.params.get("code", "legacy"))
        return self.reason.code.removeprefix("warning.")

    @property
    def text(self) -> str:
        """The sentence in English; ``leanline.wording`` has the other languages."""
        return warning_text(self.reason, self.companion)


def warning(code: str, **params: Param) -> AnalysisWarning:
    """Return a warning about the clip itself.

    Parameters
    ----------
    code
        Without its kind, such as ``off_side``.
    params
        Values of the placeholders in its sentence.

    Returns
    -------
    AnalysisWarning
        Of the clip itself.
    """
    return AnalysisWarning(Reason(f"warning.{code}", params))
