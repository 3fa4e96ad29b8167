"""How a height or a speed that somebody types is understood."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request

from leanline.quantities import PARSERS, describe
from leanline.settings import ClipInfo
from leanline.web.api.models import QuantityOut
from leanline.web.formatting import page_words
from leanline.web.language import language_of
from leanline.web.problems import responses

router = APIRouter(prefix="/quantities", tags=["quantities"])


@router.get("/{setting}", operation_id="read_quantity", responses=responses())
def read_quantity(
    request: Request,
    setting: Literal["height_m", "speed_mps"],
    text: Annotated[str, Query(max_length=40)],
) -> QuantityOut:
    """Read a height or a speed with its unit, and say it in other units, to be confirmed."""
    words = page_words(language_of(request))
    value = PARSERS[setting](text)
    # Refused is what nobody is or runs.
    ClipInfo(height_m=value) if setting == "height_m" else ClipInfo(speed_mps=value)
    return QuantityOut(value=value, text=words.language.number(describe(setting, value)))
