"""The formats of models, as far as both sides must agree on them."""

LOADABLE = ("skops",)
"""The formats that the steps of this release load."""
