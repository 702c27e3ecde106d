"""CheckedProject → Release: every object of an environment as bytes, and nothing but what the specs say."""
