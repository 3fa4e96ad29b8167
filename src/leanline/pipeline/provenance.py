"""What made a result: version, pose source, settings, corrections and the input's hash."""

from __future__ import annotations

from typing import Any

from leanline.corrections import Corrections, to_plain
from leanline.model import Capture, Provenance
from leanline.settings import Settings
from leanline.version import __version__


def provenance_of(
    capture: Capture, settings: Settings, corrections: Corrections, input_sha256: str
) -> Provenance:
    """Record what an analysis is made from.

    Parameters
    ----------
    capture
        With the name of its pose source.
    settings
        As given.
    corrections
        What a person corrected by hand; recorded if there are any.
    input_sha256
        Hash of the input; may be empty.

    Returns
    -------
    Provenance
        With this version of leanline.
    """
    return Provenance(
        __version__, capture.source, _settings_record(settings, corrections), input_sha256
    )


def _settings_record(settings: Settings, corrections: Corrections) -> dict[str, Any]:
    known = settings.values()
    return {**known, "corrections": [to_plain(c) for c in corrections]} if corrections else known
