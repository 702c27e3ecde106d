"""Specs of an older ``apiVersion`` → the same specs of a newer one, with comments, order and layout kept."""
