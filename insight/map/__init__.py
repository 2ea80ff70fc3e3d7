"""Open cases on a map, on a desk or on a wall that visitors pass."""
