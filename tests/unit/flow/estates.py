"""The estate of the rules' fixtures, a file a spec, with changes that send its data elsewhere."""

import re
from datetime import date
from pathlib import Path

from plimsoll.compiler.resources import data_root

TODAY = date(2027, 3, 1)

CHANGES: dict[str, dict[str, list[tuple[str, str]]]] = {
    "abroad": {"production": [("region: me-central-1\n  jurisdiction: AE", "region: eu-west-1\n  jurisdiction: IE")]},
    "health": {
        "visits": [("personalData: pseudonymous", "personalData: special\n  categories: [health]")],
        "ward-load": [("type: float, personalData: pseudonymous", "type: float")],
    },
    "by features alone": {
        "readmission": [
            ("source: visits", "source: wards"),
            ("id: visit_id", "id: ward"),
            ("timestamp: seen_at", "timestamp: counted_at"),
            ("{age_band: {type: int}}", "{beds: {type: int}}"),
            ("use: [beds, mean_age_band]", "use: [mean_age_band]"),
            ("expression: returned", "expression: beds > 2"),
        ]
    },
    "copies": {
        "production": [
            (
                'kms://uae/hospital"}',
                'kms://uae/hospital", replicas: [{kind: backup, region: us-east-1, jurisdiction: US}]}\n'
                "  logs: {sinks: [{name: search, region: me-central-1, jurisdiction: AE, retention: 183d}]}",
            )
        ]
    },
    "declassified": {
        "ward-load": [
            (
                "  features:\n",
                "  declassify:\n    - {method: aggregated, k: 20, to: {personalData: none, classification: internal}, "
                "reason: Small wards are left out., approver: dpo@example.org}\n  features:\n",
            )
        ]
    },
}


def changed_estate(folder: Path, *changes: str) -> Path:
    """Write the estate below a folder, and return the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for text in (data_root("policies") / "fixtures" / "estate.yaml").read_text().split("---\n"):
        kind, name = re.findall(r"^kind: (\w+)\nmetadata: {name: ([\w-]+)", text, re.MULTILINE)[0]
        for change in changes:
            for old, new in CHANGES[change].get(name, []):
                assert old in text, (change, name)
                text = text.replace(old, new)
        (folder / f"{kind.lower()}-{name}.yaml").write_text(text)
    return folder
