"""What all connections of the live page share: the networks, the clips, and one seat."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
from pathlib import Path
from typing import Protocol

from leanline.live.follower import CausalFollower, Detector, Reader
from leanline.live.session import LiveSession, LiveSettings
from leanline.web.live.clips import Clips
from leanline.web.live.pictures import Decoder

# While a look at the strides computes in its thread, the next picture must not wait for it at
# every call: threads take turns ten times as often as usual.
_TURN_S = 0.0005
_MAX_CONNECTED = 8
# Imported before the first frame, as they take a second.
_NEEDED_LATER = ("scipy.signal", "scipy.interpolate", "cv2", "av")


class Seated(Protocol):
    """A connection that may be asked to leave."""

    async def leave(self) -> None:
        """End the session, as another takes its place."""
        ...


class LiveHub:
    """One machine measures one runner: a second page must wait or take over.

    Parameters
    ----------
    folder
        Where clips are saved.
    source
        A clip that the page plays instead of a camera, or None.
    detector, reader
        The networks; the package's own, loaded when first needed, unless given.
    """

    def __init__(
        self,
        folder: Path,
        source: Path | None = None,
        *,
        detector: Detector | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.clips = Clips(folder)
        self.source = source
        self._networks = None if detector is None or reader is None else (detector, reader)
        # A page that was just taken over may still be at its last picture.
        self.networks_in_use = threading.Lock()
        self._loading = asyncio.Lock()
        self._seated: Seated | None = None
        self._connected: set[Seated] = set()
        self.decoder = Decoder()

    def may_connect(self, who: Seated) -> bool:
        """Whether there is room for one more connection; ``gone`` makes it again."""
        if len(self._connected) >= _MAX_CONNECTED:
            return False
        self._connected.add(who)
        return True

    def gone(self, who: Seated) -> None:
        """The connection has ended."""
        self._connected.discard(who)
        self.free_seat(who)

    async def close(self) -> None:
        """End what still runs."""
        await self.clips.close()
        await asyncio.to_thread(self.decoder.close)

    async def take_seat(self, who: Seated, *, take_over: bool) -> bool:
        """Whether the seat is ``who``'s now; whoever had it leaves when taken over."""
        if self._seated is not None and self._seated is not who:
            if not take_over:
                return False
            before, self._seated = self._seated, who
            await before.leave()
        self._seated = who
        return True

    def free_seat(self, who: Seated) -> None:
        """The connection has ended."""
        if self._seated is who:
            self._seated = None

    async def follower(self) -> CausalFollower:
        """A new follower on the networks, which are loaded when first needed (a second)."""
        async with self._loading:
            if self._networks is None:
                self._networks = await asyncio.to_thread(_load)
        return CausalFollower(*self._networks)

    def session(self, settings: LiveSettings, size_px: tuple[int, int]) -> LiveSession:
        """A new session for pictures of this size."""
        return LiveSession(settings, size_px)


def _load() -> tuple[Detector, Reader]:
    from leanline.pose.detector import PersonDetector
    from leanline.pose.landmarks import LandmarkNetwork

    sys.setswitchinterval(_TURN_S)
    for name in _NEEDED_LATER:
        importlib.import_module(name)
    return PersonDetector(), LandmarkNetwork("full")
