"""What the figures say: the map, the wall, and how long people wait. Questions only; no other room asks them."""
