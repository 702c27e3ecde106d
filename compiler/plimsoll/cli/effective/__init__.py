"""A spec as it works in an environment: its values, where each came from, and how both look on a terminal."""
