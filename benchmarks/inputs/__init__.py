"""What peers are given: as many files as ours, in the languages that they check."""
