"""Who logs in: signing in and out, the pages that need it, and the language of an officer."""
