"""What Plimsoll costs, held against its peers in the same run: docs/benchmarks.md tells the figures."""
