"""From a clip to its analysis: video -> pose -> runner -> gait -> metrics -> findings.

``analyze`` is the way in. A clip from the side takes the sagittal branch, one from behind or in
front the frontal branch; a standing clip and a rear clip are its companions.
"""

from leanline.pipeline.capture_analysis import analyze_capture
from leanline.pipeline.companions import minus_standing, rear_conflict, with_rear
from leanline.pipeline.entry import analyze, analyze_clip
from leanline.pipeline.input_hash import sha256_of
from leanline.pipeline.part_of_film import measure_film
from leanline.pipeline.picture_folder import film_of
from leanline.pipeline.pose_source import capture_clip
from leanline.pipeline.what_was_read import what_was_read

__all__ = [
    "analyze",
    "analyze_capture",
    "analyze_clip",
    "capture_clip",
    "film_of",
    "measure_film",
    "minus_standing",
    "rear_conflict",
    "sha256_of",
    "what_was_read",
    "with_rear",
]
