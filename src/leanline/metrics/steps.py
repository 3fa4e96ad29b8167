"""Metrics of each step, one function per family.

Windows are those of the registry: mid-stance is 40 to 60 % of the contact, trunk lean is
averaged over the whole contact, landing is measured at initial contact.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from leanline.metrics.geometry import ahead_of_line, flexion_deg, lean_deg
from leanline.metrics.sampling import Sampler
from leanline.model import Array, Contact, Step
from leanline.skeleton import SIDES

MID_STANCE = np.linspace(0.4, 0.6, 9)
WHOLE_STANCE = np.linspace(0.0, 1.0, 25)
# A stride is half-open: its end is the beginning of the next.
WHOLE_STRIDE = np.linspace(0.0, 1.0, 64, endpoint=False)
# The sole is flat on the ground in rearfoot, midfoot and forefoot runners alike.
FLAT = np.linspace(0.30, 0.50, 9)
MAX_STRIDE = 1.5


def measure_steps(contacts: Sequence[Contact], sampler: Sampler) -> tuple[Step, ...]:
    """Measure every step.

    Parameters
    ----------
    contacts
        Complete contacts of both feet, in order of time, in the sampler's time.
    sampler
        Of the same runner.

    Returns
    -------
    tuple of Step
        One per contact. Lengths are percentages of body height; a value is NaN where its keypoints
        or the following contact were not seen.
    """
    ahead, strides = _next_contacts(contacts), _next_of_same_foot(contacts)
    steps = []
    for contact in contacts:
        values = (
            _posture(contact, sampler)
            | _landing(contact, sampler)
            | _timing(contact, ahead.get(contact), contacts)
            | _vertical_oscillation(contact, ahead.get(contact), sampler)
            | _over_stride(contact, strides.get(contact), sampler)
        )
        steps.append(Step(contact.side, contact.contact_s, contact.toe_off_s, values))
    return tuple(steps)


def _next_contacts(contacts: Sequence[Contact]) -> Mapping[Contact, Contact]:
    """Return each contact's next contact of the other foot, if it was seen."""
    if len(contacts) < 2:
        return {}
    gaps = np.array([b.contact_s - a.contact_s for a, b in pairwise(contacts)])
    max_gap_s = MAX_STRIDE * float(np.median(gaps))
    return {
        a: b
        for a, b in pairwise(contacts)
        if a.side != b.side and b.contact_s - a.contact_s < max_gap_s
    }


def _next_of_same_foot(contacts: Sequence[Contact]) -> Mapping[Contact, Contact]:
    """Return each contact's next contact of the same foot, if none was missed in between."""
    pairs = [pair for side in SIDES for pair in pairwise(c for c in contacts if c.side == side)]
    if not pairs:
        return {}
    max_gap_s = MAX_STRIDE * float(np.median([b.contact_s - a.contact_s for a, b in pairs]))
    return {a: b for a, b in pairs if b.contact_s - a.contact_s < max_gap_s}


def _within(contact: Contact, shares: Array) -> Array:
    return contact.contact_s + shares * contact.duration_s


def _posture(contact: Contact, sampler: Sampler) -> dict[str, float]:
    mid = _within(contact, MID_STANCE)
    ankle = sampler.point(f"{contact.side}_ankle", mid)
    hip, shoulder = sampler.mid("hip", mid), sampler.mid("shoulder", mid)
    ear = sampler.mid("ear", mid)
    whole = _within(contact, WHOLE_STANCE)
    off = np.array([contact.toe_off_s])
    leg, trunk = lean_deg(ankle, hip), lean_deg(hip, shoulder)
    trunk_whole = lean_deg(sampler.mid("hip", whole), sampler.mid("shoulder", whole))
    off_ankle = sampler.point(f"{contact.side}_ankle", off)
    percent = 100.0 / sampler.stature
    return {
        "lean_body_deg": float(lean_deg(ankle, shoulder).mean()),
        "lean_leg_deg": float(leg.mean()),
        "lean_trunk_deg": float(trunk_whole.mean()),
        "waist_bend_deg": float((trunk - leg).mean()),
        "lean_body_toe_off_deg": float(lean_deg(off_ankle, sampler.mid("shoulder", off))[0]),
        "hip_offset_pct": percent * float(ahead_of_line(hip, ankle, shoulder).mean()),
        "shoulder_offset_pct": percent * float(ahead_of_line(shoulder, ankle, hip).mean()),
        "head_offset_pct": percent * float(ahead_of_line(ear, ankle, hip).mean()),
    }


