"""What was found to hold and can't cease to, by its digest: that rules are sound, that a signature is right."""

from pathlib import Path

from plimsoll.compiler.cache.place import cache_folder, code_fingerprint
from plimsoll.compiler.cache.store import Store, Unusable

_HOLDS = b"holds"


class Marks:
    """Digests of what holds, for one version of the compiler. Where nothing may be remembered, nothing is."""

    def __init__(self, root: Path, *, cached: bool) -> None:
        folder = cache_folder(root) if cached else None
        self._store = Store(folder / f"marks-{code_fingerprint()}.sqlite3") if folder is not None else None

    def has(self, digest: str) -> bool:
        """Whether something is known to hold."""
        try:
            return self._store is not None and self._store.part(digest) == _HOLDS
        except Unusable:
            return False

    def add(self, digest: str) -> None:
        """Remember that something holds, if that can be done."""
        if self._store is None:
            return
        try:
            self._store.keep({digest: _HOLDS}, (), ())
        except Unusable:
            return
        finally:
            self._store.close()
