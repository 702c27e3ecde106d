"""Document → Spec → Project: typed specs, references resolved, overlays laid for each environment."""
