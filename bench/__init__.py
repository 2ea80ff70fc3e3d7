"""What the portal promises to be fast at, measured: ./portal bench. Nothing here is part of the tests."""
