"""CheckedProject × CheckedProject → Plan: what a change does, what it costs, and which risk it carries."""
