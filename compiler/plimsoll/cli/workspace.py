"""Where a laptop keeps what a cluster would: one hidden folder at the root of the repository."""

from dataclasses import dataclass
from pathlib import Path

from plimsoll.contract.places import MOUNT, State
from plimsoll.contract.requests import TrainingRequest

FOLDER = ".plimsoll"


@dataclass(frozen=True)
class Workspace:
    """The folders of one repository's local life."""

    root: Path

    @classmethod
    def at(cls, start: Path) -> "Workspace":
        """The workspace of the git repository that holds ``start``.

        Where there is no repository, the nearest workspace above; where there is none either, that of ``start`` itself.
        """
        here = start.resolve()
        for mark in (".git", FOLDER):
            for folder in (here, *here.parents):
                if (folder / mark).exists():
                    return cls(folder / FOLDER)
        return cls((here if here.is_dir() else here.parent) / FOLDER)

    @property
    def trust(self) -> Path:
        """The embedded sigstore instance."""
        return self.root / "trust"

    @property
    def data(self) -> Path:
        """The data root: where a file DataSource's path begins."""
        return self.root / "data"

    @property
    def runs(self) -> Path:
        """What the embedded runner keeps of its runs."""
        return self.root / "runner"

    def state(self, environment: str) -> State:
        """The durable state of an environment that lives here."""
        folder = self.root / "state" / environment
        folder.mkdir(parents=True, exist_ok=True)
        return State(folder)

    def local_uri(self, request: TrainingRequest) -> str:
        """The tracking URI of a run, as a program outside its sandbox sees it."""
        return request.tracking_uri.replace(f"{MOUNT}/state", self.state(request.environment).root.as_posix(), 1)
