"""What programs of ours print, whatever the locale is and whoever listens."""

import os
import sys
from collections.abc import Callable
from io import TextIOWrapper

from plimsoll.contract.exit_codes import ENVIRONMENT


def print_utf8() -> None:
    """Have all that is printed be UTF-8: the locale of a container or of a service may know no more than ASCII.

    What is no character, such as a byte of a file's name that is not UTF-8, is printed as an escape. Where a stream was
    closed before the program began, what is printed there goes nowhere.
    """
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115, PTH123 -- open until the end
        elif isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def heard(work: Callable[[], int]) -> int:
    """The exit code that some work gives, once what it said is written; another where that can't be."""
    try:
        code = work()
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader has gone, as in `plimsoll check | head`.
        return _unheard()
    except OSError as error:
        sys.stderr.write(f"plimsoll: what it said could not be written: {error.strerror or error}\n")
        return _unheard()
    return code


def _unheard() -> int:
    """Have Python not complain once more when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ENVIRONMENT
