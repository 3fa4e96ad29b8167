"""Scoring of any tool's results against truth files.

Pure functions from pairs of true and measured values to bias, agreement and coverage, as defined on
the documentation page "Truth files".
"""

from leanline.scoring.parts import ScorePart
from leanline.scoring.run import Score, score

__all__ = ["Score", "ScorePart", "score"]
