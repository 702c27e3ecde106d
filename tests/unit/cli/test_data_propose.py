"""``plimsoll data propose``: a spec that fits the file, and that nobody can commit unread."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from ran import Ran

Run = Callable[..., Ran]

ORDERS = """\
Order ID;no;name;price;pieces;paid;on;at;nothing;note
1;1;Ann;1,50;3;true;2026-05-01;2026-05-01 12:00;;"a;b"
2;0;Bob;2,25;4;FALSE;2026-05-02;2026-05-02 12:00;;n/a
"""


@pytest.fixture
def data(project: Path) -> Path:
    """The data root of the project."""
    root = project / ".plimsoll" / "data"
    root.mkdir(parents=True)
    return root


def test_every_column_gets_the_narrowest_type_that_fits(run: Run, data: Path) -> None:
    (data / "orders.csv").write_text(ORDERS)
    told = run("data", "propose", "orders.csv", "--json").document["result"]
    assert told["csv"] == {"delimiter": "semicolon", "decimal": "comma"}
    assert told["columns"] == {
        "Order ID": "int",
        "no": "int",
        "name": "string",
        "price": "float",
        "pieces": "int",
        "paid": "bool",
        "on": "date",
        "at": "timestamp",
        "nothing": "string",
        "note": "string",
    }


def test_what_only_a_person_can_say_stops_every_check(run: Run, project: Path, data: Path) -> None:
    (data / "orders.csv").write_text(ORDERS)
    spec = project / "specs" / "sources" / "orders.yaml"
    spec.write_text(run("data", "propose", ".plimsoll/data/orders.csv").out)
    assert "# 'Order ID': rename it" in spec.read_text()
    found = {one["message"].split(":")[0] for one in run("data", "check", "--json").document["findings"]}
    asked = {"region", "jurisdiction", "classification", "personalData", "timestamp", "location.csv.timezone"}
    assert found == {f"spec.{field}" for field in asked}


def test_what_is_proposed_fits_once_it_is_filled_in(run: Run, project: Path, data: Path) -> None:
    (data / "orders.csv").write_text(ORDERS)
    said = run("data", "propose", "orders.csv").out
    for empty, filled in {
        "timezone: ''": "timezone: Asia/Dubai",
        "region:": "region: me-central-1",
        "jurisdiction:": "jurisdiction: AE",
        "classification:": "classification: internal",
        "personalData:": "personalData: none",
        "timestamp:": "timestamp: at",
    }.items():
        assert said.count(f"{empty}") == 1
        said = said.replace(empty, filled)
    (project / "specs" / "sources" / "orders.yaml").write_text(said)
    ran = run("data", "check", "orders", "--json")
    assert (ran.code, [one["code"] for one in ran.document["findings"]]) == (0, ["PLM-DAT-003"])
    assert ran.document["result"]["sources"][0]["undeclared"] == {"Order ID": "string"}


def test_parquet_is_proposed_by_its_schema(run: Run, data: Path) -> None:
    at = pd.to_datetime(["2026-05-01T12:00Z"]).astype("datetime64[us, UTC]")
    table = pd.DataFrame({"x": [1], "at": at, "local": pd.to_datetime(["2026-05-01"]), "parts": [[1, 2]]})
    table.to_parquet(data / "x.parquet", index=False)
    ran = run("data", "propose", "x.parquet")
    assert "  location: {type: file, path: x.parquet}\n" in ran.out
    assert "  timestamp: at\n  columns:\n    x: int\n    at: timestamp\n    # 'local': timestamp[" in ran.out
    assert "# 'parts': list<" in ran.out


@pytest.mark.parametrize(
    ("file", "words"),
    [("none.csv", "no such file below"), ("/etc/hostname", "it does not lie below"), ("b.csv", "UTF-8")],
)
def test_what_cannot_be_read_is_refused(file: str, words: str, run: Run, data: Path) -> None:
    (data / "b.csv").write_bytes(b"x,y\n\xe9,1\n")
    ran = run("data", "propose", file)
    assert (ran.code, words in ran.err) == (1, True)
