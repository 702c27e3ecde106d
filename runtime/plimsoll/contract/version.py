"""The version, as a constant: asking the installed package for it would take longer than all of ``--version`` may."""

VERSION = "0.1.0"
"""That of pyproject.toml; a test holds the two together."""
