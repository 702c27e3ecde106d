"""Feature tables, labelled examples, and the feature store that joins and serves them.

The modules ``build``, ``expectations`` and ``examples`` need DuckDB and Arrow only and start fast. ``store``
imports Feast, which takes seconds: import it only where features are joined or served.
"""
