"""Serving a verified model: predictor, journal of what was served, and the HTTP application."""
