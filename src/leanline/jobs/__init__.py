"""The durable queue of analyses and the process that works on it."""
