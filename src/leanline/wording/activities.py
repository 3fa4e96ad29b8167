"""What somebody in a clip does, as reasons that sentences take in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from leanline.reason import Reason

#: By ``Analysis.activity``.
ACTIVITIES: Final[Mapping[str, Reason]] = {
    "running": Reason("activity.running"),
    "walking": Reason("activity.walking"),
    "standing": Reason("activity.standing"),
}
