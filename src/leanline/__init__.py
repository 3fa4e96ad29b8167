"""Honest numbers about how a runner leans, lands and steps, from one phone video.

>>> import leanline
>>> analysis = leanline.analyze("run.mp4", height_m=1.78)  # doctest: +SKIP
>>> analysis.metrics["lean_body_deg"].value  # doctest: +SKIP
6.1

Everything public is in ``__all__`` and is imported when first used, so that
``import leanline`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final

from leanline.deprecation import renamed
from leanline.notebook import register_display
from leanline.version import __version__

if TYPE_CHECKING:
    from leanline.api import detect_contacts, measure_track
    from leanline.errors import (
        CancelledError,
        InputError,
        LeanlineError,
        NobodyError,
        UsageError,
    )
    from leanline.exporters import export
    from leanline.formats.analysis_json import read_analysis, write_analysis
    from leanline.formats.c3d_read import read_contacts
    from leanline.formats.reading import read_track
    from leanline.metrics.angles import joint_angles
    from leanline.model import (
        Analysis,
        AnalysisWarning,
        Camera,
        Contact,
        Estimate,
        Finding,
        Metric,
        PoseTrack,
        Provenance,
        Step,
        VideoInfo,
    )
    from leanline.pipeline import analyze
    from leanline.scoring.run import Score, score
    from leanline.settings import ClipInfo, Companions, PoseOptions, Settings

__all__ = [
    "Analysis",
    "AnalysisWarning",
    "Camera",
    "CancelledError",
    "ClipInfo",
    "Companions",
    "Contact",
    "Estimate",
    "Finding",
    "InputError",
    "LeanlineError",
    "Metric",
    "NobodyError",
    "PoseOptions",
    "PoseTrack",
    "Provenance",
    "Score",
    "Settings",
    "Step",
    "UsageError",
    "VideoInfo",
    "__version__",
    "analyze",
    "detect_contacts",
    "export",
    "joint_angles",
    "measure_track",
    "read_analysis",
    "read_contacts",
    "read_track",
    "score",
    "write_analysis",
]

_HOME: Final = {
    "analyze": "leanline.pipeline",
    "detect_contacts": "leanline.api",
    "measure_track": "leanline.api",
    "export": "leanline.exporters",
    "joint_angles": "leanline.metrics.angles",
    "read_contacts": "leanline.formats.c3d_read",
    "read_track": "leanline.formats.reading",
    "read_analysis": "leanline.formats.analysis_json",
    "write_analysis": "leanline.formats.analysis_json",
    "score": "leanline.scoring.run",
    "Score": "leanline.scoring.run",
    "ClipInfo": "leanline.settings",
    "Companions": "leanline.settings",
    "PoseOptions": "leanline.settings",
    "Settings": "leanline.settings",
    "CancelledError": "leanline.errors",
    "InputError": "leanline.errors",
    "LeanlineError": "leanline.errors",
    "NobodyError": "leanline.errors",
    "UsageError": "leanline.errors",
}


# Names of 0.1, to be removed in 0.3.
_RENAMED: Final = {"events": "detect_contacts", "Note": "AnalysisWarning"}


def __getattr__(name: str) -> object:
    if name in _RENAMED:
        return renamed("leanline", name, _RENAMED[name], import_module("leanline"))
    if name not in __all__:
        raise AttributeError(f"module 'leanline' has no attribute {name!r}")
    value: object = getattr(import_module(_HOME.get(name, "leanline.model")), name)
    globals()[name] = value
    return value


register_display()


def __dir__() -> list[str]:
    return sorted(__all__)
