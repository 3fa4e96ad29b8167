"""Files in and out: pose tracks, analysis.json."""
