"""State shared by all connections of the live page: networks, clips, and the single seat."""

from __future__ import annotations

import asyncio
import importlib
import sys
import threading
from pathlib import Path
from typing import Protocol

from leanline.live.follower import CausalFollower, Detector, Reader
from leanline.live.session import LiveSession, LiveSettings, Reading
from leanline.web.live.clips import SavedClips
from leanline.web.live.messages import PictureMessage
from leanline.web.live.pictures import Decoder

# While a stride analysis runs in its thread, the next picture must not wait for the interpreter
# lock at every call: threads switch ten times as often as by default.
_SWITCH_INTERVAL_S = 0.0005
_MAX_CONNECTED = 8
_MAX_SCREENS = 4
# Imported before the first frame because importing them takes about a second.
_PRELOADED_MODULES = ("scipy.signal", "scipy.interpolate", "cv2", "av")


class SeatHolder(Protocol):
    """A connection that can be asked to leave its seat."""

    async def leave(self) -> None:
        """End the session because another connection takes the seat."""
        ...


class Screen(Protocol):
    """A connection that shows what another one films."""

    def show(self, picture: PictureMessage, reading: Reading) -> None:
        """Take what to show next, without blocking."""
        ...


class LiveHub:
    """Shared state of the live page; only one connection, the seat holder, measures at a time.

    Parameters
    ----------
    folder
        Where clips are saved.
    source
        A clip that the page plays instead of the camera, or None.
    detector, reader
        Replace the package's own networks, which are loaded on first use.
    """

    def __init__(
        self,
        folder: Path,
        source: Path | None = None,
        *,
        detector: Detector | None = None,
        reader: Reader | None = None,
    ) -> None:
        self.clips = SavedClips(folder)
        self.source = source
        self._networks = None if detector is None or reader is None else (detector, reader)
        # A connection whose seat was taken over may still be processing its last picture.
        self.networks_in_use = threading.Lock()
        self._loading = asyncio.Lock()
        self._holder: SeatHolder | None = None
        self._connected: set[SeatHolder] = set()
        self._screens: set[Screen] = set()
        self.decoder = Decoder()

    def connect(self, connection: SeatHolder) -> bool:
        """Register a connection; False if there are too many. ``gone`` unregisters it."""
        if len(self._connected) >= _MAX_CONNECTED:
            return False
        self._connected.add(connection)
        return True

    def disconnect(self, connection: SeatHolder) -> None:
        """Unregister a connection that has ended."""
        self._connected.discard(connection)
        self.release_seat(connection)

    def add_screen(self, screen: Screen) -> bool:
        """Register a screen; False if there are too many. ``remove_screen`` unregisters it."""
        if len(self._screens) >= _MAX_SCREENS:
            return False
        self._screens.add(screen)
        return True

    def remove_screen(self, screen: Screen) -> None:
        """Unregister a screen that has gone."""
        self._screens.discard(screen)

    def show(self, picture: PictureMessage, reading: Reading) -> None:
        """Show a picture and what was measured in it on all screens."""
        for screen in tuple(self._screens):
            screen.show(picture, reading)

    async def close(self) -> None:
        """Stop all background work."""
        await self.clips.close()
        await asyncio.to_thread(self.decoder.close)

    async def take_seat(self, connection: SeatHolder, *, take_over: bool) -> bool:
        """Try to take the seat; with ``take_over`` the present holder has to leave."""
        if self._holder is not None and self._holder is not connection:
            if not take_over:
                return False
            previous, self._holder = self._holder, connection
            await previous.leave()
        self._holder = connection
        return True

    def release_seat(self, connection: SeatHolder) -> None:
        """Release the seat if this connection holds it."""
        if self._holder is connection:
            self._holder = None

    async def follower(self) -> CausalFollower:
        """Create a follower; the networks are loaded on first use, which takes about a second."""
        async with self._loading:
            if self._networks is None:
                self._networks = await asyncio.to_thread(_load)
        return CausalFollower(*self._networks)

    def session(self, settings: LiveSettings, size_px: tuple[int, int]) -> LiveSession:
        """Create a session for pictures of this size."""
        return LiveSession(settings, size_px)


def _load() -> tuple[Detector, Reader]:
    from leanline.pose.detector import PersonDetector
    from leanline.pose.landmarks import LandmarkNetwork

    sys.setswitchinterval(_SWITCH_INTERVAL_S)
    for name in _PRELOADED_MODULES:
        importlib.import_module(name)
    return PersonDetector(), LandmarkNetwork("full")
