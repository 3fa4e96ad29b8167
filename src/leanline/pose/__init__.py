"""From pictures (or somebody else's track) to the raw keypoints of one person."""
