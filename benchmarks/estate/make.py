"""From a number and a seed to the files of an estate."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Protocol

from benchmarks.estate import deployments, environments, features, firm, governance, models, sources
from benchmarks.estate.features import FeatureSet
from benchmarks.estate.models import Model
from benchmarks.estate.sources import Source
from benchmarks.estate.text import yaml_text
from benchmarks.estate.words import REGIONS

PLATFORM = "ml-platform@example.org"
PROGRAM = Path(__file__).parents[2] / "specs" / "models" / "flight-delay" / "train.py"
"""The training program that every team's models share: the reference project's."""


class File(NamedTuple):
    """A file of an estate: its path below the estate's folder, and its text."""

    path: str
    text: str


def estate(specs: int, seed: int) -> Iterator[File]:
    """The files of an estate with exactly so many specs.

    Law: the same number and seed give the same files.
    """
    random = Random(seed)  # noqa: S311 -- nothing is kept secret by it
    counts = firm.counts(specs)
    places = environments.make(counts.environments)
    regions = tuple(dict.fromkeys(place.region for place in places)) or REGIONS[:1]
    teams = firm.teams(specs, regions, random)
    hub_sources, tables = _sources(counts.sources, teams, random)
    hub_sets, sets = _sets(counts.sets, hub_sources, tables, random)
    made = _models(counts.models, tables, sets, hub_sets, random)
    serving = deployments.make(counts.deployments, made, places, random)
    waived = [table for table in tables if table.personal][: counts.waivers]
    for table in waived:
        table.erasable = False
    load = Counter(place.name for one in serving for place in one.places)

    for table in [*hub_sources, *tables]:
        yield _spec("DataSource", table, "sources", sources.spec_of(table, random), table.version)
    for one in [*hub_sets, *sets]:
        yield _spec("FeatureSet", one, "features", features.spec_of(one, random), one.version)
        if one.in_file:
            yield File(f"{_folder(one.team)}/features/{one.name}.sql", one.sql)
    for model in made:
        yield _spec("Model", model, "models", models.spec_of(model, random))
    for team in sorted({model.team for model in made}):
        yield File(f"{team.folder}/models/code/train.py", PROGRAM.read_text())
    for served in serving:
        yield _spec("Deployment", served, "deployments", deployments.spec_of(served, random))
    for place in places:
        spec = environments.spec_of(place, load[place.name])
        yield File(f"environments/{place.name}.yaml", _object("Environment", place.name, PLATFORM, spec))
    yield from _governance(counts, places, waived)


def _sources(count: int, teams: list[firm.Team], random: Random) -> tuple[list[Source], list[Source]]:
    """The hub's tables, one in twenty, and the teams'."""
    shared = count // 20 or int(count > 5)
    return sources.of_hub(shared, random), sources.of_teams(count - shared, teams, random)


def _sets(
    count: int, hub: list[Source], tables: list[Source], random: Random
) -> tuple[list[FeatureSet], list[FeatureSet]]:
    """The sets over the hub's tables, and the teams'."""
    shared = [features.of_sources(f"{table.name}-by-country", (table,), random) for table in hub[: count // 4]]
    owned: defaultdict[firm.Team, list[Source]] = defaultdict(list)
    for table in tables:
        assert table.team is not None
        owned[table.team].append(table)
    made: dict[firm.Team, list[FeatureSet]] = {team: [] for team in owned}
    for index in range(count - len(shared)):
        team = list(owned)[index % len(owned)]
        name = f"{team.name}-{team.domain.entity}-{len(made[team]) + 1}"
        made[team].append(features.of_team(name, owned[team], made[team], random))
    return shared, [one for team in made for one in made[team]]


def _models(
    count: int, tables: list[Source], sets: list[FeatureSet], hub: list[FeatureSet], random: Random
) -> list[Model]:
    own: defaultdict[firm.Team | None, list[FeatureSet]] = defaultdict(list)
    for one in sets:
        own[one.team].append(one)
    numbers: Counter[str] = Counter()
    made = []
    for index in range(count):
        table = tables[index % len(tables)]
        assert table.team is not None
        stem = f"{table.team.name}-{random.choice(table.team.domain.targets)}"
        numbers[stem] += 1
        name = stem if numbers[stem] == 1 else f"{stem}-{numbers[stem]}"
        made.append(models.make(name, table, own[table.team], hub, random))
    return made


def _governance(counts: firm.Counts, places: list[environments.Environment], waived: list[Source]) -> Iterator[File]:
    if counts.bindings:
        stated = [_object("PolicyBinding", name, PLATFORM, spec) for name, spec in governance.bindings(places)]
        yield File("governance/bindings.yaml", "---\n".join(stated))
    if counts.waivers:
        stated = [_object("Waiver", name, PLATFORM, spec) for name, spec in governance.waivers(waived)]
        yield File("governance/waivers.yaml", "---\n".join(stated))


def _folder(team: firm.Team | None) -> str:
    return team.folder if team else "hub"


class _Owned(Protocol):
    """What a team owns, or the hub."""

    @property
    def name(self) -> str: ...

    @property
    def team(self) -> firm.Team | None: ...


def _spec(kind: str, one: _Owned, folder: str, spec: dict[str, Any], version: str | None = None) -> File:
    """The file of a spec in its owner's folder."""
    team = one.team
    owner = team.owner() if team else "data-hub@example.org"
    labels = {"domain": team.domain.name, "team": team.name} if team else {"team": "data-hub"}
    more = {"labels": labels, **({"version": version} if version else {})}
    return File(f"{_folder(team)}/{folder}/{one.name}.yaml", _object(kind, one.name, owner, spec, more))


def _object(kind: str, name: str, owner: str, spec: dict[str, Any], more: dict[str, Any] | None = None) -> str:
    description = f"{kind} {name}, made up to measure with."
    metadata = {"name": name, "owner": owner, "description": description, **(more or {})}
    return yaml_text({"apiVersion": "plimsoll.dev/v1", "kind": kind, "metadata": metadata, "spec": spec})
