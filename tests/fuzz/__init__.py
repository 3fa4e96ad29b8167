"""Files that are damaged at random: only sentences may come out.

A few examples each time, always the same. ``LEANLINE_FUZZ=100 pytest tests/fuzz`` draws a
hundred times as many, and new ones each time.
"""
