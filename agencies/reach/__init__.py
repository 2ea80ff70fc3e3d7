"""Keeping the promise of a notification: claim, send, record. Nothing else speaks to the outside world."""
