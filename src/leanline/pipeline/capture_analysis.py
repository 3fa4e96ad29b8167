"""From one person's keypoints to the analysis, by the plane that the clip was filmed in."""

from __future__ import annotations

from leanline.corrections import Corrections, given
from leanline.model import Analysis, Capture
from leanline.pipeline.frontal import analyze_frontal
from leanline.pipeline.provenance import provenance_of
from leanline.pipeline.refusals import refuse_lying
from leanline.pipeline.sagittal import analyze_sagittal
from leanline.runner.prepare import classify_view
from leanline.settings import Settings


def analyze_capture(
    capture: Capture,
    settings: Settings,
    input_sha256: str = "",
    *,
    corrections: Corrections = (),
) -> Analysis:
    """Analyse the keypoints of one person: everything after the pose.

    Parameters
    ----------
    capture
        Keypoints of one person and where they are from.
    settings
        What is known of the clip.
    input_sha256
        Hash of the input, for the provenance.
    corrections
        What a person corrected by hand; it overrides ``settings``.

    Returns
    -------
    Analysis
        Of the sagittal plane for a clip from the side, of the frontal plane otherwise.

    Raises
    ------
    NobodyError
        There is no gait and nobody standing to measure.
    """
    settings = settings.with_values(**given(corrections))  # type: ignore[arg-type]
    provenance = provenance_of(capture, settings, corrections, input_sha256)
    refuse_lying(capture)
    if classify_view(capture.pose) != "side":
        return analyze_frontal(capture, settings, provenance)
    return analyze_sagittal(capture, settings, provenance, corrections)
