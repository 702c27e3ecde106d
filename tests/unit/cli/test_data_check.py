"""``plimsoll data check``: what a newcomer is told of data of their own."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from ran import Ran

Run = Callable[..., Ran]
Edit = Callable[[Path, str, str], None]


@pytest.fixture(scope="session")
def parcels(tmp_path_factory: pytest.TempPathFactory) -> pd.DataFrame:
    """The starter's own data."""
    from plimsoll.cli.starter_project import write_project

    folder = tmp_path_factory.mktemp("made") / "parcels"
    write_project(folder, "parcels")
    subprocess.run([sys.executable, folder / "specs" / "data" / "prepare.py", folder], check=True, capture_output=True)
    return pd.read_parquet(folder / "parcels.parquet")


@pytest.fixture
def data(project: Path) -> Path:
    """The data root of the project."""
    root = project / ".plimsoll" / "data"
    root.mkdir(parents=True)
    return root


def _codes(ran: Ran) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in ran.document["findings"]:
        found.setdefault(one["code"], []).append(one["message"])
    return found


def test_the_starter_fits_its_data(run: Run, data: Path, parcels: pd.DataFrame) -> None:
    parcels.to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check")
    assert ran.code == 0
    assert "parcels.parquet: 18,000 rows, 2026-01-01 to 2026-05-30" in ran.out
    assert "whole windows for as-of=2026-04-25 to 2026-06-03" in ran.out
    (source,) = run("data", "check", "datasource/parcels", "--json").document["result"]["sources"]
    assert (source["rows"], source["faulty"], source["undeclared"]) == (18_000, [], {})
    assert all(one["passed"] for one in source["examples"][0]["expectations"])


def test_a_file_that_is_not_there_is_said_with_its_place(run: Run, data: Path) -> None:
    ran = run("data", "check")
    assert ran.code == 1
    assert "there is no such file below the data root" in ran.out
    assert f"it is looked for at {data}/parcels.parquet" in ran.out
    assert "specs/sources/parcels.yaml:9:32" in ran.out


def test_columns_are_told_one_by_one_at_their_lines(run: Run, data: Path, parcels: pd.DataFrame) -> None:
    wrong = parcels.rename(columns={"distance": "Distance"}).assign(
        weight=parcels["weight"].astype(str), sent_at=parcels["sent_at"].dt.tz_localize(None)
    )
    wrong.to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check")
    assert ran.code == 1
    for place in ("parcels.yaml:23:13", "parcels.yaml:24:15", "parcels.yaml:25:14"):
        assert place in ran.out
    assert "help: did you mean 'Distance', which the file has?" in ran.out
    assert "help: declare it as string" in ran.out
    assert "help: in pandas: column.dt.tz_localize('UTC')" in ran.out
    assert "the examples of Model/parcels are looked at once the columns are as declared" in ran.out


def test_examples_are_held_against_the_model(run: Run, data: Path, parcels: pd.DataFrame) -> None:
    wrong = parcels.assign(
        parcel_id=parcels["parcel_id"].where(parcels.index != 7),
        weight=parcels["weight"] * 3,
        distance=parcels["distance"].where(parcels.index % 9 != 0),
    )
    pd.concat([wrong, wrong.tail(5)]).to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check", "--json")
    found = _codes(ran)
    assert (ran.code, sorted(found)) == (1, ["PLM-DAT-004", "PLM-DAT-005", "PLM-DAT-006"])
    assert found["PLM-DAT-004"] == ["the id 'parcel_id' is empty in 1 of 18,005 examples"]
    assert "5 values of the id 'parcel_id', each in more than one example" in found["PLM-DAT-005"][0]
    assert "at least 0 and at most 40" in found["PLM-DAT-006"][0]
    assert found["PLM-DAT-006"][1].startswith("'distance' is expected to have at most 0.00% missing; 2,000 of 18,005")


_SPEED = "CASE WHEN hours < 24 THEN 'fast' WHEN hours <= 48 THEN 'usual' ELSE 'slow' END"


def test_labels_of_several_classes_are_held_against_the_names(
    run: Run, project: Path, data: Path, parcels: pd.DataFrame, edit: Edit
) -> None:
    parcels.to_parquet(data / "parcels.parquet", index=False)
    model = project / "specs" / "models" / "parcels.yaml"
    edit(model, "task: binary-classification", "task: multiclass-classification")
    edit(model, "expression: hours > 48", f'expression: "{_SPEED}"\n      classes: [fast, usual, slow]')
    edit(model, "{metric: auc, minimum: 0.6}", "{metric: accuracy, minimum: 0.4}")
    ran = run("data", "check")
    assert ran.code == 0, ran.out
    assert re.search(r"of which [0-9.]+% are fast, [0-9.]+% are usual, [0-9.]+% are slow", ran.out)
    edit(model, "classes: [fast, usual, slow]", "classes: [fast, usual, lost]")
    ran = run("data", "check", "--json")
    assert ran.code == 1
    unknown, absent = _codes(ran)["PLM-DAT-007"]
    assert re.fullmatch(r"[0-9,]+ of 18,000 labels are none of the classes, such as 'slow'", unknown)
    assert absent == "no example is of 'lost'"
    edit(project / "specs" / "sources" / "parcels.yaml", "personalData: none", "personalData: personal")
    assert all("slow" not in told for told in _codes(run("data", "check", "--json"))["PLM-DAT-007"])


