"""Where laws bind, and that the file of them has what rules name."""

from pathlib import Path

import pytest

from plimsoll.compiler.audit.articles import articles
from plimsoll.compiler.audit.frameworks import Frameworks, load_frameworks
from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.resources import data_root
from plimsoll.contract.refusal import Unavailable

BINDS = [
    ("PDPL", None, ("AE",), True),
    ("PDPL", "AE", ("AE-DIFC",), False),
    ("PDPL", "AE", ("AE-DIFC", "AE"), True),
    ("UAE Federal Law 2/2019", "AE", ("AE-DIFC",), True),
    ("DIFC Data Protection Regulations", None, ("AE-DIFC",), True),
    ("DIFC Data Protection Regulations", None, ("AE",), False),
    ("GDPR", "EU", ("AE", "DE"), True),
    ("GDPR", "EU", ("AE",), False),
    ("ISO/IEC 27001:2022", None, ("AE",), True),
    ("a law of nowhere", "US", ("US-NY",), True),
    ("a law of nowhere", "US", ("AE",), False),
]


@pytest.mark.parametrize(("name", "jurisdiction", "places", "binds"), BINDS)
def test_a_law_binds_where_it_is_said_to(
    name: str, jurisdiction: str | None, places: tuple[str, ...], binds: bool, frameworks: Frameworks
) -> None:
    assert frameworks.binds(name, jurisdiction, places) is binds


def test_every_framework_of_the_catalogue_is_known(frameworks: Frameworks) -> None:
    rules = load_catalogue(data_root("policies")).value
    assert rules is not None
    cited = {
        (frameworks.name(control.framework), article)
        for rule in rules.rules.values()
        for control in rule.spec.controls
        for article in articles(control.article)
    }
    assert {name for name, _ in cited} <= {one.name for one in frameworks.known}
    looked_for = {(one.name, article) for one in frameworks.known for article in one.articles}
    assert [each for each in cited if (each[0], each[1].split("(")[0]) not in looked_for] == []


def test_the_whole_of_a_standard_is_looked_for(frameworks: Frameworks) -> None:
    counts = {name: len(frameworks.by_name[name].articles) for name in ("ISO/IEC 27001:2022", "NIST AI RMF")}
    assert counts == {"ISO/IEC 27001:2022": 93, "NIST AI RMF": 72}


def test_a_file_that_is_wrong_is_said_to_be(tmp_path: Path) -> None:
    assert load_frameworks(tmp_path).known == ()
    (tmp_path / "frameworks.yaml").write_text("frameworks: [{name: x, title: y, articels: '1'}]")
    with pytest.raises(Unavailable, match="articles"):
        load_frameworks(tmp_path)
    (tmp_path / "frameworks.yaml").write_text("frameworks: [")
    with pytest.raises(Unavailable):
        load_frameworks(tmp_path)
