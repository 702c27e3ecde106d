"""What a run remembers for the next one: readings by content, references and verdicts by what they depend on.

The cache lies outside the repository, so that no pull request can bring verdicts of its own. It holds no code and
nothing that runs when it is read; each part bears a checksum, and what is damaged is forgotten.
"""
