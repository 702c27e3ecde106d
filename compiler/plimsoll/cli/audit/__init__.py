"""The audit of an environment in its forms: for people at a terminal, as a page, as OSCAL; and its folder."""
