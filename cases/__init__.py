"""What happened, and what was done."""
