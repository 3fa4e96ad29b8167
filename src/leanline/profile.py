"""What is known of a pose source: one profile for each, carried by the capture.

A network puts its keypoints where annotators clicked, shows gait events a little early or
late and makes errors of its own size. All of that was learned from people whose joints are
known (``python -m tools.profiles``) and stands in ``leanline/assets/profiles``: a table of
shifts to the joint centres (CSV) and the rest (TOML). Pose tracks from elsewhere have a
profile too, which leaves their points as they are.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

Table = NDArray[np.float64]

#: The source whose points are taken as joint centres; any source that is not known counts as it.
MARKERS: Final = "markers"

# Leg (hip to ankle) and trunk (hip to shoulder joint) as shares of stature: 0.491 and 0.288
# (Drillis & Contini 1966, in Winter 2009).
LEG_SHARE: Final = 0.491
TRUNK_SHARE: Final = 0.288


@dataclass(frozen=True, eq=False)
class JointModel:
    """Linear model from what a network shows in one frame to shifts of its keypoints.

    Lengths are in leg lengths, in the picture's axes with the runner facing +x.

    Parameters
    ----------
    features
        Names of the F features, as ``runner.joint_centres`` makes them.
    targets
        Names of the P keypoints that are moved, such as ``near_hip``.
    mean
        (F,) mean of the features in training.
    precision
        (F, F) inverse covariance of the features in training: it fills in what is missing and
        tells how unlike the training a frame is.
    weights
        (F, P, 2) shift per unit of each feature.
    shift
        (P, 2) shift at the mean of the features.
    plain
        (P, 2) shift for a frame that is like nothing in training: that of somebody who stands
        tall.
    familiar
        Distances from the training (root mean square of standardised features) up to which
        the model counts in full, and from which on it counts for nothing.
    """

    features: tuple[str, ...]
    targets: tuple[str, ...]
    mean: Table
    precision: Table
    weights: Table
    shift: Table
    plain: Table
    familiar: tuple[float, float]


@dataclass(frozen=True)
class SoleModel:
    """Linear model of the foot-strike angle, degrees, from the pitches of sole and heel-toe line.

    Pitches are toes up positive.

    Parameters
    ----------
    constant_deg
        The angle if all pitches are zero.
    edge_at_contact
        Weight of the pitch of the sole's edge at initial contact.
    edge_flat
        Weight of the pitch of the sole's edge of the flat foot.
    line_at_contact
        Weight of the pitch of the heel-toe line at initial contact.
    line_flat
        Weight of the pitch of the heel-toe line of the flat foot.
    """

    constant_deg: float
    edge_at_contact: float
    edge_flat: float
    line_at_contact: float
    line_flat: float


@dataclass(frozen=True)
class EventTiming:
    """How late the signs of gait events come in tracks of one source.

    Parameters
    ----------
    contact_late_s, toe_off_late_s
        Mean delay of each sign of ``gait.event_signs`` that is used.
    contact_sd_s, toe_off_sd_s
        Standard deviation between runners of the combined signs' time.
    """

    contact_late_s: Mapping[str, float]
    toe_off_late_s: Mapping[str, float]
    contact_sd_s: float
    toe_off_sd_s: float


@dataclass(frozen=True)
class BreadthModel:
    """The distance of the hip joints from the points of shoulders and hips.

    Seen from in front or behind, a network's hip points stand at nearly the same share of the
    body in everybody; the shoulders tell more, both together most. The breadth is ``share`` of
    the body's length (hip to ankle plus hip to shoulder) for points as far apart as usual, and
    changes with their distances to these powers.

    Parameters
    ----------
    share
        Usual distance of the hip joints, as a share of the body's length; like the other two
        shares a geometric mean over people.
    shoulder_share
        Usual distance of the shoulder points, as a share of the body's length.
    shoulder_exponent
        Power of the shoulders' distance in the breadth; 0 for no influence.
    hip_share
        Usual distance of the hip points, as a share of the body's length.
    hip_exponent
        Power of the hip points' distance in the breadth; 0 for no influence.
    sd_share
        Standard deviation of the error in people left out of the fit, as a share of the breadth.
    """

    share: float
    shoulder_share: float
    shoulder_exponent: float
    hip_share: float
    hip_exponent: float
    sd_share: float


#: Spreads of metrics from in front and behind where none were measured: a foot's place 10 % of
#: the hips' breadth, the centre of mass 6 % of the feet's distance, a line's tilt 1.5 degrees.
FEARED: Final[Mapping[str, float]] = {
    "stance_width_pct": 10.0,
    "step_width_pct": 10.0,
    "weight_shift_pct": 6.0,
    "hip_level_deg": 1.5,
    "shoulder_level_deg": 1.5,
    "hip_drop_deg": 1.5,
    "shoulder_tilt_deg": 1.5,
}


@dataclass(frozen=True, eq=False)
class FrontalModel:
    """How clips from in front and from behind are read with one pose source.

    Parameters
    ----------
    breadth
        How the hips' breadth is found; None takes the distance of the hip points as it is.
    breadth_sd_share
        What that distance is wrong by when there is no model, a share of it.
    hips_tilt
        Whether the hip points follow a pelvis that tilts.
    feet_line_sd_deg
        How far the line between the feet of somebody who stands is off the level floor.
    offset
        What a metric reads too much on the mean over people, in its unit.
    residual
        What stays wrong between people, a standard deviation for each metric in its unit,
        without the share of camera roll and hips' breadth.
    """

    breadth: BreadthModel | None = None
    breadth_sd_share: float = 0.12
    hips_tilt: bool = True
    feet_line_sd_deg: float = 3.0
    offset: Mapping[str, float] = field(default_factory=dict)
    residual: Mapping[str, float] = field(default_factory=lambda: FEARED)


@dataclass(frozen=True, eq=False)
class PoseProfile:
    """Everything that the analysis assumes of one pose source.

    Parameters
    ----------
    source
        Name of the source, as in the provenance.
    timing
        How late gait events are seen.
    joints
        How keypoints are taken to joint centres; None leaves them where they are.
    stature_share
        Hip to ankle plus hip to shoulder, as a share of body height.
    sole
        How the strike angle follows from the shoe; None if its edge is not seen.
    offset
        Mean bias of each metric over people, in its unit: smoothing blunts the sharp turn of knee
        and shin at landing.
    residual
        Standard deviation of each metric's error between people, in its unit.
    noise
        How far keypoints scatter about their smooth paths in clear clips, leg lengths by part.
    frontal
        The same for clips from in front and from behind.
    finished
        Whether the points are those of an earlier analysis: at joint centres, upright, sides
        resolved, smoothed.
    """

    source: str
    timing: EventTiming
    joints: JointModel | None = None
    stature_share: float = LEG_SHARE + TRUNK_SHARE
    sole: SoleModel | None = None
    offset: Mapping[str, float] = field(default_factory=dict)
    residual: Mapping[str, float] = field(default_factory=dict)
    noise: Mapping[str, float] = field(default_factory=dict)
    frontal: FrontalModel = field(default_factory=FrontalModel)
    finished: bool = False

    def __repr__(self) -> str:
        return f"PoseProfile({self.source!r})"


@cache
def profile_of(source: str) -> PoseProfile:
    """Return the profile of a pose source, or that of its family.

    Parameters
    ----------
    source
        Name of the source, such as ``rtmpose-m-halpe26`` of the family ``rtmpose``.

    Returns
    -------
    PoseProfile
        That of markers on the joints if the source is unknown.
    """
    folder = files("leanline") / "assets" / "profiles"
    names = (source, source.partition("-")[0], MARKERS)
    name = next(name for name in names if (folder / f"{name}.toml").is_file())
    return read_profile(source, folder, name)


def finished_profile_of(source: str) -> PoseProfile:
    """Return the profile of joint centres that an earlier analysis found with a pose source.

    Parameters
    ----------
    source
        Name of the source that the earlier analysis had.

    Returns
    -------
    PoseProfile
        With the timing and the errors of the source, and without shifts to the joint centres,
        which are in the points.
    """
    return replace(profile_of(source), joints=None, finished=True)


def read_profile(source: str, folder: Traversable, name: str | None = None) -> PoseProfile:
    """Read the profile of a pose source.

    Parameters
    ----------
    source
        Name that the profile gets.
    folder
        With ``NAME.toml`` and the tables that it names.
    name
        Name of the file; that of the source if None.

    Returns
    -------
    PoseProfile
        As in the files.
    """
    table: Mapping[str, Any] = tomllib.loads((folder / f"{name or source}.toml").read_text("utf-8"))
    joints, sole = table.get("joints"), table.get("sole")
    return PoseProfile(
        source,
        EventTiming(**table["timing"]),
        joints=None if joints is None else _joint_model(joints, folder),
        stature_share=table.get("stature_share", LEG_SHARE + TRUNK_SHARE),
        sole=None if sole is None else SoleModel(**sole),
        offset=table.get("offset", {}),
        residual=table.get("residual", {}),
        noise=table.get("noise", {}),
        frontal=_frontal_model(table.get("frontal", {})),
    )


def _frontal_model(table: Mapping[str, Any]) -> FrontalModel:
    breadth = table.get("breadth")
    values = {**table, "residual": {**FEARED, **table.get("residual", {})}}
    return FrontalModel(
        **{**values, "breadth": None if breadth is None else BreadthModel(**breadth)}
    )


def _joint_model(table: Mapping[str, Any], folder: Traversable) -> JointModel:
    features, columns, values = _read_csv(folder / table["weights"])
    names, _, precision = _read_csv(folder / table["precision"])
    shifts = dict(zip(features, values, strict=True))
    count = len(names)
    points = columns[1:]
    return JointModel(
        features=names,
        targets=tuple(dict.fromkeys(column.rpartition("_")[0] for column in points)),
        mean=values[:count, 0],
        precision=precision,
        weights=values[:count, 1:].reshape(count, -1, 2),
        shift=shifts["shift"][1:].reshape(-1, 2),
        plain=shifts["plain"][1:].reshape(-1, 2),
        familiar=(float(table["familiar_below"]), float(table["unfamiliar_above"])),
    )


def _read_csv(path: Traversable) -> tuple[tuple[str, ...], tuple[str, ...], Table]:
    """Row names, column names and numbers of a table whose first column names the rows."""
    rows = list(csv.reader(path.read_text("utf-8").splitlines()))
    numbers = np.array([[float(cell) for cell in row[1:]] for row in rows[1:]])
    return tuple(row[0] for row in rows[1:]), tuple(rows[0][1:]), numbers