def _over_stride(contact: Contact, end: Contact | None, sampler: Sampler) -> dict[str, float]:
    """Lean of the line from the mean position of both ankles to that of both shoulders."""
    if end is None:
        return {"lean_stride_deg": np.nan}
    stride = contact.contact_s + WHOLE_STRIDE * (end.contact_s - contact.contact_s)
    line = (sampler.mid("shoulder", stride) - sampler.mid("ankle", stride)).mean(axis=0)
    return {"lean_stride_deg": float(lean_deg(np.zeros(2), line))}


def _landing(contact: Contact, sampler: Sampler) -> dict[str, float]:
    at = np.array([contact.contact_s])
    hip, knee, ankle, heel = (
        sampler.point(f"{contact.side}_{part}", at) for part in ("hip", "knee", "ankle", "heel")
    )
    ahead = float((heel - sampler.centre(at))[0, 0])
    return {
        "foot_strike_angle_deg": _strike_deg(contact, sampler),
        "landing_distance_pct": 100.0 * ahead / sampler.stature,
        # Reaching: with the ankle ahead of the knee the shin leans back.
        "shin_angle_deg": -float(lean_deg(ankle, knee)[0]),
        "knee_flexion_contact_deg": float(flexion_deg(hip, knee, ankle)[0]),
    }


@dataclass(frozen=True)
class FootPitch:
    """Pitch of one foot in one step, degrees, toes up positive.

    Parameters
    ----------
    line_at_contact
        Of the heel-toe line at initial contact.
    line_flat
        Same, median while the foot is flat.
    edge_at_contact
        Of the sole's edge at initial contact; NaN if the source sees none.
    edge_flat
        Same, median while the foot is flat.
    """

    line_at_contact: float
    line_flat: float
    edge_at_contact: float
    edge_flat: float


def foot_pitch(contact: Contact, sampler: Sampler) -> FootPitch:
    """Measure the pitch of the foot at initial contact and while it is flat.

    Parameters
    ----------
    contact
        Of the foot, in the sampler's time.
    sampler
        Of the same runner.

    Returns
    -------
    FootPitch
        NaN where not seen.
    """
    at, flat = np.array([contact.contact_s]), _within(contact, FLAT)
    return FootPitch(
        float(sampler.foot_deg(contact.side, at)[0]),
        float(np.median(sampler.foot_deg(contact.side, flat))),
        float(sampler.edge_deg(contact.side, at)[0]),
        float(np.median(sampler.edge_deg(contact.side, flat))),
    )


def _strike_deg(contact: Contact, sampler: Sampler) -> float:
    """Pitch at contact minus that of the flat foot.

    How flat a "flat" foot is varies, as forefoot runners hardly lower the heel, and edge and
    landmarks both follow the foot's pitch only partly; for a known source a fitted combination is
    used.
    """
    pitch, sole = foot_pitch(contact, sampler), sampler.profile.sole
    if sole is None or sampler.sole_deg is None:
        return pitch.line_at_contact - pitch.line_flat
    return (
        sole.constant_deg
        + sole.edge_at_contact * pitch.edge_at_contact
        + sole.edge_flat * pitch.edge_flat
        + sole.line_at_contact * pitch.line_at_contact
        + sole.line_flat * pitch.line_flat
    )


def _timing(
    contact: Contact, ahead: Contact | None, contacts: Sequence[Contact]
) -> dict[str, float]:
    step_s = ahead.contact_s - contact.contact_s if ahead else np.nan
    later = [
        c.contact_s for c in contacts if c.side == contact.side and c.contact_s > contact.contact_s
    ]
    stride_s = min(later) - contact.contact_s if later else np.nan
    if not stride_s < 2.0 * MAX_STRIDE * step_s:
        stride_s = 2.0 * step_s
    return {
        "step_time_s": step_s,
        "contact_time_s": contact.duration_s,
        "flight_time_s": ahead.contact_s - contact.toe_off_s if ahead else np.nan,
        "duty_factor_pct": 100.0 * contact.duration_s / stride_s,
    }


def _vertical_oscillation(
    contact: Contact, ahead: Contact | None, sampler: Sampler
) -> dict[str, float]:
    if ahead is None:
        return {"vertical_oscillation_pct": np.nan}
    share = np.linspace(0.0, 1.0, 49)
    height = sampler.centre(contact.contact_s + share * (ahead.contact_s - contact.contact_s))[:, 1]
    # On level ground a step ends at the height at which it began; the rest is due to the camera.
    height = height - (height[-1] - height[0]) * share
    bounce = float(np.max(height) - np.min(height))
    return {"vertical_oscillation_pct": 100.0 * bounce / sampler.stature}
