"""Whether everything that leanline needs is here and works on this machine."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from typing import Final, Literal

from leanline.errors import LeanlineError
from leanline.version import __version__

Verdict = Literal["good", "lacking", "bad"]

# What the extras of the package add, and by which installed package it is known.
EXTRAS: Final = {
    "batch": ("pyarrow", "many clips at once, and tables as Parquet"),
    "movement": ("xarray", "pose tracks as netCDF in the movement convention"),
    "plot": ("matplotlib", "charts as PNG and in notebooks"),
    "postgres": ("psycopg", "the store in PostgreSQL"),
    "ray": ("ray", "batches on a cluster"),
    "rtmpose": ("rtmlib", "poses by RTMPose"),
}
NEEDED: Final = ("av", "numpy", "opencv-python-headless", "openvino", "scipy")
DECODERS: Final = {
    "h264": "H.264",
    "hevc": "HEVC (what iPhones record)",
    "vp9": "VP9",
    "av1": "AV1",
}
NETWORKS: Final = ("pose_detector", "pose_landmark_full", "pose_landmark_heavy")
MIN_FREE_GB: Final = 1.0
SPEED_PICTURES: Final = 5
# The bundled clip is rendered, so its truth is known: cadence and trunk lean, and how far a cut
# of two seconds read by the quicker network may be off.
DEMO_END_S: Final = 2.0
DEMO_TRUTH: Final = {"cadence_spm": (158.0, 2.0), "lean_trunk_deg": (18.6, 3.0)}


@dataclass(frozen=True)
class Check:
    """Result of one check: its name, verdict, and description."""

    name: str
    verdict: Verdict
    text: str


def checkup(*, self_test: bool = True) -> Iterator[Check]:
    """Run all checks, one after the other.

    Parameters
    ----------
    self_test
        Also analyse two seconds of the bundled clip and compare with its truth.
    """
    looks: list[tuple[str, Callable[[], Check]]] = [
        ("leanline", _itself),
        ("packages", _packages),
        ("extras", _extras),
        ("video", _codecs),
        ("cameras", _cameras),
        ("browser", _browser),
        ("data folder", _data_folder),
        *((name, lambda name=name: _network(name)) for name in NETWORKS),
        ("devices", _devices),
    ]
    if self_test:
        looks.append(("self-test", _self_test))
    for name, look in looks:
        yield _run_check(name, look)


def _run_check(name: str, look: Callable[[], Check]) -> Check:
    try:
        return look()
    except (ImportError, OSError, RuntimeError, ValueError, LeanlineError) as error:
        return Check(name, "bad", f"{type(error).__name__}: {error}")


def _itself() -> Check:
    where = Path(__file__).parent
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    text = f"{__version__} in {where}, Python {platform.python_version()}, {machine}"
    return Check("leanline", "good", text)


def _packages() -> Check:
    versions = {name: _version(name) for name in NEEDED}
    missing = [name for name, version in versions.items() if version is None]
    if missing:
        return Check("packages", "bad", f"missing: {', '.join(missing)}")
    return Check("packages", "good", ", ".join(f"{n} {v}" for n, v in versions.items()))


def _extras() -> Check:
    missing = {extra: about for extra, (name, about) in EXTRAS.items() if _version(name) is None}
    if not missing:
        return Check("extras", "good", f"all installed: {', '.join(EXTRAS)}")
    lacking = "; ".join(f"leanline[{extra}] for {about}" for extra, about in missing.items())
    return Check("extras", "lacking", f"not installed: {lacking}")


def _version(name: str) -> str | None:
    try:
        return importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        return None


def _codecs() -> Check:
    import av

    known = av.codecs_available
    missing = [told for name, told in DECODERS.items() if name not in known]
    if "libx264" not in known:
        return Check("video", "bad", "no H.264 encoder: overlay films cannot be written")
    if missing:
        return Check("video", "lacking", f"cannot read {', '.join(missing)}")
    return Check("video", "good", f"reads {', '.join(DECODERS.values())}; writes H.264")


def _cameras() -> Check:
    if sys.platform != "linux":
        return Check("cameras", "good", "the live page asks the browser for them")
    found = sorted(str(path) for path in Path("/dev").glob("video*"))
    if not found:
        return Check("cameras", "lacking", "none found; the live page also takes a file")
    return Check("cameras", "good", ", ".join(found))


def _browser() -> Check:
    names = ("chromium", "chromium-browser", "google-chrome", "chrome", "msedge")
    found = next((path for name in names if (path := shutil.which(name))), None)
    if found is None:
        return Check("browser", "lacking", "no Chromium or Chrome for report --format pdf")
    return Check("browser", "good", found)


def _data_folder() -> Check:
    from leanline.store.location import resolve_location

    folder = resolve_location().folder
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free_gb = shutil.disk_usage(there).free / 1e9
    if not os.access(there, os.W_OK):
        return Check("data folder", "bad", f"{folder} cannot be written to")
    verdict: Verdict = "good" if free_gb >= MIN_FREE_GB else "lacking"
    return Check("data folder", verdict, f"{folder}, {free_gb:.0f} GB free")


def _network(name: str) -> Check:
    import openvino

    core = openvino.Core()
    with as_file(files("leanline") / "assets" / f"{name}.tflite") as path:
        model = core.read_model(path)
    core.compile_model(model, "CPU")
    size = "x".join(str(n) for n in model.inputs[0].partial_shape)
    return Check(name, "good", f"loads on the processor, input {size}")


def _devices() -> Check:
    """What networks can be computed with, and how long each takes with the quicker one."""
    import openvino

    core = openvino.Core()
    with as_file(files("leanline") / "assets" / "pose_landmark_full.tflite") as path:
        model = core.read_model(path)
    found = []
    for device in core.available_devices:
        request = core.compile_model(model, device).create_infer_request()
        request.infer()  # the first one takes longer
        began_s = time.perf_counter()
        for _ in range(SPEED_PICTURES):
            request.infer()
        each_ms = 1000.0 * (time.perf_counter() - began_s) / SPEED_PICTURES
        name = core.get_property(device, "FULL_DEVICE_NAME")
        found.append(f"{device.lower()} ({name}): {each_ms:.0f} ms a picture")
    return Check("devices", "good", ", ".join(found))


def _self_test() -> Check:
    from leanline.pipeline import analyze

    with as_file(files("leanline") / "assets" / "demo.mp4") as clip:
        found = analyze(clip, end_s=DEMO_END_S, pose_model="full")
    words = []
    for name, (truth, within) in DEMO_TRUTH.items():
        value = found.metrics[name].value
        if not isinstance(value, float) or abs(value - truth) > within:
            return Check(
                "self-test", "bad", f"{name} is {value}, should be {truth:g} +- {within:g}"
            )
        words.append(f"{name} {value:.1f} (true {truth:g})")
    return Check("self-test", "good", ", ".join(words))
