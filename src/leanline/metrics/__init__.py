"""From gait to numbers with intervals: one file for each family of metrics."""
