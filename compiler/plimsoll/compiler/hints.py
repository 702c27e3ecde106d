"""Hints for words that nobody knows."""

from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint with the nearest known word, or with all of them when none is near."""
    choices = sorted(known)
    near = nearest(word, choices)
    if near is not None:
        return f"did you mean {near!r}?"
    return f"known: {', '.join(choices)}" if 0 < len(choices) <= 30 else ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that is most like a word; None when none is much like it."""
    import difflib

    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return near[0] if near else None
