"""Put a table where the page of the benchmarks has room for it, so that no figure is ever copied by hand."""

import os
import platform
from pathlib import Path

PAGE = Path(__file__).parents[2] / "docs" / "benchmarks.md"


def write_between_marks(page: Path, name: str, text: str) -> None:
    """Replace what stands between a page's two marks of a name.

    Raises:
        ValueError: when the page doesn't have each mark once, the one before the other.
    """
    start, end = f"<!-- begin {name} -->", f"<!-- end {name} -->"
    before, found, rest = page.read_text(encoding="utf-8").partition(start)
    _, closed, after = rest.partition(end)
    if not found or not closed or start in rest or end in after:
        raise ValueError(f"{page.name} is to have {start} and {end} once each, in this order")
    page.write_text(f"{before}{start}\n{text.strip()}\n{end}{after}", encoding="utf-8")


def machine() -> str:
    """What the figures were taken on: cores, memory, system, Python, load; nothing that names the machine."""
    cores = os.cpu_count() or 1
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    load = os.getloadavg()[1]
    state = "quiet" if load < cores / 4 else "**busy with other work**"
    return (
        f"Taken on {cores} cores ({platform.machine()}) and {memory:.0f} GiB of memory under {platform.system()}, with "
        f"{platform.python_implementation()} {platform.python_version()}. The machine was {state} before: a load "
        f"average of {load:.1f}."
    )


def pace(before: float, after: float) -> str:
    """How fast a core was before and after, for whoever compares figures; in seconds by ``measure.yardstick``."""
    return f"The yardstick took {before:.3f} s before and {after:.3f} s after."
