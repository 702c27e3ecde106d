"""What writing a release does to the folder that it is written to."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from plimsoll.contract.release import BUNDLE_FILE, LOCK_FILE

if TYPE_CHECKING:
    from plimsoll.compiler.rendering.release import Release


@dataclass(frozen=True)
class FileChanges:
    """The names of a release's files by what becomes of them."""

    new: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def counts(self) -> dict[str, int]:
        """How many files there are of each sort."""
        return {
            "new": len(self.new),
            "changed": len(self.changed),
            "removed": len(self.removed),
            "unchanged": len(self.unchanged),
        }


def changes_to(folder: Path, release: "Release") -> FileChanges:
    """Compare a release with what lies in its folder, lock and signature aside."""
    old = {path.name: path.read_bytes() for path in _files(folder)}
    kept = [name for name in release.files if name in old]
    return FileChanges(
        new=tuple(sorted(set(release.files) - set(old))),
        changed=tuple(sorted(name for name in kept if old[name] != release.files[name])),
        removed=tuple(sorted(set(old) - set(release.files))),
        unchanged=tuple(sorted(name for name in kept if old[name] == release.files[name])),
    )


def _files(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return [path for path in folder.iterdir() if path.is_file() and path.name not in (LOCK_FILE, BUNDLE_FILE)]
