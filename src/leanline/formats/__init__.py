"""File formats: pose tracks of other tools, and ``analysis.json``."""
