"""Which officer may see which record, the trace that each reading leaves, and when data are erased."""
