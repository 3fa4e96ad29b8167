"""Pose sources: from pictures or a recorded track to the raw keypoints of one person."""
