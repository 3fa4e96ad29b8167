"""netCDF in the convention of the ``movement`` package (BSD-3, neuroinformatics.dev).

``position`` (time, space, keypoints, individuals) and ``confidence`` (time, keypoints,
individuals); names and axes as coordinates, ``fps`` and ``source_software`` as attributes. Newer
versions name the last two dimensions keypoint and individual. Needs ``leanline[movement]``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray

from leanline.errors import InputError, UsageError
from leanline.files import written_atomically
from leanline.formats.lengths import unit_word
from leanline.formats.recording import Person, Recording, check_cells, load_dataset, reading_file
from leanline.inputs import MAX_BINARY_BYTES
from leanline.model import Array, PoseTrack

if TYPE_CHECKING:
    import xarray

_SINGULAR: Final = {"keypoint": "keypoints", "individual": "individuals"}


@dataclass(frozen=True, eq=False)
class _Stored:
    """Variables with the names of their dimensions, and the file's attributes."""

    values: Mapping[str, NDArray[Any]]
    dims: Mapping[str, tuple[str, ...]]
    attributes: Mapping[str, str]

    def array(self, name: str, dims: tuple[str, ...]) -> Array | None:
        """Return a variable with its dimensions in this order; None if it has others."""
        if sorted(self.dims.get(name, ())) != sorted(dims):
            return None
        order = [self.dims[name].index(dim) for dim in dims]
        return np.asarray(self.values[name].transpose(order), dtype=np.float64)

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a text variable."""
        return tuple(
            word.decode() if isinstance(word, bytes) else str(word) for word in self.values[name]
        )


def movement_recording(path: Path) -> Recording:
    """Read a pose dataset of movement, netCDF-4 or classic.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    Recording
        Of everybody in it.

    Raises
    ------
    InputError
        The file is damaged or is no dataset of poses.
    UsageError
        ``leanline[movement]`` is not installed.
    """
    _need("h5py")
    with reading_file(path, "movement netCDF", MAX_BINARY_BYTES):
        stored = _read_variables(path)
        position = stored.array("position", _DIMS)
        if position is None:
            raise InputError("movement.no_poses", path=path)
        confidence = _confidence(stored, position)
        time = np.asarray(stored.values["time"], dtype=np.float64)
        seconds = _in_seconds(stored.attributes)
        return Recording(
            "movement netCDF",
            stored.texts("keypoints"),
            tuple(
                Person(position[..., k].transpose(0, 2, 1), confidence[..., k], label)
                for k, label in enumerate(stored.texts("individuals"))
            ),
            time_s=time if seconds else None,
            frame=None if seconds else time,
            unit=unit_word(stored.attributes.get("space_unit", "")) or "",
            upright=position.shape[1] == 2,
            joint_centres_of=stored.attributes.get("joint_centres_of", ""),
        )


_DIMS: Final = ("time", "space", "keypoints", "individuals")


def _read_variables(path: Path) -> _Stored:
    with path.open("rb") as file:
        classic = file.read(3) == b"CDF"
    return _classic(path) if classic else _hdf5(path)


def _hdf5(path: Path) -> _Stored:
    # Not through xarray, which leaves damaged files half open and complains at exit.
    import h5py

    with h5py.File(path, "r") as file:
        sets = {name: file[name] for name in _NAMES if name in file}
        dims: dict[str, tuple[str, ...]] = {
            name: _dimensions(sets[name], sets, file)
            for name in ("position", "confidence")
            if name in sets
        }
        values = {_plural(name): load_dataset(one) for name, one in sets.items()}
        attributes = {str(name): _text(value) for name, value in file.attrs.items()}
    return _Stored(values, dims, attributes)


def _dimensions(one: Any, sets: Mapping[str, Any], file: Any) -> tuple[str, ...]:  # noqa: ANN401
    """Return the names of a variable's dimensions, from the coordinates it refers to."""
    targets = [file[references[0]] for references in one.attrs["DIMENSION_LIST"]]
    return tuple(
        next(_plural(name) for name, coordinate in sets.items() if coordinate == target)
        for target in targets
    )


def _classic(path: Path) -> _Stored:
    from scipy.io import netcdf_file

    with netcdf_file(path, "r", mmap=False) as file:
        sets = {name: one for name, one in file.variables.items() if name in _NAMES}
        for one in sets.values():
            check_cells(*one.shape)
        dims = {_plural(name): tuple(map(_plural, one.dimensions)) for name, one in sets.items()}
        values = {_plural(name): _join_characters(np.array(one[:])) for name, one in sets.items()}
        said = {name: getattr(file, name, None) for name in _ATTRIBUTES}
        attributes = {name: _text(value) for name, value in said.items() if value is not None}
    return _Stored(values, dims, attributes)


_ATTRIBUTES: Final = ("fps", "time_unit", "space_unit", "joint_centres_of")
_NAMES: Final = ("position", "confidence", *_DIMS, *_SINGULAR)


def _plural(name: str) -> str:
    return _SINGULAR.get(name, name)


def _join_characters(values: NDArray[Any]) -> NDArray[Any]:
    """Join texts that are stored as rows of characters."""
    if values.dtype.kind != "S" or values.ndim < 2:
        return values
    return np.array([b"".join(row).strip(b"\0 ") for row in values])


def _text(value: object) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _confidence(stored: _Stored, position: Array) -> Array:
    """Return (T, K, individuals); without confidences, one for everything that has a position."""
    found = stored.array("confidence", tuple(dim for dim in _DIMS if dim != "space"))
    if found is not None and np.isfinite(found).any():
        return found
    return np.asarray(np.isfinite(position).all(axis=1), dtype=np.float64)


def _in_seconds(attributes: Mapping[str, str]) -> bool:
    said = attributes.get("time_unit", "")
    return said == "seconds" or (not said and attributes.get("fps", "None") not in ("None", "0"))


def to_movement(track: PoseTrack, *, joint_centres_of: str = "") -> xarray.Dataset:
    """Convert a track to movement's dataset of poses.

    Parameters
    ----------
    track
        In pixels or metres.
    joint_centres_of
        The pose source of the analysis whose joint centres these are; empty for keypoints.

    Returns
    -------
    Dataset
        One individual, y up as in the track.

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
            "joint_centres_of": joint_centres_of,
        },
    )
    return dataset


def write_movement(track: PoseTrack, path: Path, *, joint_centres_of: str = "") -> None:
    """Write a track as movement's netCDF-4, completely or not at all.

    Parameters
    ----------
    track
        In pixels or metres.
    path
        The file.
    joint_centres_of
        The pose source of the analysis whose joint centres these are; empty for keypoints.

    Raises
    ------
    UsageError
        ``leanline[movement]`` is not installed.
    """
    dataset = to_movement(track, joint_centres_of=joint_centres_of)
    with written_atomically(path) as part:
        dataset.to_netcdf(part, engine="h5netcdf")


def _xarray() -> Any:  # noqa: ANN401
    _need("h5netcdf", "h5py", "xarray")
    import xarray

    return xarray


def _need(*modules: str) -> None:
    if not all(map(find_spec, modules)):
        raise UsageError("package.movement")
