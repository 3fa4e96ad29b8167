"""The roll that the phone's own sensors showed while it filmed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from leanline.model import Array

# Error of a phone's reading in the picture's plane, standard deviation in degrees. Readings of one
# phone agree with a reference within 0.3 (Mourcou et al. 2015, Sensors 15:23168), but phones
# differ: their mean errors reach 2.1 about the axis across the screen (Kuhlmann et al. 2021, Behav
# Res Methods 53:22), taken as two standard deviations. One in ten is taken to be three times worse,
# as the same study found 6.6 about the other axis: lines of the scene then prevail.
SENSOR_SDS_DEG: Final = (1.0, 3.0)
SHARES: Final = (0.9, 0.1)


@dataclass(frozen=True)
class PhoneLevel:
    """Roll of the camera by the phone's motion sensors.

    Parameters
    ----------
    roll_deg
        Mean over the recording, degrees, clockwise positive as the photographer sees it.
    spread_deg
        Standard deviation of the readings over the recording, degrees.
    """

    roll_deg: float
    spread_deg: float = 0.0

    @property
    def sd_deg(self) -> float:
        """Standard deviation of the mean reading from the true roll, degrees."""
        variance = sum(
            share * (sd**2 + self.spread_deg**2)
            for sd, share in zip(SENSOR_SDS_DEG, SHARES, strict=True)
        )
        return float(np.sqrt(variance))

    def log_likelihood(self, roll: Array) -> Array:
        """Return the log likelihood of rolls in radians, up to a constant."""
        parts = []
        for sensor_sd_deg, share in zip(SENSOR_SDS_DEG, SHARES, strict=True):
            sd = np.radians(np.hypot(sensor_sd_deg, self.spread_deg))
            off = (roll - np.radians(self.roll_deg)) / sd
            parts.append(np.log(share / sd) - 0.5 * off**2)
        return np.asarray(np.logaddexp.reduce(parts, axis=0))
