"""The verbs, a file each: arguments, a thin wiring of stages, and the exit code."""
