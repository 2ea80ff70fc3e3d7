"""Pages of the agencies that are asked to help, by the link in a message or after a login."""
