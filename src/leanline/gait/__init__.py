"""Gait of a clean runner: activity, contacts, cadence."""
