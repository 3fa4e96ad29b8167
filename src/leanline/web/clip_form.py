"""The settings of a clip as fields of a form, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from leanline.errors import UsageError
from leanline.quantities import PARSERS
from leanline.reason import Reason
from leanline.web.api.models import SettingsIn
from leanline.web.formatting import PageWords
from leanline.web.labels import labels
from leanline.wording.catalogue import render

_KMH: Final = 3.6
#: Settings that a form can change; others stay as they are.
FIELDS: Final = (
    *("height_m", "speed_mps", "activity", "slow_motion", "pose_model", "person"),
    *("start_s", "end_s", "rotate_deg", "crop", "shot", "roll_deg"),
)
_TEXTS: Final = ("activity", "pose_model", "crop")
_WHOLE: Final = ("person", "shot", "rotate_deg")


def show_settings(settings: Mapping[str, Any], words: PageWords) -> dict[str, str]:
    """Write the settings of a clip as a person would type them.

    Parameters
    ----------
    settings
        Of the session.
    words
        Of the language.

    Returns
    -------
    dict of str
        By field; ``speed_unit`` is that of the speed.
    """
    shown = {name: str(settings[name]) for name in FIELDS if settings.get(name) is not None}
    for name in shown:
        if name not in (*_TEXTS, *_WHOLE):
            shown[name] = words.language.number(f"{settings[name]:g}")
    if "height_m" in shown:
        shown["height_m"] = f"{shown['height_m']} m"
    if "speed_mps" in shown:
        shown["speed_mps"] = words.number(_KMH * settings["speed_mps"], 1)
        shown["speed_unit"] = "km/h"
    return shown


def read_settings(
    form: Mapping[str, str], kept: Mapping[str, Any], language: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Read the settings of a clip from a form.

    Parameters
    ----------
    form
        The fields; empty ones are left out.
    kept
        The settings so far, of which those without a field stay.
    language
        Of the sentences.

    Returns
    -------
    tuple of dict
        The settings, and by field what is wrong with it.
    """
    settings = {name: value for name, value in kept.items() if name not in FIELDS}
    wrong = {}
    for name in FIELDS:
        if name not in form:
            continue
        try:
            settings[name] = _read(name, form)
        except UsageError as error:
            wrong[name] = error.message(language, labels(language))
        except ValidationError:
            wrong[name] = render(Reason("form.value"), language)
    return settings, wrong


def _read(name: str, form: Mapping[str, str]) -> Any:  # noqa: ANN401
    text = form[name]
    if name in PARSERS:
        unit = form.get("speed_unit", "") if name == "speed_mps" else ""
        given: Any = PARSERS[name](text if any(map(str.isalpha, text)) else f"{text} {unit}")
    elif name in _TEXTS:
        given = text
    else:
        given = _number(text, whole=name in _WHOLE)
    return getattr(SettingsIn.model_validate({name: given}), name)


def _number(text: str, *, whole: bool) -> float | str:
    """A number with a decimal point or comma; as it is if it is none, to be refused."""
    try:
        return int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        return text
