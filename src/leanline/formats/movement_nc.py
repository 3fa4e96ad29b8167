"""netCDF by the convention of the ``movement`` package (BSD-3, neuroinformatics.dev).

``position`` (time, space, keypoints, individuals) and ``confidence`` (time, keypoints,
individuals); names and axes as coordinates, ``fps`` and ``source_software`` as attributes.
Newer versions of it call the last two dimensions keypoint and individual. Needs
``leanline[movement]``.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from leanline.errors import InputError, UsageError
from leanline.files import written_whole
from leanline.formats.recording import Person, Recording, readable
from leanline.model import Array, PoseTrack

if TYPE_CHECKING:
    import xarray

_HINT: Final = "Save the dataset of poses with ds.to_netcdf(...)."
_SINGULAR: Final = {"keypoint": "keypoints", "individual": "individuals"}


def movement_recording(path: Path) -> Recording:
    """Everybody in a dataset of poses.

    Raises
    ------
    InputError
        The file is damaged or is no dataset of poses.
    UsageError
        ``leanline[movement]`` is not installed.
    """
    xr = _xarray()
    with readable(path, "movement netCDF"), xr.open_dataset(path) as stored:
        data = stored.rename({old: new for old, new in _SINGULAR.items() if old in stored.dims})
        if "position" not in data or set(data["position"].dims) != set(_DIMS):
            raise InputError(f"{path} is no dataset of poses.", hint=_HINT)
        position = np.asarray(data["position"].transpose(*_DIMS).values, dtype=np.float64)
        confidence = _confidence(data, position)
        labels = [str(name) for name in data["individuals"].values]
        people = tuple(
            Person(position[..., k].transpose(0, 2, 1), confidence[..., k], label)
            for k, label in enumerate(labels)
        )
        time = np.asarray(data["time"].values, dtype=np.float64)
        seconds = _in_seconds(data)
        return Recording(
            "movement netCDF",
            tuple(str(name) for name in data["keypoints"].values),
            people,
            time_s=time if seconds else None,
            frame=None if seconds else time,
            unit=str(data.attrs.get("space_unit", "")),
            upright=position.shape[1] == 2,
        )


_DIMS: Final = ("time", "space", "keypoints", "individuals")


def _confidence(data: Any, position: Array) -> Array:  # noqa: ANN401
    """(T, K, individuals); where there is none, one for everything that has a position."""
    if "confidence" in data and set(data["confidence"].dims) == {*_DIMS} - {"space"}:
        dims = [dim for dim in _DIMS if dim != "space"]
        found = np.asarray(data["confidence"].transpose(*dims).values, dtype=np.float64)
        if np.isfinite(found).any():
            return np.nan_to_num(found)
    return np.asarray(np.isfinite(position).all(axis=1), dtype=np.float64)


def _in_seconds(data: Any) -> bool:  # noqa: ANN401
    said = str(data.attrs.get("time_unit", ""))
    return said == "seconds" or (not said and bool(data.attrs.get("fps")))


def to_movement(track: PoseTrack) -> xarray.Dataset:
    """``track`` as a dataset of poses: one individual, y up as in ``track``.

    Raises
    ------
    UsageError
        ``leanline[movement]`` is not installed.
    """
    xr = _xarray()
    time_s = track.time_s
    span_s = float(time_s[-1] - time_s[0]) if len(time_s) > 1 else 0.0
    dataset: xarray.Dataset = xr.Dataset(
        {
            "position": (_DIMS, track.xy.transpose(0, 2, 1)[..., None]),
            "confidence": (("time", "keypoints", "individuals"), track.confidence[..., None]),
        },
        coords={
            "time": time_s,
            "space": ["x", "y"],
            "keypoints": list(track.keypoints),
            "individuals": ["runner"],
        },
        attrs={
            "fps": (len(time_s) - 1) / span_s if span_s else 0.0,
            "time_unit": "seconds",
            "source_software": "leanline",
            "ds_type": "poses",
            "space_unit": track.unit,
        },
    )
    return dataset


def write_movement(track: PoseTrack, path: Path) -> None:
    """Write ``track`` as netCDF-4 by the convention; whole or not at all.

    Raises
    ------
    UsageError
        ``leanline[movement]`` is not installed.
    """
    dataset = to_movement(track)
    with written_whole(path) as part:
        dataset.to_netcdf(part, engine="h5netcdf")


def _xarray() -> Any:  # noqa: ANN401
    if find_spec("h5netcdf") is None or find_spec("xarray") is None:
        raise UsageError(
            "netCDF by the movement convention needs two more packages.",
            hint="Install them with: pip install 'leanline[movement]'",
        )
    import xarray

    return xarray
