"""The streaming twin of the analysis: causal filters, the same angles."""
