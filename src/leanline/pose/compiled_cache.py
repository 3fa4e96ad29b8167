"""Compiled networks kept between runs, in the user's cache folder.

Compiling takes seconds of every start; reading what was compiled takes a fraction of one. Files
are written whole or not at all, so any number of processes may share them, and one that cannot be
used is compiled again. ``LEANLINE_CACHE`` names another folder; ``off`` switches the cache off.
"""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from leanline.files import written_atomically

if TYPE_CHECKING:
    import openvino

CACHE_VARIABLE: Final = "LEANLINE_CACHE"
OFF: Final = "off"
_DEVICE: Final = "CPU"
# OpenVINO crashes on damaged files instead of refusing them.
_CHECKSUM_BYTES: Final = hashlib.sha256().digest_size
#: What a compiled network depends on besides the file and its configuration.
_PROCESSOR: Final = ("FULL_DEVICE_NAME", "OPTIMIZATION_CAPABILITIES")


def cache_folder() -> Path | None:
    """Return the folder of compiled networks; None if the cache is switched off."""
    import platformdirs

    named = os.environ.get(CACHE_VARIABLE, "").strip()
    if named == OFF:
        return None
    root = Path(named) if named else platformdirs.user_cache_path("leanline", appauthor=False)
    return root / "networks"


def cache_file(
    core: openvino.Core, network: Path, outputs: tuple[str, ...], config: Mapping[str, Any]
) -> Path | None:
    """Find where a compiled network is kept.

    Parameters
    ----------
    core
        Names the processor.
    network
        The file that is compiled.
    outputs
        That are kept of it.
    config
        With which it is compiled.

    Returns
    -------
    Path or None
        A name that changes with all of these and with the version of OpenVINO; None if the
        cache is off.
    """
    import openvino

    folder = cache_folder()
    if folder is None:
        return None
    processor = [str(core.get_property(_DEVICE, name)) for name in _PROCESSOR]
    text = repr((openvino.__version__, processor, outputs, sorted(config.items())))
    digest = hashlib.sha256(network.read_bytes() + text.encode())
    return folder / f"{network.stem}-{digest.hexdigest()[:16]}.blob"


def load_or_compile(
    core: openvino.Core,
    kept: Path | None,
    config: Mapping[str, Any],
    compile_network: Callable[[], openvino.CompiledModel],
) -> openvino.CompiledModel:
    """Read a compiled network, or compile it and keep it for the next process.

    Parameters
    ----------
    core
        Reads it.
    kept
        Its file, from ``cache_file``. One that cannot be read or written costs time, nothing else.
    config
        With which it is compiled.
    compile_network
        Compiles it.

    Returns
    -------
    CompiledModel
        The same whether read or compiled, to the last bit of its answers.
    """
    content = None if kept is None else _read(kept)
    if content is not None:
        with contextlib.suppress(RuntimeError):
            return core.import_model(io.BytesIO(content), _DEVICE, dict(config))
    compiled = compile_network()
    if kept is not None:
        _write(compiled, kept)
    return compiled


def _read(path: Path) -> bytes | None:
    """Return the content behind its checksum; None if it is missing or not what was written."""
    try:
        whole = path.read_bytes()
    except OSError:
        return None
    checksum, content = whole[:_CHECKSUM_BYTES], whole[_CHECKSUM_BYTES:]
    return content if hashlib.sha256(content).digest() == checksum else None


def _write(compiled: openvino.CompiledModel, path: Path) -> None:
    with contextlib.suppress(OSError, RuntimeError):
        content = compiled.export_model().getvalue()
        with written_atomically(path) as part:
            part.write_bytes(hashlib.sha256(content).digest() + content)
