"""Whom an alert would tell, and why: plan, bounds, choosing, preview. Questions; never a write."""
