"""Data sources: the events of each team, and the hub's tables that many read."""

from dataclasses import dataclass
from random import Random
from typing import Any

from benchmarks.estate.firm import Team
from benchmarks.estate.words import HUB, Measure

PURPOSE = "operations"
"""What every source may be used for, and every model is for."""


@dataclass
class Source:
    """A table, its numbers, and the team that owns it; the hub's have no team."""

    name: str
    team: Team | None
    measures: tuple[Measure, ...]
    erasable: bool = True
    version: str | None = None
    """Of what many read: the hub's tables have one."""

    @property
    def personal(self) -> bool:
        """Whether its rows are about people, who are known by a pseudonym."""
        return self.team is not None and self.team.domain.about_people

    @property
    def table(self) -> str:
        """Its name in SQL."""
        return self.name.replace("-", "_")


def of_teams(count: int, teams: list[Team], random: Random) -> list[Source]:
    """Event tables, at least one for each team while there are enough."""
    made: list[Source] = []
    numbers: dict[str, int] = {}
    for index in range(count):
        team = teams[index] if index < len(teams) else random.choice(teams)
        event = random.choice(team.domain.events)
        stem = f"{team.name}-{event}"
        numbers[stem] = numbers.get(stem, 0) + 1
        name = stem if numbers[stem] == 1 else f"{stem}-{numbers[stem]}"
        made.append(Source(name, team, team.domain.measures))
    return made


def of_hub(count: int, random: Random) -> list[Source]:
    """Tables by country and day, about nobody in particular."""
    made = []
    for index in range(count):
        stem, again = HUB[index % len(HUB)], index // len(HUB)
        measures = tuple(Measure(name, "index", 0, random.choice((100, 1000))) for name in ("level", "change"))
        made.append(Source(f"{stem}-{again + 1}" if again else stem, None, measures, version=version(random)))
    return made


def version(random: Random) -> str:
    """A semantic version within the second major one."""
    return f"2.{random.randint(0, 9)}.{random.randint(0, 20)}"


def spec_of(source: Source, random: Random) -> dict[str, Any]:
    """The spec of a data source."""
    return _event_spec(source, source.team, random) if source.team else _hub_spec(source)


def _event_spec(source: Source, team: Team, random: Random) -> dict[str, Any]:
    about = {"personalData": "none", "classification": random.choice(("internal", "internal", "confidential"))}
    if source.personal:
        about = {"personalData": "pseudonymous", "classification": "confidential", "legalBasis": "contract"}
    erasure = {"erasure": "delete" if source.personal else "not-applicable"} if source.erasable else {}
    evidence = {"provenance": _page(source, "provenance")}
    if source.personal:
        evidence["processingRecord"] = _page(source, "processing")
    return {
        "location": {"type": "file", "path": f"{team.name}/{source.name}.parquet"},
        "region": team.region.name,
        "jurisdiction": team.region.jurisdiction,
        **about,
        "purposes": [PURPOSE, team.domain.name],
        "retention": random.choice(("1095d", "1460d", "1825d")),
        **erasure,
        "evidence": evidence,
        "timestamp": "happened_at",
        "knownAfter": {"outcome": "24h"},
        "columns": {
            "event_id": "string",
            team.key: "string",
            "country": "string",
            "channel": "string",
            "happened_at": "timestamp",
            "hour": "int",
            "weekday": "int",
            **{measure.name: "float" for measure in source.measures},
            "outcome": "float",
        },
    }


def _hub_spec(source: Source) -> dict[str, Any]:
    return {
        "location": {"type": "file", "path": f"hub/{source.name}.parquet"},
        "region": "me-central-1",
        "jurisdiction": "AE",
        "classification": "public",
        "personalData": "none",
        "purposes": [PURPOSE, "planning", "research"],
        "retention": "3650d",
        "erasure": "not-applicable",
        "evidence": {"provenance": _page(source, "provenance")},
        "timestamp": "published_at",
        "columns": {
            "country": "string",
            "published_at": "timestamp",
            **{measure.name: "float" for measure in source.measures},
        },
    }


def _page(source: Source, about: str) -> dict[str, str]:
    """A document at the firm's own place for records."""
    return {"address": f"https://records.example.org/data/{source.name}/{about}"}
