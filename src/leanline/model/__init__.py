"""The data that flows through leanline: frozen, validated once, missing values NaN.

video -> ``VideoInfo`` -> pose -> ``Capture`` -> runner -> ``Runner`` -> gait -> ``Gait``
-> metrics -> ``Metric`` -> findings -> ``Finding`` -> ``Analysis``

Axes: x to the right of the picture (along the running direction once the runner is
oriented), y up. Times are seconds of the clip's own time stamps.
"""

from leanline.model.basics import Activity, Array, Direction, Surface, Unit, View, frozen_array
from leanline.model.capture import CameraMotion, Capture, PersonPath, SceneEvidence, VideoInfo
from leanline.model.drill import BreakName, Drill, Repetition
from leanline.model.estimate import Estimate
from leanline.model.found import FoundPeople
from leanline.model.notes import AnalysisWarning, warning
from leanline.model.result import (
    Analysis,
    Camera,
    Finding,
    Metric,
    MetricQuality,
    Outcome,
    Provenance,
    Step,
    Verdict,
)
from leanline.model.runner import Contact, Rhythm, Runner
from leanline.model.track import PoseTrack

__all__ = [
    "Activity",
    "Analysis",
    "AnalysisWarning",
    "Array",
    "BreakName",
    "Camera",
    "CameraMotion",
    "Capture",
    "Contact",
    "Direction",
    "Drill",
    "Estimate",
    "Finding",
    "FoundPeople",
    "Metric",
    "MetricQuality",
    "Outcome",
    "PersonPath",
    "PoseTrack",
    "Provenance",
    "Repetition",
    "Rhythm",
    "Runner",
    "SceneEvidence",
    "Step",
    "Surface",
    "Unit",
    "Verdict",
    "VideoInfo",
    "View",
    "frozen_array",
    "warning",
]
