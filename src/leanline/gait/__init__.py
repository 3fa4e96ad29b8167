"""From a clean runner to gait: activity, contacts, cadence, steps."""
