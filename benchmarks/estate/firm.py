"""How large a firm is: how many specs of each kind, how many teams, and where they sit."""

from dataclasses import dataclass
from random import Random

from benchmarks.estate.words import DOMAINS, REGIONS, Domain, Region

SPECS_A_TEAM = 60


@dataclass(frozen=True)
class Counts:
    """How many specs of each kind an estate holds."""

    sources: int
    sets: int
    models: int
    deployments: int
    environments: int
    bindings: int
    waivers: int

    @property
    def total(self) -> int:
        """All of them."""
        own = self.sources + self.sets + self.models + self.deployments
        return own + self.environments + self.bindings + self.waivers


def counts(specs: int) -> Counts:
    """Share some specs out among the kinds. One spec is a data source: the least that can be checked.

    Law: ``counts(n).total == n``.
    """
    if specs < 1:
        raise ValueError("an estate holds at least one spec")
    environments = _environments(specs)
    bindings = 0 if specs < 30 else 3
    waivers = 0 if specs < 100 else max(1, specs // 400)
    rest = specs - environments - bindings - waivers
    models = rest // 5
    deployments = min(round(rest * 0.28), 2 * models)
    sets = round(rest * 0.3)
    sources = rest - models - deployments - sets
    return Counts(sources, sets, models, deployments, environments, bindings, waivers)


def _environments(specs: int) -> int:
    """Development, staging and production for each region; a beginner has one environment, or none."""
    for limit, environments in ((1, 0), (11, 1), (100, 3), (500, 6), (3000, 12)):
        if specs <= limit:
            return environments
    return 3 * len(REGIONS)


@dataclass(frozen=True, order=True)
class Team:
    """Some engineers who look after one domain in one city."""

    name: str
    domain: Domain
    region: Region

    @property
    def folder(self) -> str:
        """Where its specs lie."""
        return f"teams/{self.name}"

    @property
    def key(self) -> str:
        """The column that names one of the team's entities."""
        return f"{self.domain.entity}_id"

    def owner(self) -> str:
        """The team's address."""
        return f"{self.name}@example.org"


def teams(specs: int, regions: tuple[Region, ...], random: Random) -> list[Team]:
    """The teams of a firm, each with a name of its own, over its regions; the first team's data is about people."""
    places = [(city, region) for region in regions for city in region.cities]
    first = [(domain, city, region) for city, region in places for domain in DOMAINS]
    random.shuffle(first)
    about_people = next(index for index, (domain, _, _) in enumerate(first) if domain.about_people)
    first.insert(0, first.pop(about_people))
    made = []
    for index in range(max(1, specs // SPECS_A_TEAM)):
        domain, city, region = first[index % len(first)]
        again = index // len(first)
        made.append(Team(f"{domain.name}-{city}{f'-{again + 1}' if again else ''}", domain, region))
    return made
