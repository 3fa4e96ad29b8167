"""``pose.npz``: the clean runner beside ``analysis.json``, so that pictures can be drawn again.

The raw keypoints are not stored: when read back, the clean track takes their place.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, get_args

import numpy as np

from leanline.errors import InputError
from leanline.files import written_atomically
from leanline.formats.npz import DAMAGE, npz_arrays
from leanline.model import Direction, PoseTrack, Runner, Unit, View
from leanline.skeleton import SIDES

FILE_NAME: Final = "pose.npz"
_VERSION: Final = 1


def write_runner(runner: Runner, directory: str | os.PathLike[str]) -> Path:
    """Write a runner as ``pose.npz``, completely or not at all.

    Parameters
    ----------
    runner
        Positions are rounded to 0.01 or finer.
    directory
        Where to write.

    Returns
    -------
    Path
        The file.
    """
    path = Path(directory) / FILE_NAME
    pose = runner.pose
    with written_atomically(path) as part, part.open("wb") as file:
        np.savez_compressed(
            file,
            version=_VERSION,
            time_s=pose.time_s,
            xy=pose.xy.astype(np.float32),
            seen=(runner.seen or pose).xy.astype(np.float32),
            confidence=pose.confidence.astype(np.float16),
            keypoints=np.array(pose.keypoints),
            unit=pose.unit,
            view=runner.view,
            direction=runner.direction or "",
            near=runner.near or "",
            leg_length=runner.leg_length,
            scene_shift=runner.scene_shift.astype(np.float32),
        )
    return path


def read_runner(path: str | os.PathLike[str]) -> Runner | None:
    """Read a runner.

    Parameters
    ----------
    path
        A ``pose.npz``, or a directory that may hold one.

    Returns
    -------
    Runner or None
        None if there is none.

    Raises
    ------
    InputError
        The file is damaged, something else, or written by a newer version of leanline.
    """
    path = Path(path)
    path = path / FILE_NAME if path.is_dir() else path
    if not path.exists():
        return None
    try:
        data = npz_arrays(path)
        newer = int(data["version"]) > _VERSION
        if not newer:
            return _runner(_upgrade(data))
    except (InputError, *DAMAGE) as error:
        raise InputError("runner.damaged", path=path) from error
    raise InputError("runner.newer", path=path)


def _upgrade(data: Mapping[str, Any]) -> dict[str, Any]:
    """Add what the first version lacks: the runner's pose in picture coordinates."""
    return {"seen": data["xy"], **data}


def _runner(data: Mapping[str, Any]) -> Runner:
    if int(data["version"]) != _VERSION:
        raise ValueError(f"version {data['version']}")
    pose, seen = (
        PoseTrack(
            data["time_s"],
            data[places],
            data["confidence"],
            tuple(map(str, data["keypoints"])),
            _word(data["unit"], get_args(Unit)),
        )
        for places in ("xy", "seen")
    )
    return Runner(
        pose=pose,
        raw=pose,
        view=_word(data["view"], get_args(View)),
        direction=_word(data["direction"], get_args(Direction)),
        near=_word(data["near"], SIDES),
        leg_length=float(data["leg_length"]),
        scene_shift=np.asarray(data["scene_shift"], dtype=np.float64),
        seen=seen,
    )


def _word(value: object, choices: tuple[str, ...]) -> Any:  # noqa: ANN401
    """Return one of the choices; None for the empty word."""
    word = str(value)
    if word and word not in choices:
        raise ValueError(f"{word!r} is none of {', '.join(choices)}")
    return word or None
