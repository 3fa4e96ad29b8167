"""Metrics with confidence intervals, one module per family."""
