"""CloudEvents 1.0: what a step or a verb changed in the world, told to whoever the environment names."""
