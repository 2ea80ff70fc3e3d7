"""Those who are asked to help: by the link in a message, or logged in."""
