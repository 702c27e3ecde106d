"""``.plimsoll.yaml``: where it is looked for. ``settings_spec`` reads it; most repositories have none.

It begins with a dot, and is therefore no spec. The nearest one counts, from the folder of the specs up to the root of
the repository.
"""

import os
from pathlib import Path

NAME = ".plimsoll.yaml"


def settings_file(folder: Path) -> Path | None:
    """The settings that hold for a folder, if there are any.

    What bears their name and is no file counts too, so that whoever reads it refuses: no rules are lost unseen.
    """
    here = folder.resolve()
    for one in (here, *here.parents):
        if os.path.lexists(one / NAME):
            return one / NAME
        if (one / ".git").exists():
            return None
    return None
