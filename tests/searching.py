"""How many examples a property test tries, and the runners it draws."""

from __future__ import annotations

from typing import Any, Final

from hypothesis import settings
from hypothesis import strategies as st

from leanline.model import PoseTrack
from tests.synthetic import synthetic_runner

FPS: Final = 60

# Runners of many forms, and how well a network sees them.
FORMS: Final = st.fixed_dictionaries(
    {
        "cadence_spm": st.floats(150, 195),
        "duty_factor": st.floats(0.28, 0.42),
        "speed_mps": st.floats(2.2, 4.5),
        "lean_leg_deg": st.floats(0, 9),
        "lean_trunk_deg": st.floats(0, 20),
        "foot_strike_angle_deg": st.floats(-8, 20),
        "surface": st.sampled_from(["treadmill", "overground"]),
        "direction": st.sampled_from(["left", "right"]),
        "start_s": st.floats(0.05, 0.3),
        "noise": st.floats(0, 2),
        "seed": st.integers(0, 9),
    }
)
Form = dict[str, Any]


def everyday(count: int) -> settings:
    """The number of examples of an expensive property in everyday runs, which repeat them.

    ``pytest --hypothesis-profile search`` draws anew, as many as the profile says.
    """
    repeats = settings.default is not None and settings.default.derandomize
    return settings(max_examples=count) if repeats else settings()


def seen(form: Form, seconds: float = 4.0) -> PoseTrack:
    """The track of a runner of that form."""
    return synthetic_runner(fps=FPS, seconds=seconds, **form).pose
