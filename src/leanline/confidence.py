"""The one number behind every 95 % interval."""

from __future__ import annotations

from typing import Final

# Half-width of the central 95 % of a normal distribution, in standard deviations. The two-decimal
# value of the textbooks: results stay the same to the last bit.
NORMAL_95: Final = 1.96
