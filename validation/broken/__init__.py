"""Files that are broken on purpose, and what leanline does with each."""
