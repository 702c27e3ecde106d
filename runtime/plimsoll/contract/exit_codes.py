"""The exit codes of the command line and of steps."""

CLEAN = 0
FINDINGS = 1
"""Something was found or refused: a diagnostic at error level, a gate not met, a signature that does not hold."""
USAGE = 2
ENVIRONMENT = 3
"""The surroundings are at fault: no git repository, a full disk, a missing program."""
REFUSED = 10
"""A step refused its input; never retried."""
TRANSIENT = 75
"""A step failed in a way that may pass (sysexits' EX_TEMPFAIL); the rendered retry strategy retries it."""
INTERNAL = 70
"""A bug of ours (sysexits' EX_SOFTWARE)."""
INTERRUPTED = 130
"""Stopped by Ctrl-C (128 + SIGINT)."""
