"""Practice plans: one cue, fading feedback, and days to film again."""

from leanline.plan.plan import (
    Plan,
    Practice,
    Refilm,
    from_plain,
    keep_text,
    make_plan,
    plan_title,
    plan_words,
    to_plain,
)
from leanline.plan.progress import PlanProgress, plan_progress

__all__ = [
    "Plan",
    "PlanProgress",
    "Practice",
    "Refilm",
    "from_plain",
    "keep_text",
    "make_plan",
    "plan_progress",
    "plan_title",
    "plan_words",
    "to_plain",
]
