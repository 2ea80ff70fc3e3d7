"""Whom an alert tells, and why. These modules answer questions and write nothing."""
