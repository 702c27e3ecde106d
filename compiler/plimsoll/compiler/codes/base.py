"""Codes of what a change does to what it is judged by."""

from plimsoll.compiler.codes.code import Code

BASE = (
    Code(
        "PLM-BAS-001",
        "a change to what governs",
        "The change adds, changes or takes away a policy, a binding or a waiver. With --base it is judged by those "
        "that were there before it, so that it can't pass by what it brings. This note says what will count once the "
        "change is merged.",
        "nothing; have the owners of the rules look at it",
        "kind: Waiver    # in a pull request that is checked with plimsoll check --base origin/main",
    ),
)
