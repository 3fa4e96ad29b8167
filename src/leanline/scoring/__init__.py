"""How well results agree with truth: the scoring of any tool against truth files.

Pure functions from pairs of true and measured values to bias, agreement and coverage; the
definitions are on the page Truth files.
"""

from leanline.scoring.parts import ScorePart
from leanline.scoring.run import Score, score

__all__ = ["Score", "ScorePart", "score"]
