"""Short ways from a track to the gait functions, for tests."""

from __future__ import annotations

from leanline.gait.body_paths import body_paths
from leanline.gait.events import find_contacts
from leanline.gait.ground import Ground, ground_speed
from leanline.model import Array, Contact, PoseTrack
from leanline.profile import MARKERS, profile_of
from tests.synthetic import SyntheticRunner


def facing_right(runner: SyntheticRunner) -> tuple[PoseTrack, Array]:
    """Track and scene shift with the runner facing +x."""
    if runner.direction == "right":
        return runner.pose, runner.scene_shift
    pose = runner.pose
    turned = PoseTrack(
        pose.time_s, pose.xy * [-1.0, 1.0], pose.confidence, pose.keypoints, pose.unit
    )
    return turned, -runner.scene_shift


def ground_and_contacts(
    pose: PoseTrack, scene_shift: Array, leg_length: float
) -> tuple[Ground, tuple[Contact, ...]]:
    """Ground and contacts of a track facing +x."""
    paths = body_paths(pose)
    ground = ground_speed(paths, scene_shift=scene_shift, leg_length=leg_length)
    contacts = find_contacts(
        paths,
        ground_velocity=ground.velocity,
        leg_length=leg_length,
        timing=profile_of(MARKERS).timing,
    )
    return ground, contacts


def timing_errors(
    true: tuple[Contact, ...], found: tuple[Contact, ...]
) -> tuple[list[float], list[float]]:
    """Errors of contact and toe-off (s) of those true contacts that were found."""
    contact, toe_off = [], []
    for wanted in true:
        near = [
            c for c in found if c.side == wanted.side and abs(c.contact_s - wanted.contact_s) < 0.1
        ]
        if near:
            contact.append(near[0].contact_s - wanted.contact_s)
            toe_off.append(near[0].toe_off_s - wanted.toe_off_s)
    return contact, toe_off
