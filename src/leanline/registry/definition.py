"""What an entry of the registry consists of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, cast

from leanline.registry.formats import FORMATS, NumberFormat, Unit, unit_of
from leanline.skeleton import SIDES

Section = Literal["assess", "stand", "run", "land"]
Plane = Literal["sagittal", "frontal", "any"]
Kind = Literal["angle", "length", "time", "rate", "speed", "share", "count", "label"]
Window = Literal[
    "mid-stance",
    "stance",
    "stride",
    "initial contact",
    "toe-off",
    "step",
    "clip",
    "lean",
    "hold",
]
# A: trials or meta-analysis; B: consistent laboratory or cohort data; C: one study or an
# association; D: coaching opinion or geometry only.
Grade = Literal["A", "B", "C", "D"]


@dataclass(frozen=True)
class Band:
    """A range that a metric is held against.

    Parameters
    ----------
    name
        How it is known.
    low, high
        Its ends, in the metric's unit.
    grade
        What the evidence for it is worth, from A (trials) to D (coaching opinion or geometry).
    why
        Where it is from, in one or two sentences.
    sources
        Keys of ``sources.toml``.
    """

    name: str
    low: float
    high: float
    grade: Grade
    why: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class Threshold:
    """A value beyond which a finding or a cue may speak.

    Parameters
    ----------
    name
        By which rules refer to it.
    value
        In the metric's unit.
    why
        Where it is from, in one or two sentences.
    sources
        Keys of ``sources.toml``.
    """

    name: str
    value: float
    why: str
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class StepMetric:
    """How a metric that is measured in every step takes on the errors of a clip.

    Parameters
    ----------
    needs
        Keypoints without which it is not measured.
    residual
        Standard deviation of what stays wrong however many steps there are, in the metric's
        unit, for a pose source whose own is not known (the profiles have that of BlazePose).
    change
        No smaller change is called real, whatever the interval says: published smallest
        detectable changes of video analysis one week apart where there are any.
    roll
        How much one degree of camera roll changes it, in its unit.
    along
        Whether it grows with lengths along the path, which yaw foreshortens.
    timed
        Whether it depends on the moment of contact, so that a low frame rate hurts it.
    blur
        The power of the keypoints' scatter with which the residual grows.
    """

    needs: tuple[str, ...]
    residual: float
    change: float
    roll: float = 0.0
    along: bool = False
    timed: bool = False
    blur: float = 1.0


@dataclass(frozen=True, kw_only=True)
class MetricDefinition:
    """Everything that is fixed about one metric.

    Parameters
    ----------
    id
        Stable name; its ending is the unit (see ``formats.unit_of``).
    label
        Name for a narrow table, in English. The names of the report are in its texts, under
        ``metrics.ID``, for every language.
    section
        Step of the method that it belongs to.
    kind, plane, window
        What sort of quantity it is, the plane it is measured in, and when.
    definition
        What is measured between which points, in one sentence.
    higher
        What a larger value means.
    grade, sources
        What the evidence for its use is worth, and keys of ``sources.toml``.
    defined_by
        Keys of the publications that the definition follows.
    plausible
        Values outside are an error of measurement, not a way of running; in its unit.
    axis
        Part of the number line that the report draws, in its unit.
    band
        Coaching band, for the few that have one.
    thresholds
        Values that findings and cues go by.
    number
        Number format where it is not that of the unit.
    fallback
        Metric shown in its place where this one was not measured.
    in_report
        Whether the report has a row for it.
    any_speed
        Whether it may be compared between clips at different speeds: only the speed itself, as
        most numbers change with it.
    step
        Error model of a metric that is measured in every step.
    """

    id: str
    label: str
    section: Section
    kind: Kind
    plane: Plane
    window: Window
    definition: str
    higher: str = ""
    grade: Grade = "D"
    sources: tuple[str, ...] = ()
    defined_by: tuple[str, ...] = ()
    plausible: tuple[float, float] | None = None
    axis: tuple[float, float] | None = None
    band: Band | None = None
    thresholds: tuple[Threshold, ...] = ()
    number: str | None = None
    fallback: str | None = None
    in_report: bool = True
    any_speed: bool = False
    step: StepMetric | None = None

    @property
    def unit(self) -> Unit | None:
        """The unit that values are stored in; None for labels and counts."""
        return unit_of(self.id)

    @property
    def format(self) -> NumberFormat:
        """How its numbers are written for a person; lengths below half a metre in centimetres."""
        return FORMATS[self.number or self.unit or "plain"]

    @property
    def smallest_change(self) -> float | None:
        """No smaller change is called real; None where nothing is published."""
        return self.step.change if self.step else None

    def threshold(self, name: str) -> float:
        """The value of a threshold, or of an end of the band (``band.low``, ``band.high``).

        Raises
        ------
        KeyError
            The metric has no threshold of that name.
        """
        if self.band is not None and name in ("band.low", "band.high"):
            return cast("float", getattr(self.band, name.removeprefix("band.")))
        for threshold in self.thresholds:
            if threshold.name == name:
                return threshold.value
        raise KeyError(f"{self.id} has no threshold {name!r}")


def both_sides(*parts: str) -> tuple[str, ...]:
    """The left and right keypoints of some parts of the body.

    Parameters
    ----------
    parts
        Such as ``hip``.

    Returns
    -------
    tuple of str
        Such as ``left_hip`` and ``right_hip``, part by part.
    """
    return tuple(f"{side}_{part}" for part in parts for side in SIDES)
