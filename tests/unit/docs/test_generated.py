"""The generated files are in step, and the schemas among them judge as the compiler does."""

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from plimsoll.cli.generate.rendered import Feature, rendered_page
from plimsoll.cli.generate.schemas import kind_schema
from plimsoll.cli.generate.table import CHECKOUT, Difference, differences, make_all, write
from plimsoll.compiler.kinds import KINDS
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import find_sources


def specs(folder: Path) -> list[dict[str, Any]]:
    found = find_sources(folder).value
    assert found is not None
    return [document.value for source in found.files for document in parse(source).value or ()]


def test_the_checkout_is_in_step() -> None:
    assert [str(one) for one in differences(CHECKOUT, make_all())] == []


def test_what_is_out_of_step_is_found_and_mended(tmp_path: Path) -> None:
    made = {Path("pages/a.md"): b"a", Path("pages/b.md"): b"b", Path("c.md"): b"c"}
    owned = (Path("pages"),)
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "a.md").write_bytes(b"edited")
    (tmp_path / "pages" / "old.md").write_bytes(b"left over")
    (tmp_path / "mine.md").write_bytes(b"not generated")
    (tmp_path / "c.md").write_bytes(b"c")
    expected = [
        Difference(Path("pages/a.md"), "differs"),
        Difference(Path("pages/b.md"), "missing"),
        Difference(Path("pages/old.md"), "extra"),
    ]
    assert differences(tmp_path, made, owned) == expected
    assert write(tmp_path, made, owned) == expected
    assert differences(tmp_path, made, owned) == []
    assert (tmp_path / "mine.md").is_file()


JUDGED = {"DataSource", "FeatureSet", "Model", "Deployment", "Environment"}


@pytest.mark.parametrize(
    ("folder", "kinds"), [("specs", JUDGED | {"PolicyBinding", "Waiver"}), ("policies", JUDGED | {"Policy"})]
)
def test_every_committed_spec_is_valid_by_its_schema(folder: str, kinds: set[str]) -> None:
    found = [spec for spec in specs(CHECKOUT / folder) if "kind" in spec]
    assert {spec["kind"] for spec in found} == kinds
    for spec in found:
        schema = json.loads(kind_schema(KINDS[spec["kind"]]))
        plain = json.loads(json.dumps(spec, default=str))
        assert [error.message for error in Draft202012Validator(schema).iter_errors(plain)] == []


def test_a_schema_refuses_what_the_kind_refuses() -> None:
    schema = json.loads(kind_schema(KINDS["FeatureSet"]))
    spec = {
        "apiVersion": "plimsoll.dev/v1",
        "kind": "FeatureSet",
        "metadata": {"name": "wards"},
        "spec": {
            "entity": {"name": "ward", "keys": {"ward": "string"}},
            "sources": ["visits"],
            "transformation": {"sql": "SELECT 1"},
            "timestamp": "seen_at",
            "ttl": "3 hours",
            "features": {"beds": {"type": "integer"}},
            "colour": "red",
        },
    }
    wrong = {".".join(map(str, error.absolute_path)) for error in Draft202012Validator(schema).iter_errors(spec)}
    assert wrong == {"spec", "spec.ttl", "spec.features.beds.type"}


def test_a_docstring_below_a_field_is_its_description() -> None:
    schema = json.loads(kind_schema(KINDS["FeatureSet"]))
    ttl = schema["$defs"]["FeatureSetSpec"]["properties"]["ttl"]
    assert ttl["description"] == "How long values stay true after their timestamp; `0s` means for ever."
    assert ttl["default"] == "0s"


def test_a_feature_that_no_release_shows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no golden release shows"):
        rendered_page(tmp_path)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        ("spec.steps.*.name", True),
        ("spec.steps.*.name=two", True),
        ("spec.steps.*.name=three", False),
        ("spec.labels.a\\.b/c", True),
        ("spec.*.a\\.b/c=d", True),
        ("spec.other", False),
        ("spec.steps.name", False),
    ],
)
def test_a_feature_is_found_by_its_route(at: str, shown: bool) -> None:
    value = {"spec": {"steps": [{"name": "one"}, {"name": "two"}], "labels": {"a.b/c": "d"}}}
    assert Feature("", "", at).is_shown_by(value) is shown
