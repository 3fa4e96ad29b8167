"""The version, which results carry."""

from typing import Final

__version__: Final = "0.2.0"
