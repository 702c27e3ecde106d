"""``make fuzz-rendering INPUTS=10000``: no text of a spec changes the structure of what is rendered, or it is refused.

Of a golden case, one to three texts are replaced by hostile ones, and the release is held against the case's own: the
same objects with the same keys, whatever reads the YAML; each request still JSON of the same shape.
"""

import argparse
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any

import yaml
from ruamel.yaml import YAML

from plimsoll.compiler.diagnostics import Route
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.judge import judge
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import SourceFile, Sources, find_sources
from plimsoll.compiler.project.resolve import load_project
from plimsoll.compiler.rendering.release import render
from plimsoll.compiler.rendering.scalars import as_yaml

GOLDEN = Path(__file__).parents[1] / "golden"
TODAY = date(2026, 11, 20)
STEP = 15.0
"""Seconds between two reports of the count."""

HOSTILE = (
    *("'", '"', "\\", "\n", "\r\n", "\t", ": ", "- ", " #", "&a", "!!python/object:os.system ", "\n---\n", "|", ">"),
    *("[[ 7*7 ]]", "[% raw %]", "[# x #]", "{% if %}", "{{ 7*7 }}", "{{workflow.name}}", "{{=1}}", "{{", "}}", "? "),
    *("\n...\n", "%YAML 1.1\n", "\u202e", "\u2028", "\x85", "\x00", "\ufeff", "😀", "مرحبا بالعالم", "\u061c"),
    *("x" * 10_000, "é" * 40, "\nspec:\n  replicas: 9\n", '\n  name: "other"\n', "null", "on", "1e3", "0x1f", "1:30"),
    *("$(id)", "${HOME}", "`id`", "../../etc/passwd", "\x1b[31m", "\x1b]8;;x\x07", "<script>", "\ud7ff", "\U0010ffff"),
    *("2026-01-01", " ", ""),
)  # fmt: skip

ADDRESSES = frozenset({"tracking", "sink"})
"""Addresses whose host decides what a wall looks like: a namespace, a range, or a port. The unit tests have those."""


MEANT = frozenset({"message", "patches"})
"""What is there to change structure: expressions in a rule's message, and names by which a patch finds items."""


class Fate(Enum):
    """What became of an input."""

    REFUSED = "refused, with a finding"
    WHOLE = "rendered, its structure unchanged"


class Broken(AssertionError):
    """A text got out of its place."""


class Case:
    """A golden case: its specs as values, and the shape of its release."""

    def __init__(self, folder: Path) -> None:
        sources = find_sources(folder / "specs").value
        if sources is None:
            raise ValueError(f"{folder} has no specs")
        self.root = sources.root
        self.documents = {file.path: _documents(file) for file in sources.files}
        self.free: list[tuple[str, Route]] = []
        """Where a hostile text was taken before; most others are names and quantities, which refuse nearly all."""
        routes = [(path, route) for path, documents in self.documents.items() for route in texts(documents)]
        self.leaves = [
            (path, route) for path, route in routes if not MEANT.intersection(route) and route[-1] not in ADDRESSES
        ]
        release = self.release({})
        if release is None:
            raise ValueError(f"{folder} is refused as it is")
        self.shape = shape(release)

    def release(self, changes: dict[tuple[str, Route], str]) -> dict[str, bytes] | None:
        """The files of the case's release with some texts replaced; None when they are refused."""
        loaded = load_project(Sources(self.root, tuple(self._file(path, changes) for path in self.documents)))
        if loaded.value is None or any(one.blocks for one in loaded.diagnostics):
            return None
        checked = judge(loaded.value, catalogue=Catalogue(self.root, {}), today=TODAY).value
        if checked is None:
            return None
        files: dict[str, bytes] = {}
        for environment in loaded.value.environments:
            rendered = render(checked, environment)
            if not rendered.ok:
                return None
            if rendered.value is not None:
                files |= {f"{environment}/{name}": data for name, data in rendered.value.files.items()}
        return files

    def _file(self, path: str, changes: dict[tuple[str, Route], str]) -> SourceFile:
        documents = self.documents[path]
        mine = {route: text for (where, route), text in changes.items() if where == path}
        changed = [replaced(document, mine, (number,)) for number, document in enumerate(documents)]
        return SourceFile(path, "".join(f"---\n{as_yaml(document)}\n" for document in changed))


