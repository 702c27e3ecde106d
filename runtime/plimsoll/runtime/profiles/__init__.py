"""Profiles of tables (whylogs sketches), the calibration of a baseline, and the drift of one against the other."""
