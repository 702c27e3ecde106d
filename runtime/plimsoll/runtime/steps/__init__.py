"""The platform's own steps, one file each: ``plimsoll-step NAME``."""
