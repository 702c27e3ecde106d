"""The demonstration: a model's whole life, told by the very commands that a user would type."""
