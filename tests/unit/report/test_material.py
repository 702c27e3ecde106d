"""A folder of JSON is the same material again, and a folder that cannot be is refused by name."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from pydantic import ValidationError

from plimsoll.cli.report.material import Command, Material, Phase, read_material, write_phases
from plimsoll.contract.refusal import Refused, Unavailable

Make = Callable[[str], Material]
Write = Callable[[Path, Material], None]


def test_what_is_written_is_read_again(make: Make, write: Write, tmp_path: Path) -> None:
    material = make("text ")
    write(tmp_path, material)
    assert read_material(tmp_path) == material


def test_runs_and_versions_keep_their_order_beyond_ten(make: Make, write: Write, tmp_path: Path) -> None:
    full = make("text ")
    runs = tuple(full.runs[1].model_copy(update={"title": f"run {number}"}) for number in range(12))
    evaluations = tuple((str(number), full.evaluations[0][1]) for number in range(1, 13))
    material = Material(title="t", environment="e", runs=runs, evaluations=evaluations)
    write(tmp_path, material)
    assert read_material(tmp_path) == material


def test_phases_may_be_a_bare_list_with_bare_commands(tmp_path: Path) -> None:
    folder = tmp_path / "life"
    folder.mkdir()
    (folder / "phases.json").write_text(json.dumps([{"name": "Check", "seconds": 1.5, "commands": ["plimsoll check"]}]))
    material = read_material(folder)
    assert (material.title, material.environment) == ("life", "")
    assert material.phases == (Phase(name="Check", seconds=1.5, commands=(Command(line="plimsoll check"),)),)


def test_without_a_title_the_trace_gives_it(tmp_path: Path) -> None:
    trace = {"deployment": "online", "environment": "local", "links": [], "whole": True}
    (tmp_path / "trace.json").write_text(json.dumps(trace))
    material = read_material(tmp_path)
    assert (material.title, material.environment) == ("online", "local")


def test_no_folder_and_an_empty_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="no such folder"):
        read_material(tmp_path / "nowhere")
    with pytest.raises(Refused, match="nothing of a report"):
        read_material(tmp_path)


@pytest.mark.parametrize(
    ("name", "text", "why"),
    [
        ("findings.json", "{", "not JSON"),
        ("plan.json", "[]", "the document"),
        ("trace.json", '{"x": NaN}', "NaN is no number"),
        ("phases.json", '{"title": "t", "phases": [{"name": "n", "seconds": -1}]}', "seconds"),
        ("evaluations/1.json", "{}", "metrics"),
        ("monitors/1-v.json", "{}", "rules"),
        ("monitors/v1.json", "{}", "not a number, a dash"),
        ("runs/1-t/run.json", "{}", "workflow"),
    ],
)
def test_a_malformed_file_is_refused_by_name(tmp_path: Path, name: str, text: str, why: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    with pytest.raises(Refused, match=why) as refused:
        read_material(tmp_path)
    assert refused.value.where == str(path)


def test_waves_that_wait_for_what_never_ran_are_refused(make: Make, write: Write, tmp_path: Path) -> None:
    write(tmp_path, make("text "))
    (waves,) = tmp_path.glob("runs/01-*/waves.json")
    task = {"name": "a", "template": "t", "dependencies": ["b"], "when": None, "fans_out": False}
    waves.write_text(json.dumps([[task]]))
    with pytest.raises((Refused, ValidationError), match="waits for b"):
        read_material(tmp_path)


def test_a_label_that_would_leave_the_folder_is_refused(make: Make, write: Write, tmp_path: Path) -> None:
    material = make("text ")
    outside = Material(title="t", environment="e", evaluations=(("../1", material.evaluations[0][1]),))
    with pytest.raises(Refused, match="name of a file"):
        write(tmp_path, outside)


def test_writing_the_phases_alone_makes_a_folder(tmp_path: Path) -> None:
    write_phases(tmp_path / "new", "t", "e", ())
    assert read_material(tmp_path / "new") == Material(title="t", environment="e")
