"""Who wrote the waivers of a project that is looked at again and again, with texts that were not saved yet."""

import hashlib
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.compiler.cache.authors import Known, Texts, asked, key_of
from plimsoll.compiler.governance.terms import Authors, Written
from plimsoll.compiler.project.located import Located
from plimsoll.compiler.project.project import Project

if TYPE_CHECKING:
    from plimsoll.compiler.kinds import Waiver


@dataclass
class History:
    """Asks git only when a waiver's text, the commit that is checked out or git's configuration is another one."""

    _key: bytes | None = None
    _known: Known | None = None

    def authors(self, project: Project, texts: Texts) -> Authors:
        """Who wrote each waiver of a project, of which some files have other texts than the disk's."""
        known: Known = {}

        def of(waiver: Located["Waiver"]) -> Written:
            if not known:
                known.update(self._recall(project, lambda: asked(project, texts)))
            return known[waiver.name]

        return of

    def _recall(self, project: Project, ask: Callable[[], Known]) -> Known:
        key = _whole(key_of(project))
        if key is None or key != self._key or self._known is None:
            self._key, self._known = key, ask()
        return self._known


def _whole(key: bytes | None) -> bytes | None:
    """A key that also decides who writes what is not committed: git asks the user's own configuration."""
    if key is None:
        return None
    found = hashlib.sha256(key)
    for path in _of_user():
        found.update(b"\0" + path.read_bytes() if path.is_file() else b"\1")
    return found.digest()


def _of_user() -> Iterator[Path]:
    home = Path.home()
    yield home / ".gitconfig"
    yield Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config") / "git" / "config"
