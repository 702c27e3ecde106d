"""What a folder that is named must be."""

from pathlib import Path

from plimsoll.contract.refusal import Unavailable


def require_folder(folder: Path, mend: str, *, shown: str = "") -> None:
    """See to it that a folder is there; ``mend`` says what to do where it is not, or is a file.

    ``shown`` is what it is called, if not by its path.

    Raises:
        Unavailable: when it is not there, or a file.
    """
    if not folder.is_dir():
        why = "it is a file" if folder.exists() else "there is no such folder"
        raise Unavailable(shown or folder.as_posix(), why, mend)


def require_no_file(folder: Path, mend: str) -> None:
    """See to it that a folder can be made, or is there: neither it nor what it would lie in is a file.

    Raises:
        Unavailable: when one of them is.
    """
    for one in (folder, *folder.parents):
        if one.is_dir():
            return
        if one.exists():
            raise Unavailable(one.as_posix(), "it is not a folder", mend)
