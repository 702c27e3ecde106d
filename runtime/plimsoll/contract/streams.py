"""What programs of ours print, whatever the locale is."""

import sys
from io import TextIOWrapper


def print_utf8() -> None:
    """Have all that is printed be UTF-8: the locale of a container or of a service may know no more than ASCII.

    What is no character, such as a byte of a file's name that is not UTF-8, is printed as an escape.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
