"""Who can help, and how to reach them."""
