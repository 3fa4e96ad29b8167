"""Many clips: manifest, workers, one tidy dataset."""
