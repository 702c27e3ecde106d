"""The report: one HTML page without scripts or network that shows what was checked, planned, run, found and verified.

``material`` is what goes in, one module for each section makes plain values of it, and ``templates/report`` alone
writes markup: every value passes through its autoescaping environment.
"""
