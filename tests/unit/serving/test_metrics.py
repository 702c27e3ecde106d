"""Every metric is declared once, explained on the page, and shown with its type before its samples."""

import re
from pathlib import Path

import pytest

from plimsoll.contract.requests import ModelPin
from plimsoll.runtime.serving.counters import Counters
from plimsoll.runtime.serving.metrics import METRICS, head

ROOT = Path(__file__).parents[3]
PIN = ModelPin(name="parcels", version=3, digest="sha256:" + "5e" * 32)
NAME = re.compile(r"\bplimsoll_[a-z_]+")
READERS = ("prometheusrule-*.yaml", "analysistemplate-*.yaml", "scaledobject-*.yaml")


def _metric(series: str) -> str:
    """The metric of a series: a histogram has three."""
    return series if series in METRICS else re.sub("_(bucket|sum|count)$", "", series)


@pytest.mark.parametrize("pattern", READERS)
def test_what_is_asked_of_prometheus_is_what_a_server_shows(pattern: str) -> None:
    asked = {name for path in (ROOT / "tests/golden").rglob(pattern) for name in NAME.findall(path.read_text())}
    assert asked
    assert {_metric(name) for name in asked} <= METRICS.keys()


def test_the_page_explains_each_metric_and_no_other() -> None:
    table = (ROOT / "docs/how-to/see-alerts.md").read_text().partition("| metric |")[2]
    assert set(NAME.findall(table)) == METRICS.keys()


def test_each_sample_stands_below_the_head_of_its_metric() -> None:
    counters = Counters()
    counters.observe(200, 0.02)
    told = ""
    for line in counters.prometheus(PIN).splitlines():
        if not line.startswith("#"):
            (name,) = NAME.findall(line.partition("{")[0])
            assert head(_metric(name)) in told
        told += f"{line}\n"
