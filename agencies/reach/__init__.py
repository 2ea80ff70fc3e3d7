"""How agencies are reached: delivery, verification and webhooks. Nothing else speaks to the outside world."""
