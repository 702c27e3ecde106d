"""Texts of which a part recurs: what a model reads stands in each of its requests, and is most of them."""

from typing import Self


class Woven(str):
    """A text, and the pieces that it is made of. Whoever writes it otherwise writes a piece that recurs but once.

    Law: it is the text that its pieces make, and whatever is made of it is what would be made of that.
    """

    __slots__ = ("pieces",)
    pieces: tuple[str, ...]

    def __new__(cls, *pieces: str) -> Self:
        """The pieces one after the other."""
        made = super().__new__(cls, "".join(pieces))
        made.pieces = pieces
        return made

    @property
    def lines_begin_inside(self) -> bool:
        """Whether no piece begins where a line may begin: how that is written depends on the one before it."""
        return not any(piece.endswith("\n") for piece in self.pieces[:-1])
