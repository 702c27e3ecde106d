"""The JSON of the commands, against its published schema."""

import json
from collections.abc import Callable
from typing import Any

from jsonschema import Draft202012Validator

from plimsoll.cli.views.json_text import json_text
from plimsoll.cli.views.view import Findings
from plimsoll.contract.refusal import Refused

Shown = Callable[..., str]
Schema = Callable[[str], dict[str, Any]]


def closed(schema: Any) -> Any:
    """A schema under which an unknown key is a fault, so that no key stays undescribed."""
    if isinstance(schema, list):
        return [closed(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: closed(value) for key, value in schema.items()}
    if "properties" in made and "required" in made:
        assert set(made["properties"]) == set(made["required"])
        made["additionalProperties"] = False
    return made


def document(text: str, schema: Schema) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(text)
    Draft202012Validator(closed(schema("command-report.schema.json"))).validate(value)
    return value


def test_every_kind_of_finding(shown: Shown, schema: Schema, hostile_findings: Findings, hostile: str) -> None:
    report = document(shown("json", hostile_findings), schema)
    found = {(one["code"], one["path"], one["line"]): one for one in report["findings"]}
    assert len(found) == len(hostile_findings.diagnostics)
    assert list(found) == sorted(found, key=lambda key: (key[1], key[2]))
    first = found["PLM-TYP-003", "specs/models/a.yaml", 4]
    fixable = found["PLM-YML-001", "specs/models/a.yaml", 5]
    ignored = found["PLM-SRC-002", "specs/gone.yaml", 1]
    assert first["message"] == hostile.replace("\ud800", "\ufffd")
    assert first["labels"][0]["path"] == "specs/models/b|<b>@org.yaml"
    assert fixable["fix"]["edits"] == [
        {"path": "specs/models/a.yaml", "line": 5, "column": 4, "end_line": 5, "end_column": 6, "text": '"NO"'}
    ]
    assert ignored["ignored"].startswith("yes 100% a\n")
    counts = {key: report["summary"][key] for key in ("errors", "warnings", "notes", "waived", "ignored", "fixable")}
    assert counts == {"errors": 4, "warnings": 1, "notes": 1, "waived": 1, "ignored": 1, "fixable": 1}


def test_refusals_and_failures(shown: Shown, schema: Schema) -> None:
    refused = document(shown("json", lambda view: view.refused(Refused("a", "b", "c"))), schema)
    assert refused["error"] == {"what": "a", "where": "b", "why": "c", "help": None}
    assert document(shown("json", code=70), schema)["error"]["why"] == "ended with exit code 70"
    assert shown("json", code=0) == ""


def test_half_a_surrogate_pair_is_replaced_and_a_whole_one_is_not() -> None:
    text = "\ud83d\ude00 \ud83d x \\ud800 \ude00"
    assert json.loads(json_text([text], 1)) == ["😀 \ufffd x \\ud800 \ufffd"]
    assert json_text([text], 1).isascii()
    assert json.loads(json_text({"a": ["\\ud83d"], "b": {}, "c": []}, 3)) == {"a": ["\\ud83d"], "b": {}, "c": []}
