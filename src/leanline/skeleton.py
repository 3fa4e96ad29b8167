"""Names of keypoints and body parts: the one vocabulary of all pose sources.

The names are those of BlazePose's 33 landmarks; other sources map onto them and may add
``head_top``, ``neck`` and ``mid_hip``, or leave any of them out.
"""

from __future__ import annotations

from typing import Final, Literal

Side = Literal["left", "right"]
SIDES: Final[tuple[Side, Side]] = ("left", "right")

BLAZEPOSE: Final[tuple[str, ...]] = (
    "nose",
    "left_eye_inner",
    "left_eye",
    "left_eye_outer",
    "right_eye_inner",
    "right_eye",
    "right_eye_outer",
    "left_ear",
    "right_ear",
    "mouth_left",
    "mouth_right",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_pinky",
    "right_pinky",
    "left_index",
    "right_index",
    "left_thumb",
    "right_thumb",
    "left_hip",
    "right_hip",
    "left_knee",
    "right_knee",
    "left_ankle",
    "right_ankle",
    "left_heel",
    "right_heel",
    "left_foot_index",
    "right_foot_index",
)

# Keypoints of the foot, of foot and ankle, and of the leg below the hip, without the side.
FOOT: Final = ("heel", "foot_index")
ANKLE_AND_FOOT: Final = ("ankle", *FOOT)
LEG: Final = ("knee", *ANKLE_AND_FOOT)

BONES: Final[tuple[tuple[str, str], ...]] = (
    ("shoulder", "elbow"),
    ("elbow", "wrist"),
    ("shoulder", "hip"),
    ("hip", "knee"),
    ("knee", "ankle"),
    ("ankle", "heel"),
    ("heel", "foot_index"),
    ("ankle", "foot_index"),
)


def other(side: Side) -> Side:
    """Return the opposite side.

    Parameters
    ----------
    side
        Left or right.

    Returns
    -------
    Side
        Right or left.
    """
    return "right" if side == "left" else "left"


def forward_sign(direction: Side | None) -> Literal[-1, 1]:
    """Return the factor of x that makes forward positive.

    Parameters
    ----------
    direction
        Direction that a person faces in the picture; None from the front or the back.

    Returns
    -------
    int
        -1 if the person faces left, otherwise 1.
    """
    return -1 if direction == "left" else 1


def near_side(direction: Side) -> Side:
    """Return the side of the body towards the camera.

    Parameters
    ----------
    direction
        Direction that a person faces in the picture.

    Returns
    -------
    Side
        Right for a person facing right.
    """
    return direction


def swapped_name(keypoint: str) -> str:
    """Return a keypoint's name on the other side of the body.

    Parameters
    ----------
    keypoint
        Such as ``left_ankle``.

    Returns
    -------
    str
        Such as ``right_ankle``; the same name if it has no side.
    """
    if "left" in keypoint:
        return keypoint.replace("left", "right")
    return keypoint.replace("right", "left")
