"""Time and memory of whole commands, on Linux."""
