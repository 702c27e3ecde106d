"""Estates to measure with: the specs of a firm of any size, made up from a seed, valid under every rule.

teams → sources → feature sets → models → deployments → environments → governance; then the files.
"""
