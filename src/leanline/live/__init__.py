"""Real-time analysis: causal filters, but the same angle definitions as for clips."""
