"""Who may see what, what is remembered of it, and when it is erased."""
