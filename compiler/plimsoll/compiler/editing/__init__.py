"""Fixes applied to the text of specs: every byte that no edit names stays as its author wrote it."""
