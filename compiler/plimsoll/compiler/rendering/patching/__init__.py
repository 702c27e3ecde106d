"""The escape hatch: patches that a spec lays over the objects that are rendered for it."""
