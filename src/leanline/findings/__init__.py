"""From numbers to at most three things to say, by rules kept as data."""
