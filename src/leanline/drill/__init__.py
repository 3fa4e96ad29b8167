"""The standing drill: repetitions, holds and where the plank breaks, from angles over time."""
