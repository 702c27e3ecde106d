"""How a deployment is held against its model's baseline: windows, faults, drift, performance, and what to do."""
