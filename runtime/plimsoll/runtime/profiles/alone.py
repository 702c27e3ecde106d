"""Import this before whylogs: it keeps scikit-learn out of it.

whylogs imports scikit-learn, where it is installed, for embeddings that Plimsoll does not profile: 1.5 of its 2.3 s,
in every monitor. It goes without when the import fails; a step that needs scikit-learn imports it as ever.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

_REMOVED_FROM_NUMPY = "unicode_"
_UNNEEDED = "sklearn"


@contextmanager
def _without(name: str) -> Iterator[None]:
    """Let an import of a package fail that was not imported before."""
    if name in sys.modules:
        yield
        return
    sys.modules[name] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules[name]


os.environ["WHYLOGS_NO_ANALYTICS"] = "1"
if not hasattr(np, _REMOVED_FROM_NUMPY):
    setattr(np, _REMOVED_FROM_NUMPY, np.str_)
with _without(_UNNEEDED):
    import whylogs.core  # noqa: F401
