"""Write an estate's files."""

from pathlib import Path

from benchmarks.estate.make import estate


def write_estate(folder: Path, specs: int, seed: int = 7) -> int:
    """Write the estate of a number and a seed below a folder; return how many files it has."""
    made: set[Path] = set()
    count = 0
    for file in estate(specs, seed):
        path = folder / file.path
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        path.write_text(file.text, encoding="utf-8")
        count += 1
    return count
