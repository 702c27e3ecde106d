"""``.plimsoll.yaml``: where it is looked for. ``settings_spec`` reads it; most repositories have none.

It begins with a dot, and is therefore no spec. The nearest one counts, from the folder of the specs up to the root of
the repository.
"""

from pathlib import Path

NAME = ".plimsoll.yaml"


def settings_file(folder: Path) -> Path | None:
    """The settings that hold for a folder, if there are any."""
    here = folder.resolve()
    for one in (here, *here.parents):
        if (one / NAME).is_file():
            return one / NAME
        if (one / ".git").exists():
            return None
    return None
