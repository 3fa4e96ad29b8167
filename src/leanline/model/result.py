"""The result of an analysis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, Literal

from leanline.deprecation import warn_renamed
from leanline.languages import ENGLISH
from leanline.model.basics import Activity, Direction, Surface, View
from leanline.model.capture import Capture, VideoInfo
from leanline.model.drill import Drill
from leanline.model.estimate import Estimate
from leanline.model.notes import AnalysisWarning
from leanline.model.runner import Contact, Runner
from leanline.reason import Reason
from leanline.result_wording import finding_text
from leanline.skeleton import Side

MetricQuality = Literal["good", "fair", "poor", "withheld"]
#: ``change``: something to work on; ``keep``: fine as it is; ``open``: too close to tell.
Outcome = Literal["change", "keep", "open", "unmeasured"]


@dataclass(frozen=True)
class Camera:
    """Camera attitude and scale at the runner.

    Parameters
    ----------
    roll_deg
        Positive clockwise as the photographer sees it.
    moving
        Whether the camera moves.
    metres_per_px
        Scale at the runner; None if unknown.
    yaw_deg
        Angle by which the runner's path turns towards the camera; None if no single angle
        describes it.
    """

    roll_deg: Estimate
    moving: bool
    metres_per_px: Estimate | None
    yaw_deg: Estimate | None = None


@dataclass(frozen=True)
class Metric:
    """One number or category about the movement, summarised over the steps.

    Parameters
    ----------
    id
        Stable name that ends in the unit, such as ``lean_body_deg``.
    value
        Mean over the steps, or a category; None if not measured.
    ci95
        Lower and upper end of the 95 % interval of the mean.
    sd
        Standard deviation from step to step of the same foot.
    n
        Number of steps behind the value.
    left, right
        Means of the two feet.
    quality
        ``good``, ``fair`` or ``poor``: steps, frame rate and how clearly the runner is seen;
        ``withheld`` without a value.
    why
        Why it was not measured; None if it was.
    sdc95
        Smallest change between two clips that is more than measurement error (95 %).
    minus_standing
        The value minus that of the same runner standing tall, if a standing clip was given.
    shared_sd
        Standard deviation of the part of its error that all clips of the same runner share, so
        that it does not average out over clips; None if unknown.
    """

    id: str
    value: float | str | None
    ci95: tuple[float, float] | None = None
    sd: float | None = None
    n: int = 0
    left: float | None = None
    right: float | None = None
    quality: MetricQuality = "withheld"
    why: Reason | None = None
    sdc95: float | None = None
    minus_standing: float | None = None
    shared_sd: float | None = None


@dataclass(frozen=True)
class Step:
    """One step: its contact and the values measured in it.

    Parameters
    ----------
    side
        Foot on the ground, the runner's own left or right.
    contact_s, toe_off_s
        Initial contact and toe-off, seconds.
    values
        By metric id, in the unit that the id ends in; NaN where not measured.
    """

    side: Side
    contact_s: float
    toe_off_s: float
    values: Mapping[str, float]


@dataclass(frozen=True)
class Finding:
    """One thing to tell the runner.

    Parameters
    ----------
    id
        Of the rule.
    step
        The method's step, 1 to 4.
    severity
        ``work_on`` and ``good`` are decided, ``watch`` is too close to tell.
    reasons
        Codes ``finding.RULE.SENTENCE``. Parameters are named after metrics: the value, ``_low``
        and ``_high`` of its interval, and the rule's threshold as ``_above`` or ``_below``;
        ``certainty`` is ``clearly`` or ``probably``.
    evidence
        Grade of the evidence, A to D.
    frames_s
        Times in the clip that show it best, seconds.
    probability
        That the finding is true, 0 to 1; None in results from before probabilities.
    """

    id: str
    step: int
    severity: Literal["work_on", "watch", "good"]
    reasons: tuple[Reason, ...]
    evidence: str
    frames_s: tuple[float, ...] = ()
    probability: float | None = None

    @property
    def text(self) -> str:
        """The sentences in English; ``leanline.result_wording`` has the other languages."""
        return finding_text(self.reasons, ENGLISH)


@dataclass(frozen=True)
class Verdict:
    """What a clip decides about one step of the method, in one sentence.

    Parameters
    ----------
    id
        Stable name of the verdict, such as ``assess``.
    step
        The method's step, 1 to 4.
    outcome
        Whether it calls for a change.
    statement
        Id of the rule or statement that the sentence makes; empty when nothing is stated.
    reasons
        The sentence, with parameters as those of a finding.
    probability
        That the statement is true, 0 to 1; None if nothing was measured.
    """

    id: str
    step: int
    outcome: Outcome
    statement: str
    reasons: tuple[Reason, ...]
    probability: float | None = None

    @property
    def text(self) -> str:
        """The sentence in English; ``leanline.result_wording`` has the other languages."""
        return finding_text(self.reasons, ENGLISH)


@dataclass(frozen=True)
class Provenance:
    """What made a result.

    Parameters
    ----------
    leanline
        Version.
    pose_model
        Name of the pose source, such as ``blazepose-heavy``.
    settings
        The settings that were given.
    input_sha256
        Hash of the input, hexadecimal.
    """

    leanline: str
    pose_model: str
    settings: Mapping[str, Any]
    input_sha256: str


@dataclass(frozen=True)
class Analysis:
    """The whole result of one clip: what ``analysis.json`` holds.

    Parameters
    ----------
    video
        The clip.
    activity
        ``running``, ``walking``, ``standing`` or ``none``.
    view
        ``side``, ``front`` or ``back``.
    direction
        Direction the runner faces in the picture; None from the front or the back.
    surface
        ``treadmill``, ``overground`` or ``unknown``.
    camera
        Attitude and scale.
    metrics
        By id, also those that were not measured.
    contacts
        Of both feet, in order of time, seconds of the clip.
    steps
        In order of time.
    findings
        At most three, the most important first.
    warnings
        What readers of the result should know about the clip.
    provenance
        What made the result.
    drill
        The standing drill; None for other activities.
    verdicts
        One for each step of the method that the clip shows.
    runner
        The pose that the numbers were measured on; None after reading a file.
    capture
        The raw keypoints; None after reading a file.
    """

    video: VideoInfo
    activity: Activity
    view: View
    direction: Direction | None
    surface: Surface
    camera: Camera
    metrics: Mapping[str, Metric]
    contacts: tuple[Contact, ...]
    steps: tuple[Step, ...]
    findings: tuple[Finding, ...]
    warnings: tuple[AnalysisWarning, ...]
    provenance: Provenance
    drill: Drill | None = None
    verdicts: tuple[Verdict, ...] = ()
    runner: Runner | None = field(default=None, repr=False, compare=False)
    capture: Capture | None = field(default=None, repr=False, compare=False)

    def plot_steps(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_steps``; to be removed in 0.3."""
        return self._plot("plot_steps", axes)

    def plot_cycle(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_cycle``; to be removed in 0.3."""
        return self._plot("plot_cycle", axes)

    def plot_strike(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_strike``; to be removed in 0.3."""
        return self._plot("plot_strike", axes)

    def plot_standing(self, axes: Any = None) -> Any:  # noqa: ANN401
        """Old name of ``leanline.plot.plot_standing``; to be removed in 0.3."""
        return self._plot("plot_standing", axes)

    def _plot(self, name: str, axes: Any) -> Any:  # noqa: ANN401
        warn_renamed(f"Analysis.{name}()", f"leanline.plot.{name}(analysis)", stacklevel=4)
        return getattr(import_module("leanline.plot"), name)(self, axes)
