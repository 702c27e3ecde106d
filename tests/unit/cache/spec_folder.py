"""A folder of specs that is edited at random, as engineers edit theirs, well and badly."""

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.estate.text import yaml_text
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from plimsoll.compiler.diagnostics import Diagnostic

Spec = dict[str, Any]


@dataclass
class SpecFolder:
    """The specs below a folder, the chance that edits them, and what the last run found."""

    root: Path
    chance: random.Random
    found: tuple[Diagnostic, ...] = ()
    today: date = date(2027, 3, 1)
    kept: list[dict[Path, bytes]] = field(default_factory=list)
    """States to come back to."""

    def files(self) -> list[Path]:
        return sorted(path for path in self.root.rglob("*.yaml") if path.is_file())

    def any_file(self) -> Path:
        return self.chance.choice(self.files())

    def read(self, path: Path) -> list[Spec]:
        """The specs of a file; none where it can't be read."""
        try:
            values = list(YAML(typ="safe").load_all(io.BytesIO(path.read_bytes())))
        except (YAMLError, UnicodeDecodeError, ValueError):
            return []
        return [one for one in values if isinstance(one, dict)]

    def write(self, path: Path, specs: list[Spec]) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("---\n".join(map(yaml_text, map(_plain, specs))))

    def specs(self, *kinds: str) -> Iterator[tuple[Path, int, Spec]]:
        """Every spec of some kinds: its file, its position there, what it says."""
        for path in self.files():
            for position, spec in enumerate(self.read(path)):
                if not kinds or spec.get("kind") in kinds:
                    yield path, position, spec

    def any_spec(self, *kinds: str) -> tuple[Path, int, Spec] | None:
        """A spec of some kinds, by chance."""
        known = list(self.specs(*kinds))
        return self.chance.choice(known) if known else None

    def replace(self, path: Path, position: int, spec: Spec | None) -> None:
        """Write a spec in the place of one, or take it away."""
        specs = self.read(path)
        specs[position : position + 1] = [spec] if spec is not None else []
        if specs:
            self.write(path, specs)
        else:
            path.unlink()

    def name_of(self, kind: str) -> str:
        """The name of a spec of a kind, or one that there is not."""
        known = [spec["metadata"]["name"] for _, _, spec in self.specs(kind) if "name" in spec.get("metadata", {})]
        return self.chance.choice([*known, "nobody"]) if self.chance.random() < 0.95 else "nobody"

    def keep(self) -> None:
        self.kept.append({path: path.read_bytes() for path in self.root.rglob("*") if path.is_file()})
        del self.kept[:-4]

    def restore(self) -> None:
        """Come back to a state that was kept; only what differs is written."""
        if not self.kept:
            return
        state = self.chance.choice(self.kept)
        for path in self.root.rglob("*"):
            if path.is_symlink() or (path.is_file() and path not in state):
                path.unlink()
        for path, data in state.items():
            if path.is_dir():
                path.rmdir()
            if not path.is_file() or path.read_bytes() != data:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(data)

    def pass_days(self) -> None:
        self.today += timedelta(days=self.chance.choice([-400, -30, 1, 29, 400]))


def _plain(value: Any) -> Any:
    """Values as the dumper of estates knows them."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items() if item is not None}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value if isinstance(value, str | int | float | bool) else str(value)
