"""The actions of ``plimsoll data``."""
