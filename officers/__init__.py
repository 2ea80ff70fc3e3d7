"""Who logs in: signing in and out, the pages that need it, and an officer's language."""
