"""Practice plans: one cue, fading feedback, and days to film again."""

from leanline.plan.plan import (
    Plan,
    Practice,
    Refilm,
    from_plain,
    keep_text,
    make_plan,
    plan_title,
    to_plain,
)

__all__ = [
    "Plan",
    "Practice",
    "Refilm",
    "from_plain",
    "keep_text",
    "make_plan",
    "plan_title",
    "to_plain",
]
