"""Questions for the pages and the watchers. Nothing here writes to the database."""
