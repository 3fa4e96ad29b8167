"""leanline."""
