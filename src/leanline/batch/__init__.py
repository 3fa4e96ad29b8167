"""Batch analysis: a manifest of clips, a pool of workers, one tidy dataset."""
