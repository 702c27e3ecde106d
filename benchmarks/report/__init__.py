"""Figures as rows, as JSON, as tables, and on the page that tells them."""
