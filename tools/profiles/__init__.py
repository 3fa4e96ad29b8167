"""Fit the profiles of the pose sources on people whose joints are known."""
