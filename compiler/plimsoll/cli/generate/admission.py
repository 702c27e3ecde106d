"""The page of what is held at admission: every rule, exported or why not, and the verdicts of both engines."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plimsoll.compiler.governance.admission.translate import NotExportable, translate
from plimsoll.compiler.governance.cases import WHICH, Case, Which, ground_of, read_cases
from plimsoll.compiler.governance.catalogue import Catalogue
from plimsoll.compiler.governance.rules import Rule
from plimsoll.contract import digests

RECORD = Path("tests/cluster/verdicts.json")
"""What an API server said of each case, and a digest of what it was asked; ``make test-cluster`` holds it to that."""

_OF_OBJECT = re.compile(r"^[A-Z]\w*/\S+: ")


@dataclass(frozen=True)
class Asked:
    """A case of a rule, as an API server is asked about it."""

    rule: Rule
    which: Which
    number: int
    case: Case

    @property
    def key(self) -> str:
        """What the record calls it."""
        return f"{self.rule.id} {self.which} {self.number}"

    @property
    def digest(self) -> str:
        """The digest of the rule and of the case: a change of either makes an answer out of date."""
        said = [self.rule.values[part] for part in ("judges", "objects", "when", "rules") if part in self.rule.values]
        return digests.of_json([said, self.case.model_dump(mode="json")])

    @property
    def expected(self) -> list[str]:
        """The messages of our engine, which the tests of the catalogue hold it to."""
        return sorted({_OF_OBJECT.sub("", one.message) for one in self.case.expect})


def asked_of(rule: Rule, catalogue: Catalogue) -> Iterator[Asked]:
    """The cases of a rule, one for each value of ``each``."""
    for which in WHICH:
        _, cases = read_cases(rule, which, catalogue)
        for number, case in enumerate(one for each in cases for one in each.spread()):
            yield Asked(rule, which, number, case)


def admission_page(catalogue: Catalogue, record: Mapping[str, Any]) -> str:
    """Every rule with the kinds that the API server holds it for, or why it can't; then every case with its verdicts.

    ``record`` has the answers of API servers, by case and by minor version of Kubernetes.
    """
    exported, withheld = _told(catalogue)
    minors = sorted({minor for known in record.values() for minor in known.get("told", {})})
    rows = [_row(one, record, minors) for rule in exported for one in asked_of(rule, catalogue)]
    parts = [
        "# Rules at admission",
        "This page is generated: `make generate` writes it anew. Which rules [the API server can "
        "hold](../how-to/enforce-at-admission.md), for objects of which kinds, and why it can't hold the others; then "
        "what both engines say of every case of the former.",
        f"## Exported: {len(exported)} of {len(exported) + len(withheld)}",
        _table(("Rule", "Title", "Kinds"), ((_link(rule), rule.values["title"], of) for rule, of in exported.items())),
        "## Not exported",
        _table(("Rule", "Judges", "Why"), ((_link(rule), rule.judges, why) for rule, why in withheld.items())),
        "## Verdicts",
        "Each case is rendered for each environment of the estate, and every object is sent to a real API server that "
        "holds the policies of all exported rules; `make test-cluster` compares. There is a column for each minor "
        "version of Kubernetes that was asked. A message stands for a denial, or for a warning where bound so.",
        _table(("Rule", "Case", "Plimsoll", *(f"API server {minor}" for minor in minors)), rows),
    ]
    return "\n\n".join(parts) + "\n"


def admission_bytes(root: Path, catalogue: Catalogue) -> bytes:
    """The page, with the record of a checkout."""
    record = root / RECORD
    return admission_page(
        catalogue, json.loads(record.read_text(encoding="utf-8")) if record.is_file() else {}
    ).encode()


def _told(catalogue: Catalogue) -> tuple[dict[Rule, str], dict[Rule, str]]:
    """The rules that are exported, with their kinds, and the others, with why not; in the estate's production."""
    place = ground_of(catalogue).estate().project.environments["production"]
    exported, withheld = dict[Rule, str](), dict[Rule, str]()
    for rule in catalogue.rules.values():
        try:
            found = translate(rule, place.values)
        except NotExportable as why:
            withheld[rule] = str(why)
        else:
            left_out = "".join(f"; not {kind}: {why}" for kind, why in sorted(found[0].left_out.items()))
            exported[rule] = ", ".join(kind for one in found for kind in one.kinds) + left_out
    return exported, withheld


def _row(one: Asked, record: Mapping[str, Any], minors: list[str]) -> tuple[str, ...]:
    known = record.get(one.key, {})
    told: Mapping[str, list[str]] = known.get("told", {}) if known.get("digest") == one.digest else {}
    left = not one.expected and one.rule.leaves_to and any(told.values())
    ours = f"left to {one.rule.leaves_to}" if left else _verdict(one.expected)
    heard = (_heard(one, told.get(minor)) for minor in minors)
    return one.rule.id, one.case.case, ours, *heard


def _heard(one: Asked, said: list[str] | None) -> str:
    """What an API server said, in one cell."""
    if said is None:
        return "not asked yet"
    return "the same" if said == one.expected else _verdict(said)


def _verdict(messages: list[str]) -> str:
    return " / ".join(messages) or "admitted"


def _link(rule: Rule) -> str:
    return f"[{rule.id}](policies/{rule.id}.md)"


def _table(head: tuple[str, ...], rows: Any) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in lines)