def _documents(file: SourceFile) -> list[Any]:
    """The values of a file as specs are read: what looks like a day is a text."""
    parsed = parse(file).value
    if parsed is None:
        raise ValueError(f"{file.path} is no YAML")
    return [document.value for document in parsed]


def texts(value: Any, route: Route = ()) -> Iterator[Route]:
    """The routes of all texts in a value."""
    if isinstance(value, str):
        yield route
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from texts(part, (*route, key))


def replaced(value: Any, changes: dict[Route, str], route: Route = ()) -> Any:
    """A value with the texts at some routes replaced."""
    if isinstance(value, dict):
        return {key: replaced(part, changes, (*route, key)) for key, part in value.items()}
    if isinstance(value, list):
        return [replaced(part, changes, (*route, index)) for index, part in enumerate(value)]
    return changes.get(route, value)


def shape(files: dict[str, bytes]) -> Counter[str]:
    """The keys of every object, and the kinds of its values, without the values; requests are looked into."""
    shapes: Counter[str] = Counter()
    for name, data in files.items():
        [old], [new] = list(yaml.load_all(data, yaml.CSafeLoader)), list(YAML(typ="safe").load_all(data))
        if json.dumps(old, default=str) != json.dumps(new, default=str):
            raise Broken(f"{name} reads differently in YAML 1.1 and 1.2")
        requests = {key: json.loads(text) for key, text in new.get("data", {}).items() if key == "request.json"}
        shapes[json.dumps([new["kind"], skeleton(new), skeleton(requests)])] += 1
    return shapes


def skeleton(value: Any) -> Any:
    """A value with words for its scalars."""
    if isinstance(value, dict):
        return {key: skeleton(part) for key, part in value.items()}
    if isinstance(value, list):
        return [skeleton(part) for part in value]
    return type(value).__name__


def hostile(chance: random.Random, text: str) -> str:
    """A text out of hostile pieces, alone or in the middle of what stood there."""
    made = "".join(chance.choices(HOSTILE, k=chance.randint(1, 4)))
    cut = chance.randint(0, len(text))
    return chance.choice((made, text[:cut] + made + text[cut:]))


def attempt(case: Case, chance: random.Random) -> Fate:
    """Replace some texts of a case.

    Raises:
        Broken: when the release has another structure.
    """
    changes: dict[tuple[str, Route], str] = {}
    known = case.free if len(case.free) > 3 and chance.random() < 0.7 else case.leaves
    for path, route in chance.sample(known, chance.choice((1, 1, 1, 2, 3))):
        text: Any = case.documents[path]
        for part in route:
            text = text[part]
        changes[path, route] = hostile(chance, text)
    files = case.release(changes)
    if files is None:
        return Fate.REFUSED
    try:
        found = shape(files)
    except (yaml.YAMLError, ValueError) as error:
        raise Broken(f"{changes}: {error}") from error
    if found != case.shape:
        raise Broken(f"{changes}: {[*(found - case.shape), *(case.shape - found)][:2]}")
    case.free += [one for one in changes if len(changes) == 1 and one not in case.free]
    return Fate.WHOLE


def main() -> int:
    """Returns 0 when every text kept to its place or was refused, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="make fuzz-rendering")
    parser.add_argument("--inputs", type=int, default=10_000, help="how many sets of texts to try")
    parser.add_argument("--seed", type=int, default=None, help="to repeat a run; a new one each time by default")
    arguments = parser.parse_args()
    seed = arguments.seed if arguments.seed is not None else time.time_ns() % 1_000_000_000
    chance, fates, last = random.Random(seed), Counter[Fate](), time.monotonic()
    cases = [Case(folder.parent) for folder in sorted(GOLDEN.glob("*/specs"))]
    for number in range(arguments.inputs):
        try:
            fates[attempt(chance.choice(cases), chance)] += 1
        except Broken as broken:
            print(f"a text got out of its place after {number:,} others (--seed {seed}):\n{broken}")
            return 1
        if time.monotonic() - last > STEP:
            last = time.monotonic()
            print(f"{number + 1:>12,} inputs", flush=True)
    for fate in Fate:
        print(f"{fates[fate]:>12,}  {fate.value}")
    print(f"{fates.total():,} inputs in {len(cases)} releases, none broke the structure (seed {seed})")
    return 0


if __name__ == "__main__":
    sys.exit(main())
