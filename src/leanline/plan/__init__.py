"""What to do about a finding over the next weeks: one cue, feedback that fades, days to film."""

from leanline.plan.plan import (
    Plan,
    Practice,
    Refilm,
    from_plain,
    keep_of,
    make_plan,
    title_of,
    to_plain,
)

__all__ = [
    "Plan",
    "Practice",
    "Refilm",
    "from_plain",
    "keep_of",
    "make_plan",
    "title_of",
    "to_plain",
]
