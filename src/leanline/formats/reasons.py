"""Reasons as plain JSON values, and back; sentences of files from before there were codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, TypeAlias

from leanline.model import AnalysisWarning
from leanline.reason import LEGACY, Reason, from_json, to_json
from leanline.wording.catalogue import LANGUAGE_CODES, catalogue, render

Json: TypeAlias = Any  # whatever json.loads may give

_FINDING: Final = "finding."


def reason_from_plain(entry: Mapping[str, Json] | None, text: str) -> Reason:
    """Read a reason.

    Parameters
    ----------
    entry
        Its code and parameters; None in files from before there were any.
    text
        Its sentence.

    Returns
    -------
    Reason
        The sentence itself where this version has no such code.

    Raises
    ------
    AttributeError, LookupError, TypeError, ValueError
        The entry is damaged.
    """
    if entry is None:
        return Reason(LEGACY, {"text": text})
    reason = from_json(entry)
    return reason if _is_known(reason) else Reason(LEGACY, {"text": text})


def _is_known(reason: Reason) -> bool:
    """Whether every language has words for it."""
    if reason.code.startswith(_FINDING):
        return all(reason.code in catalogue(language) for language in LANGUAGE_CODES)
    try:
        return all(render(reason, language) for language in LANGUAGE_CODES)
    except (KeyError, ValueError):
        return False


def warning_to_plain(warning: AnalysisWarning) -> dict[str, Json]:
    """A warning with its English sentence."""
    return {
        "code": warning.code,
        "text": warning.text,
        "reason": to_json(warning.reason),
        "companion": warning.companion,
    }


def warning_from_plain(entry: Mapping[str, Json]) -> AnalysisWarning:
    """Read a warning; its code stays also where only its sentence is known.

    Parameters
    ----------
    entry
        With ``code`` and ``text``.

    Returns
    -------
    AnalysisWarning
        As it was written.

    Raises
    ------
    AttributeError, LookupError, TypeError, ValueError
        The entry is damaged.
    """
    text = str(entry["text"])
    reason = reason_from_plain(entry["reason"], text)
    if reason.code == LEGACY:
        reason = Reason(LEGACY, {"code": str(entry["code"]), "text": text})
        return AnalysisWarning(reason)
    return AnalysisWarning(reason, entry["companion"])