def test_warnings_and_notes_leave_the_exit_code(run: Run, data: Path, parcels: pd.DataFrame) -> None:
    parcels.head(5000).assign(phone="1").to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check", "--json")
    assert (ran.code, sorted(_codes(ran))) == (0, ["PLM-DAT-003", "PLM-DAT-008"])


def test_csv_is_told_with_lines_and_values(
    run: Run, project: Path, data: Path, parcels: pd.DataFrame, edit: Edit
) -> None:
    wrong = parcels.head(300).astype({"weight": "object"})
    wrong.loc[41, "weight"] = "heavy"
    wrong.to_csv(data / "parcels.csv", index=False)
    source = project / "specs" / "sources" / "parcels.yaml"
    edit(source, "path: parcels.parquet", "path: parcels.csv")
    ran = run("data", "check", "--json")
    assert "is not a parquet file" in _codes(ran)["PLM-DAT-001"][0]
    assert "say format: csv" in ran.document["findings"][0]["help"]
    edit(source, "path: parcels.csv", "path: parcels.csv, format: csv")
    (told,) = _codes(run("data", "check", "--json"))["PLM-DAT-010"]
    assert told == (
        "parcels.csv: column 'weight' is declared as float, which the value in line 43 is not: it holds 'heavy'"
    )


def test_a_day_that_stands_for_never_is_told_and_breaks_nothing(run: Run, data: Path, parcels: pd.DataFrame) -> None:
    never = pd.Timestamp("9999-12-31", tz="UTC").as_unit("us")
    moments = parcels["sent_at"].astype("object").where(parcels.index != 3, never).astype("datetime64[us, UTC]")
    parcels.assign(sent_at=moments).to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check", "--json")
    (told,) = _codes(ran)["PLM-DAT-008"]
    assert (ran.code, told) == (0, "1 of 18,000 rows are of a time that has not come, the last of 9999-12-31")
    assert ran.document["result"]["sources"][0]["examples"][0]["asOf"] is None


def test_values_of_people_are_not_told(run: Run, project: Path, data: Path, parcels: pd.DataFrame, edit: Edit) -> None:
    edit(project / "specs" / "sources" / "parcels.yaml", "personalData: none", "personalData: personal")
    wrong = parcels.assign(weight=parcels["weight"] * 3 + 1000)
    pd.concat([wrong, wrong.tail(1)]).to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check", "--json")
    found = _codes(ran)
    assert found["PLM-DAT-005"] == ["1 value of the id 'parcel_id', each in more than one example: one in 2"]
    assert found["PLM-DAT-006"][0].endswith("18,001 of 18,001 values are not")
    edit(project / "specs" / "models" / "parcels.yaml", "expression: hours > 48", "expression: depot::INT + hours > 48")
    (told,) = _codes(run("data", "check", "--json"))["PLM-DAT-007"]
    assert "it fails on a value" in told
    assert not any(depot in told for depot in ("AUH", "DXB", "SHJ"))


def test_a_table_without_rows_is_an_error(run: Run, data: Path, parcels: pd.DataFrame) -> None:
    parcels.head(0).astype({"parcel_id": "string", "depot": "string"}).to_parquet(data / "parcels.parquet", index=False)
    ran = run("data", "check", "--json")
    assert (ran.code, _codes(ran)) == (1, {"PLM-DAT-001": ["parcels.parquet has no row"]})


def test_a_source_that_is_unknown_is_refused(run: Run, data: Path) -> None:
    ran = run("data", "check", "parcel")
    assert (ran.code, "did you mean 'parcels'?" in ran.err + ran.out) == (1, True)


def test_specs_that_do_not_hold_are_told_first(run: Run, project: Path, data: Path, edit: Edit) -> None:
    edit(project / "specs" / "sources" / "parcels.yaml", "timestamp: sent_at", "timestamp: sent")
    ran = run("data", "check", "--json")
    assert (ran.code, "PLM-REF-002" in _codes(ran)) == (1, True)
    assert ran.document["result"] is None


def test_neither_the_verb_nor_its_help_loads_what_reads_data() -> None:
    program = (
        "import sys; from plimsoll.cli.main import main; main(['data', 'check', '--help'])\n"
        "assert not {'duckdb', 'pyarrow', 'pandas', 'feast'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program], check=True, capture_output=True)
    checking = program.replace("'--help'", "").replace("'duckdb', 'pyarrow', 'pandas', 'feast'", "'feast', 'mlflow'")
    subprocess.run([sys.executable, "-c", checking], check=True, capture_output=True)
