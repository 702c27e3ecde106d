"""Models as the runtime sees them: a folder in a known format that gives a score for each row."""
