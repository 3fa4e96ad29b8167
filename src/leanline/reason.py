"""Why something was not measured, refused or noted: a stable code with typed parameters.

Modules pass reasons, never sentences. Words are made at the edges (terminal, page, report, API)
by ``leanline.wording``, from one catalogue per language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

Param = str | int | float | tuple[str, ...]
#: A sentence that was written before there were codes; its ``text`` is all that is known.
LEGACY: Final = "legacy.text"


@dataclass(frozen=True)
class Reason:
    """A code such as ``"metric.too_few_steps"`` and the values that its sentence needs.

    Parameters
    ----------
    code
        Stable, dotted: the kind (``input``, ``usage``, ``metric``, ``warning``, ...) and the
        case. Codes are part of ``analysis.json`` and of the API; they are never reused.
    params
        Numbers in the unit that their name ends in, and plain text such as a file's name.
    """

    code: str
    params: Mapping[str, Param] = field(default_factory=dict)

    def __post_init__(self) -> None:
        # A plain dict, not a proxy: reasons are pickled between processes.
        object.__setattr__(self, "params", dict(self.params))

    def __hash__(self) -> int:
        return hash((self.code, tuple(sorted(self.params.items(), key=lambda item: item[0]))))
