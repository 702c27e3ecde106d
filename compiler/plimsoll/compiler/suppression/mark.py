"""The text by which a comment is known to speak to Plimsoll."""

MARK = "plimsoll:"
"""Only files that hold this text are looked into."""
