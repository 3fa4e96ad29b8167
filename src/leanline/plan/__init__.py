"""The training plan that follows from the findings, and its calendar."""
