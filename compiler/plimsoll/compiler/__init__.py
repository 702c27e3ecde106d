"""Specs to a checked, planned and rendered release. Light imports only; never imports the runtime."""
