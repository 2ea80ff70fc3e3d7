"""Invented people and officers, who use the pages of the demo as everybody does."""
