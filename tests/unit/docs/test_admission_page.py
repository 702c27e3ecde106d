"""The page of rules at admission has a column for each version of Kubernetes that was asked."""

from plimsoll.cli.generate.admission import admission_page, asked_of
from plimsoll.compiler.governance.catalogue import load_catalogue
from plimsoll.compiler.resources import data_root

REFUSED = "refused as no sound object, before any rule is asked"


def test_each_version_that_was_asked_has_a_column() -> None:
    catalogue = load_catalogue(data_root("policies")).value
    assert catalogue is not None
    first, second, third, *_ = asked_of(catalogue.rules["AI-14"], catalogue)
    record = {
        first.key: {"digest": first.digest, "told": {"1.35": first.expected, "1.36": [REFUSED]}},
        second.key: {"digest": second.digest, "told": {"1.36": second.expected}},
        third.key: {"digest": "of what it was before", "told": {"1.35": third.expected, "1.36": third.expected}},
    }
    page = admission_page(catalogue, record)
    rows = [
        [cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if line.startswith("| AI-14 ")
    ]
    assert "| Rule | Case | Plimsoll | API server 1.35 | API server 1.36 |" in page
    assert [row[3:] for row in rows[:3]] == [
        ["the same", REFUSED],
        ["not asked yet", "the same"],
        ["not asked yet", "not asked yet"],
    ]
