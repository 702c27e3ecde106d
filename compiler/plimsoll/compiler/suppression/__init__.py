"""Findings that a comment beside them asks to leave aside: ``# plimsoll: ignore[CODE] reason``."""
