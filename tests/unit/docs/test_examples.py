"""The YAML that pages show is what the reference project says, and what a project may say."""

import json
import re
from pathlib import Path
from typing import Any

from plimsoll.cli.main import main
from plimsoll.cli.starter_project import write_project
from plimsoll.compiler.loading.documents import parse
from plimsoll.compiler.loading.sources import find_sources
from plimsoll.compiler.resources import data_root

CHECKOUT = data_root("policies").parent
YAML = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)


def objects(folder: Path) -> list[dict[str, Any]]:
    found = find_sources(folder).value
    assert found is not None
    return [document.value for source in found.files for document in parse(source).value or ()]


def examples(page: str, folder: Path) -> list[dict[str, Any]]:
    folder.mkdir()
    for number, block in enumerate(YAML.findall((CHECKOUT / page).read_text())):
        (folder / f"{number}.yaml").write_text(block)
    return objects(folder)


def laid_over(spec: Any, part: Any) -> Any:
    """A spec with what a page shows of it."""
    if not (isinstance(spec, dict) and isinstance(part, dict)):
        return part
    return {**spec, **{key: laid_over(spec.get(key), value) for key, value in part.items()}}


def says(whole: Any, part: Any) -> bool:
    """Whether everything that ``part`` says stands in ``whole``; a list may leave items out."""
    if isinstance(part, dict):
        return isinstance(whole, dict) and all(key in whole and says(whole[key], value) for key, value in part.items())
    if isinstance(part, list):
        return isinstance(whole, list) and all(any(says(item, one) for item in whole) for one in part)
    return bool(whole == part)


def test_the_readme_quotes_the_reference_project(tmp_path: Path) -> None:
    project, quoted = objects(CHECKOUT / "specs"), examples("README.md", tmp_path / "quoted")
    assert {one["kind"] for one in quoted} >= {
        "DataSource",
        "FeatureSet",
        "Model",
        "Deployment",
        "Environment",
        "Waiver",
    }
    assert [one for one in quoted if not any(says(spec, one) for spec in project)] == []


def test_the_policy_of_the_how_to_is_sound_and_finds_what_it_says(tmp_path: Path, capsys: Any) -> None:
    write_project(tmp_path / "parcels", "parcels")
    specs = tmp_path / "parcels" / "specs"
    policy, waiver, *_ = YAML.findall((CHECKOUT / "docs/how-to/write-a-policy.md").read_text())
    (specs / "own.yaml").write_text(policy)
    assert main(["check", str(specs)]) == 0

    model = specs / "models" / "parcels.yaml"
    model.write_text(re.sub(r"^  description: .*", "  description: Late?", model.read_text(), flags=re.MULTILINE))
    assert main(["check", str(specs)]) == 1
    assert "error[PLM-OWN-01]: parcels is described in 5 characters" in capsys.readouterr().out

    (specs / "waiver.yaml").write_text(waiver)
    assert main(["check", str(specs)]) == 0
    assert "waived[PLM-OWN-01]" in capsys.readouterr().out


def test_the_model_of_several_classes_of_the_how_to_is_sound(tmp_path: Path, capsys: Any) -> None:
    write_project(tmp_path / "parcels", "parcels")
    specs = tmp_path / "parcels" / "specs"
    (shown,) = examples("docs/how-to/predict-several-classes.md", tmp_path / "shown")
    file = specs / "models" / "parcels.yaml"
    (model,) = [one for one in objects(specs) if one["kind"] == "Model"]
    file.write_text(json.dumps(laid_over(model, shown)))
    assert main(["check", str(specs)]) == 0
    assert "error" not in capsys.readouterr().out
