"""Twins: for every code, a change of the sound starter that brings it about, and the nearest one that does not.

``twins/*.yaml`` holds them by code. ``file`` is changed: its ``text``, which stands there once, gives way to what
``fires`` or ``silent`` says; without ``text`` that is the whole file. ``beside`` are files that are written first, and
``bare`` leaves the starter away. What a ``PLM-BAS`` is about is committed before it is changed. Text that is long is
written as ``{of: text, times: number}``, where ``{n}`` counts; what is not text as ``{hex: bytes}``, ``{link:
target}``, ``{pipe: true}`` or ``{absent: true}``. A silent twin is sound, but for errors whose codes ``also`` names.
"""

import os
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

import yaml
from fixture_folders import (
    Findings,
    based,
    commit,
    examined,
    looked,
    migrated,
    rendered,
    tried,
    validated,
    write_parcels,
    write_pinned_project,
)

from plimsoll.compiler.rendering.release import render

FOLDER = Path(__file__).parent / "twins"
Side = Literal["fires", "silent"]
SIDES: tuple[Side, ...] = get_args(Side)


@dataclass(frozen=True)
class Twin:
    """What is done to the starter for a code's finding to come, and what for it to stay away."""

    code: str
    file: str
    fires: str | Mapping[str, Any]
    silent: str | Mapping[str, Any]
    text: str = ""
    beside: Mapping[str, str] = field(default_factory=dict)
    bare: bool = False
    also: Collection[str] = ()

    def found(self, side: Side, project: Path) -> Findings:
        """What is found when one of the two is laid out in a folder and goes the whole way."""
        specs = project / "specs"
        if self.bare:
            specs.mkdir(parents=True)
        else:
            write_pinned_project(project)
        if self.code.startswith("PLM-VAL"):
            release = _release(specs, project / "release")
            self._write(side, release)
            return validated(release)
        if self.code.startswith("PLM-BAS"):
            self._lay_beside(specs)
            commit(project)
            self._change(side, specs)
            return based(specs)
        self._write(side, specs)
        if self.code.startswith("PLM-DAT"):
            write_parcels(project / ".plimsoll" / "data")
            return looked(specs)
        if self.code.startswith("PLM-TST"):
            return tried(specs)
        return migrated(specs) if self.code.startswith("PLM-MIG") else rendered(specs)

    def _write(self, side: Side, folder: Path) -> None:
        self._lay_beside(folder)
        self._change(side, folder)

    def _lay_beside(self, folder: Path) -> None:
        for name, text in self.beside.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)

    def _change(self, side: Side, folder: Path) -> None:
        path, change = folder / self.file, self.fires if side == "fires" else self.silent
        match change:
            case {"hex": str(digits)}:
                path.write_bytes(bytes.fromhex(digits))
            case {"link": str(target)}:
                path.symlink_to(target)
            case {"pipe": True}:
                os.mkfifo(path)
            case {"absent": True}:
                assert not path.exists()
            case {"of": str(of), "times": int(times)}:
                self._put("".join(of.replace("{n}", str(n)) for n in range(times)), path)
            case str():
                self._put(change, path)
            case _:
                raise ValueError(f"{self.code}: {side} is not understood: {change}")

    def _put(self, new: str, path: Path) -> None:
        if not self.text:
            path.write_text(new)
            return
        old = path.read_text()
        assert old.count(self.text) == 1, f"{self.code}: {self.text!r} stands {old.count(self.text)} times in {path}"
        path.write_text(old.replace(self.text, new))


def _release(specs: Path, release: Path) -> Path:
    """Write what is rendered for the starter's environment, file by file."""
    checked = examined(specs).checked
    assert checked is not None
    rendered_release = render(checked, "local").value
    assert rendered_release is not None
    release.mkdir()
    for name, data in rendered_release.files.items():
        (release / name).write_bytes(data)
    return release


def load_twins() -> list[Twin]:
    """Every twin of every table."""
    tables = [yaml.safe_load(path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))]
    return [Twin(code, **twin) for table in tables for code, twin in table["twins"].items()]
