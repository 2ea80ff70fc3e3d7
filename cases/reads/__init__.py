"""Questions; never a write."""
