"""Words for values of the data model, as reasons that sentences take in."""

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
#: By ``Job.state``.
JOB_STATES: Final[Mapping[str, Reason]] = {
    "queued": Reason("job_state.queued"),
    "running": Reason("job_state.running"),
    "done": Reason("job_state.done"),
    "failed": Reason("job_state.failed"),
    "cancelled": Reason("job_state.cancelled"),
    "interrupted": Reason("job_state.interrupted"),
}
